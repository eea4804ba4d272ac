package pollux.generation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import pollux.model.Message;
import pollux.model.Part;
import pollux.model.Prompt;
import pollux.model.Tier;

/**
 * Writes what a tier says of each position of some questions, for {@code
 * scripts/compare-llama.mjs}: see docs/export.md. Arguments: weights file, tier, file to write.
 */
final class LogitsFile {
  private static final List<String> QUESTIONS =
      List.of(
          "What is 17 + 25?",
          "Hello! Who are you?",
          "你好，今天怎么样？",
          "Write a Python function that returns the intersection of two polygons.",
          "Who won Best Picture at the 1998 and 1999 ceremonies?");

  private LogitsFile() {}

  public static void main(String[] args) throws IOException {
    try (Engine engine = Engine.open(Path.of(args[0]), Tier.of(args[1]), 2)) {
      String json =
          QUESTIONS.stream()
              .map(question -> one(engine, question))
              .collect(Collectors.joining(",\n"));
      Files.writeString(Path.of(args[2]), "[" + json + "]\n");
    }
  }

  private static String one(Engine engine, String question) {
    Prompt prompt = engine.prompt(List.of(Message.user(new Part.Text(question))));
    int[] after = IntStream.range(0, prompt.tokens().length).toArray();
    String logits =
        Arrays.stream(engine.logits(prompt, after))
            .map(Arrays::toString)
            .collect(Collectors.joining(",\n"));
    Answer answer = engine.answer(prompt, new Sampling(0, 1, 24, 0), AnswerListener.SILENT);
    return "{\"question\": \"%s\", \"tokens\": %s, \"answer\": \"%s\", \"logits\": [%s]}"
        .formatted(question, Arrays.toString(prompt.tokens()), escaped(answer), logits);
  }

  /** Hexadecimal UTF-16, which needs no escapes. */
  private static String escaped(Answer answer) {
    String thought = answer.thought() == null ? "" : answer.thought();
    return (thought + answer.text())
        .chars()
        .mapToObj("%04x"::formatted)
        .collect(Collectors.joining());
  }
}
