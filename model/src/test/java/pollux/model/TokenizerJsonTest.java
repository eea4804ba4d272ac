package pollux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pollux.tensor.BadInputException;

/** The expected ids are those of the Rust implementation for the same files. */
class TokenizerJsonTest {
  /** As Llama 2 has it: SentencePiece's BPE in the words of tokenizer.json. */
  static final String METASPACE_BPE =
      """
      {"added_tokens": [
         {"id": 0, "content": "<unk>", "special": true},
         {"id": 1, "content": "<s>", "special": true},
         {"id": 2, "content": "</s>", "special": true},
         {"id": 10, "content": "<tool>", "special": false, "lstrip": true, "rstrip": true}],
       "normalizer": {"type": "Sequence", "normalizers": [
         {"type": "Prepend", "prepend": "▁"},
         {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
       "pre_tokenizer": null,
       "post_processor": {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
         "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
         "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}},
       "decoder": {"type": "Sequence", "decoders": [
         {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
         {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
       "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true,
         "vocab": {"<unk>": 0, "<s>": 1, "</s>": 2, "<0xC3>": 3, "<0xA9>": 4, "▁": 5, "a": 6, "b": 7,
           "▁a": 8, "▁ab": 9},
         "merges": [["▁", "a"], ["▁a", "b"]]}}
      """;

  static final String BYTE_LEVEL_BPE =
      """
      {"added_tokens": [{"id": 9, "content": "<|end|>", "special": true}],
       "normalizer": {"type": "NFC"},
       "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
         {"type": "Split", "pattern": {"Regex": "\\\\p{N}{1,3}"}, "behavior": "Isolated", "invert": false},
         {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}]},
       "post_processor": {"type": "ByteLevel"},
       "decoder": {"type": "ByteLevel"},
       "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "Ġ": 2, "Ã": 3, "©": 4, "1": 5, "Ã©": 6, "Ġa": 7,
         "11": 8}, "merges": ["Ã ©", "Ġ a", "1 1"]}}
      """;

  static final String UNIGRAM =
      """
      {"added_tokens": [{"id": 0, "content": "<unk>", "special": true}],
       "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"},
         {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}]},
       "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true},
       "decoder": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true},
       "model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0], ["▁", -2], ["a", -3], ["b", -3.5],
         ["▁a", -2.5], ["ab", -3], ["▁ab", -6]]}}
      """;

  static final String WORD_PIECE =
      """
      {"added_tokens": [{"id": 0, "content": "[UNK]", "special": true}, {"id": 1, "content": "[CLS]", "special": true},
         {"id": 2, "content": "[SEP]", "special": true}],
       "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
         "strip_accents": null, "lowercase": true},
       "pre_tokenizer": {"type": "BertPreTokenizer"},
       "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]},
       "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
       "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
         "max_input_chars_per_word": 100,
         "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "un": 3, "##able": 4, ",": 5, "able": 6, "漢": 7, "##a": 8}}}
      """;

  @TempDir private Path folder;

