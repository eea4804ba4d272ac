#!/usr/bin/env python3
"""Small models with random weights, to compare picture and sound encoders with llama.cpp.

Usage: media_models.py GGUF_PY VOCABULARY.gguf OUT
  GGUF_PY          the folder gguf-py of llama.cpp
  VOCABULARY.gguf  any text model; its vocabulary is used
  OUT              folder for the models, a picture and a sound

Weights come from an integer hash of their place, so that a test can make the same ones without this
script (MediaModels in the tests of generation/). docs/media-models.md says what to do with them.
"""
import struct
import sys
import zlib
from pathlib import Path

import numpy as np

sys.path.insert(0, sys.argv[1])
import gguf  # noqa: E402


def numbers(name, shape, low, high):
    """Numbers from low to high, the same in each language that multiplies 32-bit integers."""
    n = int(np.prod(shape))
    x = (np.arange(n, dtype=np.uint64) * 2654435761 + zlib.crc32(name.encode())) & 0xFFFFFFFF
    x ^= x >> 15
    x = (x * 2246822519) & 0xFFFFFFFF
    x ^= x >> 13
    x = (x * 3266489917) & 0xFFFFFFFF
    x ^= x >> 16
    unit = (x >> 8).astype(np.float64) / (1 << 24)
    return (low + unit * (high - low)).astype(np.float32).reshape(shape)


class Model:
    def __init__(self, path, architecture):
        self.writer = gguf.GGUFWriter(path, architecture)

    def matrix(self, name, *shape):
        spread = (6 / int(np.prod(shape[1:]))) ** 0.5
        self.writer.add_tensor(name, numbers(name, shape, -spread, spread))

    def bias(self, name, *shape):
        self.writer.add_tensor(name, numbers(name, shape, -0.2, 0.2))

    def gain(self, name, n):
        self.writer.add_tensor(name, numbers(name, (n,), 0.8, 1.2))

    def linear(self, name, out, width, bias=True):
        self.matrix(name + ".weight", out, width)
        if bias:
            self.bias(name + ".bias", out)

    def norm(self, name, n, bias=True):
        self.gain(name + ".weight", n)
        if bias:
            self.bias(name + ".bias", n)

    def write(self):
        self.writer.write_header_to_file()
        self.writer.write_kv_data_to_file()
        self.writer.write_tensors_to_file()
        self.writer.close()


def clip(path, kind, projector, width, inner, layers, heads, out, eps):
    model = Model(path, "clip")
    w = model.writer
    w.add_bool("clip.has_vision_encoder", kind == "vision")
    w.add_bool("clip.has_audio_encoder", kind == "audio")
    w.add_string("clip.projector_type", projector)
    w.add_uint32(f"clip.{kind}.embedding_length", width)
    w.add_uint32(f"clip.{kind}.feed_forward_length", inner)
    w.add_uint32(f"clip.{kind}.block_count", layers)
    w.add_uint32(f"clip.{kind}.attention.head_count", heads)
    w.add_uint32(f"clip.{kind}.projection_dim", out)
    w.add_float32(f"clip.{kind}.attention.layer_norm_epsilon", eps)
    return model


def qwen_pictures(path, kind, out):
    width, inner, layers, patch = 48, 96, 4, 14 if kind != "qwen3vl_merger" else 16
    model = clip(path, "vision", kind, width, inner, layers, 4, out, 1e-6)
    w = model.writer
    w.add_uint32("clip.vision.image_size", patch * 6)
    w.add_uint32("clip.vision.patch_size", patch)
    w.add_array("clip.vision.image_mean", [0.48, 0.46, 0.41])
    w.add_array("clip.vision.image_std", [0.27, 0.26, 0.28])
    windows = kind == "qwen2.5vl_merger"
    third = kind == "qwen3vl_merger"
    if windows:
        w.add_bool("clip.use_silu", True)
        w.add_uint32("clip.vision.n_wa_pattern", 2)
    if third:
        w.add_bool("clip.use_gelu", True)
        w.add_uint32("clip.vision.spatial_merge_size", 2)
        model.bias("v.patch_embd.bias", width)
        model.bias("v.position_embd.weight", 36, width)
    model.matrix("v.patch_embd.weight", width, 3, patch, patch)
    model.matrix("v.patch_embd.weight.1", width, 3, patch, patch)
    for l in range(layers):
        block = f"v.blk.{l}."
        if third:
            model.linear(block + "attn_qkv", 3 * width, width)
        else:
            for part in "qkv":
                model.linear(block + "attn_" + part, width, width)
        model.linear(block + "attn_out", width, width)
        model.norm(block + "ln1", width, not windows)
        model.norm(block + "ln2", width, not windows)
        model.linear(block + "ffn_up", inner, width)
        if windows:
            model.linear(block + "ffn_gate", inner, width)
        model.linear(block + "ffn_down", width, inner)
    model.norm("v.post_ln", width, not windows)
    model.linear("mm.0", 4 * width, 4 * width)
    model.linear("mm.2", out, 4 * width)
    if third:
        for l in (1, 2):
            model.norm(f"v.deepstack.{l}.norm", 4 * width)
            model.linear(f"v.deepstack.{l}.fc1", 4 * width, 4 * width)
            model.linear(f"v.deepstack.{l}.fc2", out, 4 * width)
    model.write()


