package pollux.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import pollux.model.Message;
import pollux.model.ModelFacts;
import pollux.model.Part;
import pollux.model.Prompt;
import pollux.tensor.BadInputException;

/**
 * Folders come from strangers: with one of their files changed or cut off they open and answer, or
 * are refused in one sentence that names the folder; in little time and memory.
 */
class FolderFuzzTest {
  private static final int MUTANTS = Integer.getInteger("pollux.fuzz", 300);

  /** A number, a text or a word of JSON. */
  private static final Pattern VALUE =
      Pattern.compile("-?\\d+(\\.\\d+)?|\"[^\"]*\"|true|false|null");

  private static final List<String> VALUES =
      List.of(
          "0",
          "-1",
          "1",
          "3",
          "65536",
          "2147483647",
          "4294967296",
          "9223372036854775807",
          "1e300",
          "0.5",
          "null",
          "true",
          "[]",
          "{}",
          "[0, 0]",
          "\"\"",
          "\"F16\"",
          "\"../../etc/passwd\"",
          "\"\\ud800\"",
          "\"a\\nb\"",
          "[".repeat(2_000));

  @TempDir Path folder;

  private final long seed = Long.getLong("pollux.seed", System.nanoTime());
  private final SplittableRandom random = new SplittableRandom(seed);

  @Test
  @Timeout(3600)
  void mutantsAnswerOrAreRefused() throws IOException {
    System.out.println("FolderFuzzTest seed " + seed + ", " + MUTANTS + " mutants");
    write();
    Map<Path, byte[]> valid = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.toList()) {
        valid.put(file, Files.readAllBytes(file));
      }
    }
    assertThat(answers("the valid folder")).isTrue();
    List<Path> files = new ArrayList<>(valid.keySet());
    int answered = 0;
    for (int m = 0; m < MUTANTS; m++) {
      Path file = files.get(m % files.size());
      String what = "seed " + seed + ", mutant " + m + ", " + file.getFileName();
      Files.write(file, mutate(valid.get(file), file.toString().endsWith(".safetensors")));
      answered += answers(what) ? 1 : 0;
      Files.write(file, valid.get(file));
    }
    assertThat(answered).as("mutants that answer, seed %d", seed).isBetween(MUTANTS / 50, MUTANTS);
  }

  /** Whether the folder can be asked; it is refused in one sentence where not. */
  private boolean answers(String what) {
    ThreadUse use = ThreadUse.start();
    boolean answered = true;
    try {
      inspect();
      try (Engine engine = Engine.open(folder, EngineOptions.threads(1))) {
        Message question = Message.user(new Part.Text("cab <|stop|> ab"));
        Prompt prompt = engine.prompt(List.of(question));
        engine.logits(prompt, prompt.tokens().length - 1);
      }
    } catch (BadInputException e) {
      answered = false;
      boolean ofThePrompt =
          e.getMessage().startsWith("the conversation takes")
              || e.getMessage().startsWith("the prompt is empty");
      assertThat(ofThePrompt || e.getMessage().contains(folder.toString()))
          .as(what + ": " + e.getMessage())
          .isTrue();
      assertThat(e.getMessage()).as(what).hasLineCount(1).hasSizeLessThan(4000);
    } catch (RuntimeException | Error e) {
      fail(what, e);
    }
    use.requireLittle(what);
    return answered;
  }

  private void inspect() {
    try (var arena = java.lang.foreign.Arena.ofConfined()) {
      ModelFacts.of(folder, arena);
    }
  }

  private byte[] mutate(byte[] valid, boolean weights) {
    // What safetensors say of themselves stands at their beginning.
    int end = weights ? Math.min(valid.length, 4_096) : valid.length;
    byte[] bytes = valid.clone();
    switch (random.nextInt(weights ? 3 : 6)) {
      case 0 -> {
        for (int n = random.nextInt(1, 5); n > 0; n--) {
          bytes[random.nextInt(end)] = (byte) random.nextInt();
        }
      }
      case 1 -> bytes[random.nextInt(end)] ^= (byte) (1 << random.nextInt(8));
      case 2 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      default -> bytes = withOddValues(bytes);
    }
    return bytes;
  }

  private byte[] withOddValues(byte[] json) {
    String text = new String(json, StandardCharsets.UTF_8);
    Matcher value = VALUE.matcher(text);
    int count = (int) value.results().count();
    List<Integer> odd = random.ints(random.nextInt(1, 4), 0, Math.max(1, count)).boxed().toList();
    int[] next = {0};
    return value
        .reset()
        .replaceAll(found ->
            Matcher.quoteReplacement(
                odd.contains(next[0]++)
                    ? VALUES.get(random.nextInt(VALUES.size()))
                    : found.group()))
        .getBytes(StandardCharsets.UTF_8);
  }

  private void write() throws IOException {
    ModelFolderTest.Model model = ModelFolderTest.model("Qwen3ForCausalLM");
    Files.writeString(folder.resolve("config.json"), model.json());
    SafetensorsWriter.shards(folder, FolderOfPeer.tensors(model.gguf(), false));
    Files.writeString(
        folder.resolve("tokenizer.json"),
        """
        {"added_tokens": [{"id": 5, "content": "<|ask|>", "special": true},
           {"id": 6, "content": "<|reply|>", "special": true}, {"id": 7, "content": "<|stop|>", "special": true}],
         "pre_tokenizer": null, "post_processor": null, "decoder": {"type": "ByteLevel"},
         "normalizer": null,
         "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "c": 2, "ab": 3, "x": 4}, "merges": ["a b"]}}
        """);
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"bos_token\": \"<|ask|>\", \"eos_token\": {\"content\": \"<|stop|>\"}, \"add_bos_token\": false}");
    Files.writeString(
        folder.resolve("chat_template.jinja"),
        "{% for m in messages %}<|ask|>{{ m.content }}{% endfor %}<|reply|>");
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [7, 4]}");
  }
}
