package pollux.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import pollux.model.Lesson;
import pollux.model.PromptEncoder;

/**
 * A text file, cut into passages of at most {@value #MOST_TOKENS} tokens or so.
 *
 * <p>Passages that belong together (pages of a story, answers to one question) form a group; every
 * 50th group is held out: it measures bits per byte and is never trained on. The others come in a
 * shuffled order that is always the same. Read when first asked for, safe for many threads.
 */
public final class TextSource implements Source {
  static final int MOST_TOKENS = 200;
  static final int HELD_OUT_ONE_IN = 50;

  /** Reads a file into groups of passages. */
  interface Reader {
    List<List<Passage>> read(Path file);
  }

  private record Passages(List<Passage> training, List<Passage> heldOut) {}

  private final String name;
  private final Path file;
  private final String licence;
  private final String attribution;
  private final Reader reader;
  private @Nullable Passages passages;

  TextSource(String name, Path file, String licence, String attribution, Reader reader) {
    this.name = name;
    this.file = file;
    this.licence = licence;
    this.attribution = attribution;
    this.reader = reader;
  }

  @Override
  public String name() {
    return name;
  }

  /** Under which licence the text may be trained on. */
  public String licence() {
    return licence;
  }

  /** Whom a model that learned from it must name. */
  public String attribution() {
    return attribution;
  }

  @Override
  public List<String> missing() {
    return Files.isRegularFile(file) ? List.of() : List.of("the file " + file);
  }

  @Override
  public long size() {
    return missing().isEmpty() ? training().size() : 0;
  }

  /** Lesson {@code index} of the training passages, which begin again after the last. */
  @Override
  public Lesson lesson(PromptEncoder encoder, long seed, long index) {
    List<Passage> training = training();
    return training.get((int) (index % training.size())).lesson(encoder);
  }

  /** What is trained on, in the order of lessons. */
  public List<Passage> training() {
    return passages().training;
  }

  /** What is never trained on. */
  public List<Passage> heldOut() {
    return passages().heldOut;
  }

  private synchronized Passages passages() {
    Passages read = passages;
    if (read == null) {
      List<Passage> training = new ArrayList<>();
      List<Passage> heldOut = new ArrayList<>();
      List<List<Passage>> groups = reader.read(file);
      for (int i = 0; i < groups.size(); i++) {
        (i % HELD_OUT_ONE_IN == HELD_OUT_ONE_IN - 1 ? heldOut : training).addAll(groups.get(i));
      }
      // A text that stands in several groups is held out in none.
      heldOut.removeAll(new HashSet<>(training));
      Collections.shuffle(training, new Random(name.hashCode()));
      read = new Passages(List.copyOf(training), List.copyOf(heldOut));
      passages = read;
    }
    return read;
  }
}
