package pollux.benchmarks;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import pollux.model.GgufFile;
import tools.jackson.databind.json.JsonMapper;

/** The Hugging Face tokenizer for the vocabulary of a GGUF file, over a {@code tokenizer.json}. */
final class RustTokenizer {
  private static final String PATTERN =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}%s"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  private static final Map<String, String> DIGITS = Map.of("qwen2", "", "llama-bpe", "{1,3}");

  private RustTokenizer() {}

  static HuggingFaceTokenizer of(Path file) {
    try (Arena arena = Arena.ofConfined()) {
      Path folder = Files.createTempDirectory("tokenizer");
      JsonMapper.builder()
          .build()
          .writeValue(folder.resolve("tokenizer.json").toFile(), json(GgufFile.open(file, arena)));
      return HuggingFaceTokenizer.builder()
          .optTokenizerPath(folder)
          .optAddSpecialTokens(false)
          .optTruncation(false)
          .optPadding(false)
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> json(GgufFile file) {
    List<String> tokens = file.texts("tokenizer.ggml.tokens");
    long[] types = file.integers("tokenizer.ggml.token_type");
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    List<Object> added = new ArrayList<>();
    for (int id = 0; id < types.length; id++) {
      if (types[id] == 1) {
        vocabulary.put(tokens.get(id), id);
      } else {
        added.add(
            Map.of(
                "id",
                id,
                "content",
                tokens.get(id),
                "special",
                true,
                "single_word",
                false,
                "lstrip",
                false,
                "rstrip",
                false,
                "normalized",
                false));
      }
    }
    String pre = file.text("tokenizer.ggml.pre");
    Map<String, Object> byteLevel =
        Map.of(
            "type",
            "ByteLevel",
            "add_prefix_space",
            false,
            "trim_offsets",
            false,
            "use_regex",
            false);
    Map<String, Object> split =
        Map.of(
            "type",
            "Split",
            "pattern",
            Map.of("Regex", PATTERN.formatted(DIGITS.getOrDefault(pre, ""))),
            "behavior",
            "Isolated",
            "invert",
            false);
    return Map.of(
        "version",
        "1.0",
        "added_tokens",
        added,
        "pre_tokenizer",
        Map.of("type", "Sequence", "pretokenizers", List.of(split, byteLevel)),
        "decoder",
        byteLevel,
        "model",
        Map.of(
            "type",
            "BPE",
            "fuse_unk",
            false,
            "byte_fallback",
            false,
            "ignore_merges",
            pre.equals("llama-bpe"),
            "vocab",
            vocabulary,
            "merges",
            file.texts("tokenizer.ggml.merges")));
  }
}
