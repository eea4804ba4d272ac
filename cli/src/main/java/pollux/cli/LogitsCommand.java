package pollux.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import pollux.generation.Engine;
import pollux.generation.EngineOptions;
import pollux.model.Prompt;
import pollux.tensor.BadInputException;
import pollux.tensor.ElementType;

/**
 * What a model says of token ids, or of a picture or a sound among text, for comparing numbers with
 * other implementations.
 */
@Command(
    name = "logits",
    description = {
      "Writes the logits after each token: float32, little-endian, [positions, vocabulary];",
      "of a prompt with a picture or a sound those after its last token, [vocabulary].",
      "Keys and values are kept in F32, as a comparison wants it, unless --cache-type says otherwise."
    },
    footer = {
      "",
      "Example: pollux logits -m model.gguf --tokens \"1 2 3\" -o out.f32",
      "         pollux logits -m model.gguf --projector mmproj.gguf --image cat.png \\",
      "           --prompt \"Look: <media> What is it?\" -o out.f32"
    })
final class LogitsCommand implements Callable<Integer> {
  /** Positions whose logits are held at once. */
  private static final int STEP = 256;

  @ParentCommand PolluxCommand pollux;

  @Mixin ModelOptions model;

  @Mixin ProjectorOptions projector;

  @Option(
      names = "--tokens",
      paramLabel = "IDS",
      description = "Token ids, with spaces or commas between them.")
  @Nullable String tokens;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The file to write.")
  Path to = Path.of("out.f32");

  @Override
  public Integer call() {
    if ((tokens == null) == !projector.given()) {
      throw new BadInputException(
          "expected either --tokens, or --projector with --prompt and --image or --audio");
    }
    EngineOptions options = model.engine(ElementType.F32);
    if (tokens == null) {
      projector.check();
      return ofMedia(options.withProjector(projector.projector));
    }
    int[] ids = ids(tokens);
    try (Engine engine = Engine.open(model.weights(), options)) {
      write(engine, ids);
      pollux
          .io()
          .println(to + ": [" + ids.length + ", " + engine.spec().vocabulary() + "] float32");
    }
    return 0;
  }

  private int ofMedia(EngineOptions options) {
    try (Engine engine = Engine.open(model.weights(), options)) {
      Prompt prompt = projector.prompt(engine);
      float[] logits = engine.logits(prompt, prompt.tokens().length - 1)[0];
      ProjectorOptions.write(to, List.of(logits));
      pollux.io().println(to + ": [" + logits.length + "] float32");
    }
    return 0;
  }

  private void write(Engine engine, int[] ids) {
    int vocabulary = engine.spec().vocabulary();
    ByteBuffer row = ByteBuffer.allocate(4 * vocabulary).order(ByteOrder.LITTLE_ENDIAN);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(to), 1 << 20)) {
      for (int from = 0; from < ids.length; from += STEP) {
        int end = Math.min(ids.length, from + STEP);
        Prompt start = new Prompt(Arrays.copyOf(ids, end), List.of());
        for (float[] logits : engine.logits(start, IntStream.range(from, end).toArray())) {
          row.asFloatBuffer().put(logits);
          out.write(row.array());
        }
      }
    } catch (IOException e) {
      throw new BadInputException("cannot write " + to + ": " + e.getMessage(), e);
    }
  }

  private static int[] ids(String tokens) {
    String[] words = tokens.trim().split("[\\s,]+");
    int[] ids = new int[words.length];
    for (int i = 0; i < ids.length; i++) {
      try {
        ids[i] = Integer.parseInt(words[i]);
      } catch (NumberFormatException e) {
        throw new BadInputException(
            "--tokens must be token ids, as in \"1 2 3\", not '" + words[i] + "'", e);
      }
      if (ids[i] < 0) {
        throw new BadInputException("--tokens must be token ids from 0 on, not " + ids[i]);
      }
    }
    return ids;
  }
}
