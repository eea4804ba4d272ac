package pollux.skills;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The faces that words are set in: some 130 of Debian's to train with, and eight others, which the
 * module brings along, to be asked with. No family is on both sides.
 */
final class Typefaces {
  /**
   * The held-out faces, each cut down to letters and digits; {@code NOTICE.txt} beside them says
   * whose they are.
   */
  static final List<String> TEST =
      List.of("condensed", "contrast", "geometric", "hand", "mono", "rounded", "serif", "slab");

  /** Where Debian puts fonts. */
  private static final Path ROOT = Path.of("/usr/share/fonts");

  /** What {@code training-fonts.tsv} says, in its order: the order is part of what a seed means. */
  static final List<Source> TRAINING = sources();

  private static final ConcurrentHashMap<String, Typeface> READ = new ConcurrentHashMap<>();

  private Typefaces() {}

  /**
   * Where a training face comes from.
   *
   * @param file under {@code /usr/share/fonts}
   * @param debian the package that brings it
   */
  record Source(String file, String debian, String version, String licence) {
    Path path() {
      return ROOT.resolve(file);
    }
  }

  /** How many faces a side has. */
  static int count(Split split) {
    return split == Split.TRAINING ? TRAINING.size() : TEST.size();
  }

  /** Face {@code index} of a side; read once. */
  static Typeface face(Split split, int index) {
    return split == Split.TRAINING
        ? READ.computeIfAbsent(
            TRAINING.get(index).file(),
            file -> read(file, () -> Files.newInputStream(ROOT.resolve(file))))
        : READ.computeIfAbsent(
            "fonts/" + TEST.get(index) + ".ttf", file -> read(file, () -> resource(file)));
  }

  /** Debian packages whose faces are not there. */
  static List<String> missing(Split split) {
    if (split == Split.TEST) {
      return List.of();
    }
    return TRAINING.stream()
        .filter(source -> !Files.isRegularFile(source.path()))
        .map(source -> "Debian package " + source.debian() + " (scripts/install-preparation.sh)")
        .distinct()
        .toList();
  }

  private interface Opening {
    InputStream open() throws IOException;
  }

  private static Typeface read(String name, Opening opening) {
    try (InputStream in = opening.open()) {
      return Typeface.read(name, in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file beside this class. */
  static InputStream resource(String name) throws IOException {
    InputStream in = Typefaces.class.getResourceAsStream(name);
    if (in == null) {
      throw new IOException("The skills module lacks its resource " + name);
    }
    return in;
  }

  private static List<Source> sources() {
    return Things.rows("training-fonts.tsv").stream()
        .map(fields -> new Source(fields[0], fields[1], fields[2], fields[3]))
        .toList();
  }
}