def qwen2_audio(path, out):
    width, inner, layers, bands = 48, 96, 2, 128
    model = clip(path, "audio", "qwen2a", width, inner, layers, 4, out, 1e-5)
    model.writer.add_uint32("clip.audio.num_mel_bins", bands)
    model.matrix("a.conv1d.1.weight", width, bands, 3)
    model.bias("a.conv1d.1.bias", width, 1)
    model.matrix("a.conv1d.2.weight", width, width, 3)
    model.bias("a.conv1d.2.bias", width, 1)
    model.bias("a.position_embd.weight", 1500, width)
    for l in range(layers):
        block = f"a.blk.{l}."
        model.linear(block + "attn_q", width, width)
        model.linear(block + "attn_k", width, width, bias=False)
        model.linear(block + "attn_v", width, width)
        model.linear(block + "attn_out", width, width)
        model.norm(block + "ln1", width)
        model.norm(block + "ln2", width)
        model.linear(block + "ffn_up", inner, width)
        model.linear(block + "ffn_down", width, inner)
    model.norm("a.post_ln", width)
    model.linear("mm.a.fc", out, width)
    model.write()


def text(path, architecture, vocabulary, width, sections, deep):
    """A decoder of two or three layers with the tokenizer of another file."""
    layers, inner, heads, kv_heads, head = 3, 128, 4, 2, 16
    model = Model(path, architecture)
    w = model.writer
    w.add_context_length(4096)
    w.add_embedding_length(width)
    w.add_block_count(layers)
    w.add_feed_forward_length(inner)
    w.add_head_count(heads)
    w.add_head_count_kv(kv_heads)
    w.add_key_length(head)
    w.add_value_length(head)
    w.add_layer_norm_rms_eps(1e-6)
    w.add_rope_freq_base(10000.0)
    if sections:
        w.add_rope_dimension_sections(sections)
    if deep:
        w.add_uint32(f"{architecture}.n_deepstack_layers", deep)
    count = 0
    for key, field in gguf.GGUFReader(vocabulary).fields.items():
        if key.startswith("tokenizer.ggml."):
            value = field.contents()
            count = len(value) if key == "tokenizer.ggml.tokens" else count
            sub = field.types[1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
            w.add_key_value(key, value, field.types[0], sub)
    model.matrix("token_embd.weight", count, width)
    qwen3 = architecture.startswith("qwen3")
    for l in range(layers):
        block = f"blk.{l}."
        model.gain(block + "attn_norm.weight", width)
        model.linear(block + "attn_q", heads * head, width, not qwen3)
        model.linear(block + "attn_k", kv_heads * head, width, not qwen3)
        model.linear(block + "attn_v", kv_heads * head, width, not qwen3)
        model.linear(block + "attn_output", width, heads * head, False)
        if qwen3:
            model.gain(block + "attn_q_norm.weight", head)
            model.gain(block + "attn_k_norm.weight", head)
        model.gain(block + "ffn_norm.weight", width)
        model.linear(block + "ffn_gate", inner, width, False)
        model.linear(block + "ffn_up", inner, width, False)
        model.linear(block + "ffn_down", width, inner, False)
    model.gain("output_norm.weight", width)
    model.write()


def png(path, width, height):
    """A picture whose bytes are (i * i * 31 + 7 * i) >> 9 in the lower 8 bits."""
    i = np.arange(width * height * 3, dtype=np.int64)
    rgb = (((i * i * 31 + 7 * i) >> 9) & 255).astype(np.uint8).reshape(height, width * 3)
    rows = b"".join(b"\0" + row.tobytes() for row in rgb)

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b""))


def wav(path, seconds):
    """A tone that rises, 16 bits."""
    t = np.arange(int(16000 * seconds)) / 16000
    samples = np.round(12000 * np.sin(2 * np.pi * (300 + 400 * t) * t)).astype("<i2").tobytes()
    path.write_bytes(
        b"RIFF" + struct.pack("<I", 36 + len(samples)) + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 1, 16000, 32000, 2, 16)
        + b"data" + struct.pack("<I", len(samples)) + samples)


out = Path(sys.argv[3])
out.mkdir(parents=True, exist_ok=True)
WIDTH = 64
qwen_pictures(out / "mmproj-qwen2vl.gguf", "qwen2vl_merger", WIDTH)
qwen_pictures(out / "mmproj-qwen25vl.gguf", "qwen2.5vl_merger", WIDTH)
qwen_pictures(out / "mmproj-qwen3vl.gguf", "qwen3vl_merger", WIDTH)
qwen2_audio(out / "mmproj-qwen2a.gguf", WIDTH)
text(out / "qwen2vl.gguf", "qwen2vl", sys.argv[2], WIDTH, [2, 3, 3, 0], 0)
text(out / "qwen3vl.gguf", "qwen3vl", sys.argv[2], WIDTH, [4, 2, 2, 0], 2)
text(out / "qwen2.gguf", "qwen2", sys.argv[2], WIDTH, None, 0)
png(out / "picture.png", 300, 180)
wav(out / "sound.wav", 3)
