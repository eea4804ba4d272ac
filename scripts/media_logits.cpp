// What llama.cpp makes of a picture or a sound between six tokens: its rows, and the logits after the
// last token, float32. docs/media-models.md says how to compile and use it.
//
// Usage: media_logits MODEL MMPROJ FILE ROWS LOGITS

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "llama.h"
#include "mtmd-helper.h"
#include "mtmd.h"

static void fail(const char * what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
}

static void write(const char * path, const float * values, size_t n) {
    FILE * file = fopen(path, "wb");
    if (!file || fwrite(values, sizeof(float), n, file) != n || fclose(file)) fail(path);
}

static void read(llama_context * context, const std::vector<llama_token> & tokens, llama_pos past) {
    llama_batch batch = llama_batch_init((int) tokens.size(), 0, 1);
    for (llama_token token : tokens) {
        int i = batch.n_tokens++;
        batch.token[i] = token;
        batch.pos[i] = past + i;
        batch.n_seq_id[i] = 1;
        batch.seq_id[i][0] = 0;
        batch.logits[i] = true;
    }
    if (llama_decode(context, batch)) fail("decoding tokens failed");
    llama_batch_free(batch);
}

int main(int argc, char ** argv) {
    if (argc != 6) fail("usage: media_logits MODEL MMPROJ FILE ROWS LOGITS");
    llama_model_params of_model = llama_model_default_params();
    of_model.n_gpu_layers = 0;
    llama_model * model = llama_model_load_from_file(argv[1], of_model);
    if (!model) fail("no model");
    llama_context_params of_context = llama_context_default_params();
    of_context.n_ctx = 4096;
    of_context.n_batch = of_context.n_ubatch = 2048;
    of_context.n_threads = of_context.n_threads_batch = 1;
    of_context.type_k = of_context.type_v = GGML_TYPE_F32;
    of_context.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    llama_context * context = llama_init_from_model(model, of_context);
    if (!context) fail("no context");
    mtmd_context_params of_media = mtmd_context_params_default();
    of_media.use_gpu = false;
    of_media.n_threads = 1;
    of_media.warmup = false;
    of_media.flash_attn_type = LLAMA_FLASH_ATTN_TYPE_DISABLED;
    mtmd_context * media = mtmd_init_from_file(argv[2], model, of_media);
    if (!media) fail("no projector");

    mtmd_bitmap * bitmap =
        mtmd_helper_bitmap_init_from_file(media, argv[3], false, mtmd_helper_init_opt_default()).bitmap;
    if (!bitmap) fail("no picture or sound");
    mtmd_input_chunks * chunks = mtmd_input_chunks_init();
    mtmd_input_text text = {};
    text.text = mtmd_default_marker();
    text.text_len = std::char_traits<char>::length(text.text);
    const mtmd_bitmap * bitmaps[] = {bitmap};
    if (mtmd_tokenize(media, chunks, &text, bitmaps, 1)) fail("not tokenized");

    read(context, {1, 100, 200}, 0);
    llama_pos past = 3;
    for (size_t i = 0; i < mtmd_input_chunks_size(chunks); i++) {
        const mtmd_input_chunk * chunk = mtmd_input_chunks_get(chunks, i);
        if (mtmd_input_chunk_get_type(chunk) == MTMD_INPUT_CHUNK_TYPE_TEXT) continue;
        if (mtmd_encode_chunk(media, chunk)) fail("not encoded");
        float * rows = mtmd_get_output_embd(media);
        size_t n = mtmd_input_chunk_get_n_tokens(chunk);
        write(argv[4], rows, n * llama_model_n_embd_inp(model));
        if (mtmd_helper_decode_image_chunk(media, context, chunk, rows, past, 0, 2048, &past, nullptr, nullptr)) {
            fail("decoding rows failed");
        }
        printf("%zu rows of %d, then position %d\n", n, llama_model_n_embd_inp(model), past);
    }
    read(context, {300, 400, 500}, past);
    write(argv[5], llama_get_logits_ith(context, 2), llama_vocab_n_tokens(llama_model_get_vocab(model)));
}
