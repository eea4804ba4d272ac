package pollux.training;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import pollux.model.Batch;
import pollux.model.Decoder;
import pollux.model.Lesson;
import pollux.model.Prompt;
import pollux.model.PromptEncoder;
import pollux.model.Tier;
import pollux.model.Tokenizer;
import pollux.tensor.Kernels;
import pollux.tensor.Tensor;
import pollux.tensor.Workspace;

/**
 * Text that is never trained on, and how well it is predicted: bits for each UTF-8 byte of what is
 * learned, a figure that does not depend on the vocabulary.
 */
final class HeldOut {
  private static final String NAME = "held-out";
  private static final int PASSAGES_OF_A_SOURCE = 24;
  private static final int BATCH = 16;

  private final List<Lesson> lessons;
  private final long bytes;

  private HeldOut(List<Lesson> lessons, long bytes) {
    this.lessons = lessons;
    this.bytes = bytes;
  }

  /** Writes the held-out passages of the recipe's text sources beside the shards. */
  static void prepare(
      Recipe recipe, Map<String, Source> sources, PromptEncoder encoder, Path folder)
      throws IOException {
    List<Lesson> lessons = new ArrayList<>();
    for (String name : recipe.sources().keySet()) {
      if (sources.get(name) instanceof TextSource text) {
        text.heldOut().stream()
            .map(passage -> passage.lesson(encoder))
            .filter(lesson -> lesson.prompt().tokens().length <= recipe.training().positions())
            .limit(PASSAGES_OF_A_SOURCE)
            .forEach(lessons::add);
      }
    }
    Shard.write(path(folder), fingerprint(recipe, encoder.tokenizer()), lessons);
  }

  /** What {@link #prepare} left in {@code folder}, or null if there is none. */
  static @Nullable HeldOut open(Recipe recipe, Path folder, Tokenizer tokenizer, Arena arena)
      throws IOException {
    if (!Files.exists(path(folder))) {
      return null;
    }
    Shard shard = Shard.open(path(folder), fingerprint(recipe, tokenizer), arena);
    List<Lesson> lessons = new ArrayList<>();
    long bytes = 0;
    for (int i = 0; i < shard.count(); i++) {
      Lesson lesson = shard.lesson(i);
      lessons.add(lesson);
      int[] learned =
          IntStream.range(1, lesson.learned().length)
              .filter(p -> lesson.learned()[p])
              .map(p -> lesson.prompt().tokens()[p])
              .toArray();
      bytes += tokenizer.decode(learned).getBytes(StandardCharsets.UTF_8).length;
    }
    return bytes == 0 ? null : new HeldOut(lessons, bytes);
  }

  /** Bits per byte as {@code tier} of {@code decoder} predicts. */
  double bitsPerByte(Kernels kernels, Decoder decoder, Tier tier, Workspace workspace) {
    double nats = 0;
    for (int from = 0; from < lessons.size(); from += BATCH) {
      List<Lesson> some = lessons.subList(from, Math.min(lessons.size(), from + BATCH));
      workspace.reset();
      List<Prompt> prompts = some.stream().map(Lesson::prompt).toList();
      Batch batch = Batch.of(prompts, 0, workspace);
      Targets targets = Targets.of(some, batch.starts());
      Tape tape = new Tape(kernels, workspace, batch.starts(), Map.of());
      Tensor logits = decoder.forward(tape, batch, tier, targets.rows());
      float[] weights = new float[targets.rows().length];
      Arrays.fill(weights, 1);
      nats += Loss.of(kernels, workspace, logits, targets.tokens(), weights, null, 0).sum();
    }
    return nats / Math.log(2) / bytes;
  }

  private static Path path(Path folder) {
    return Preparation.shardPath(folder, NAME, 0);
  }

  private static long fingerprint(Recipe recipe, Tokenizer tokenizer) {
    return Preparation.fingerprint(recipe, NAME, tokenizer);
  }
}