  private Tokenizer tokenizer(String json) throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), json);
    return Tokenizer.open(folder);
  }

  @Test
  void bytePairsInTheMannerOfSentencePiece() throws IOException {
    Tokenizer tokenizer = tokenizer(METASPACE_BPE);
    assertThat(tokenizer.encode("ab a")).containsExactly(9, 8);
    assertThat(tokenizer.encode("bé")).containsExactly(5, 7, 3, 4);
    assertThat(tokenizer.encode("ñb")).containsExactly(5, 0, 7);
    assertThat(tokenizer.decode(tokenizer.encode("ab bé"))).isEqualTo("ab bé");
    // A token of the user's takes the spaces beside it; what follows it begins like a text.
    assertThat(tokenizer.encode("a <tool>  a")).containsExactly(8, 10, 8);
    assertThat(tokenizer.encode("</s>", true)).containsExactly(2);
    assertThat(tokenizer.encode("</s>")).doesNotContain(2);
    assertThat(tokenizer.encodeWhole("a", false)).containsExactly(1, 8);
  }

  @Test
  void bytePairsInByteLevelForm() throws IOException {
    Tokenizer tokenizer = tokenizer(BYTE_LEVEL_BPE);
    assertThat(tokenizer.encode("a a")).containsExactly(0, 7);
    assertThat(tokenizer.encode("e\u0301")).containsExactly(6); // as é
    assertThat(tokenizer.encode("b1111")).containsExactly(1, 8, 5, 5);
    assertThat(tokenizer.encode("a<|end|>", true)).containsExactly(0, 9);
    assertThat(tokenizer.isEndOfGeneration(9)).isTrue();
    assertThat(tokenizer.decode(new int[] {7, 3, 4, 9})).isEqualTo(" aé");
  }

  @Test
  void unigram() throws IOException {
    Tokenizer tokenizer = tokenizer(UNIGRAM);
    assertThat(tokenizer.encode("ab")).containsExactly(1, 5); // -5 beats -6
    assertThat(tokenizer.encode("a  b")).containsExactly(4, 1, 3);
    assertThat(tokenizer.encode("aｘa")).containsExactly(4, 0, 2);
    assertThat(tokenizer.decode(tokenizer.encode("a b"))).isEqualTo("a b");
  }

  @Test
  void wordPiece() throws IOException {
    Tokenizer tokenizer = tokenizer(WORD_PIECE);
    assertThat(tokenizer.encode("Únable, x漢a")).containsExactly(3, 4, 5, 0, 7, 0);
    assertThat(tokenizer.encodeWhole("able", false)).containsExactly(1, 6, 2);
    assertThat(tokenizer.decode(new int[] {3, 4, 5, 6})).isEqualTo("unable, able");
  }

  @Test
  void theFilesBesideSayMore() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        """
        {"bos_token": {"content": "<s>"}, "eos_token": "</s>", "add_eos_token": true,
         "chat_template": [{"name": "tools", "template": "T"}, {"name": "default", "template": "D"}]}
        """);
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [2, 10]}");
    Tokenizer tokenizer = tokenizer(METASPACE_BPE);
    assertThat(tokenizer.bos()).hasValue(1);
    assertThat(tokenizer.eos()).hasValue(2);
    assertThat(tokenizer.encodeWhole("a", false)).containsExactly(1, 8, 2);
    assertThat(tokenizer.chatTemplate()).contains("D");
    assertThat(tokenizer.isEndOfGeneration(2)).isTrue();
    assertThat(tokenizer.isEndOfGeneration(10)).isTrue();
    assertThat(tokenizer.isEndOfGeneration(8)).isFalse();
    Files.writeString(folder.resolve("chat_template.jinja"), "J");
    assertThat(Tokenizer.open(folder).chatTemplate()).contains("J");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"type\": \"BPE\" | \"type\": \"Guess\" | Guess",
        "\"Prepend\" | \"Append\" | Append",
        "\"▁ab\": 9 | \"▁ab\": 9000000000 | JSON",
        "\"▁ab\": 9 | \"▁ab\": 4000000 | 4000000",
        "\"▁ab\": 9 | \"▁ab\": 8 | two tokens",
        "[\"▁a\", \"b\"] | [\"▁a\", \"c\"] | merge 1",
        "[\"▁a\", \"b\"] | [\"▁a\"] | entry 1",
        "\"ids\": [1] | \"ids\": [99] | 99",
        "\"merges\": | \"end_of_word_suffix\": \"</w>\", \"merges\": | </w>",
        "\"model\": | \"model\" | JSON"
      })
  void whatDoesNotFitIsOneSentence(String text, String other, String said) throws IOException {
    assertThat(METASPACE_BPE).contains(text);
    assertThatThrownBy(() -> tokenizer(METASPACE_BPE.replace(text, other)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContainingAll("tokenizer.json", said)
        .message()
        .doesNotContain("\n");
  }
}
