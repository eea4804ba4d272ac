package pollux.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import pollux.tensor.BadInputException;

/**
 * Where a file stands among the parts of a model that was split (llama.cpp's {@code gguf-split}):
 * {@code NAME-00001-of-00003.gguf} and so on. The first part holds the metadata, each some tensors.
 *
 * @param number which part, from 0
 * @param count how many there are
 * @param tensors how many tensors they hold together, or -1 when the file does not say
 */
record GgufSplit(int number, int count, long tensors) {
  static final String NUMBER = "split.no";
  static final String COUNT = "split.count";
  static final String TENSORS = "split.tensors.count";

  private static final Pattern NAME = Pattern.compile("(.+)-(\\d{5})-of-(\\d{5})\\.gguf");
  private static final int MOST_PARTS = 99_999;
  private static final int NAMED = 3;

  /** What the metadata of {@code path} says; one part of one when it says nothing. */
  static GgufSplit of(Path path, Map<String, GgufValue> metadata) {
    long count = whole(path, metadata, COUNT, 1);
    long number = whole(path, metadata, NUMBER, 0);
    if (count <= 1 && number == 0) {
      return new GgufSplit(0, 1, -1);
    }
    if (number < 0 || number >= count || count > MOST_PARTS) {
      throw new BadInputException(
          String.format(
              "%s: metadata '%s' and '%s': expected a part below a count of at most %d, found %d of %d",
              path, NUMBER, COUNT, MOST_PARTS, number, count));
    }
    return new GgufSplit((int) number, (int) count, whole(path, metadata, TENSORS, -1));
  }

  private static long whole(
      Path path, Map<String, GgufValue> metadata, String key, long otherwise) {
    GgufValue value = metadata.get(key);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof GgufValue.Whole(GgufValue.Type _, long whole)) {
      return whole;
    }
    throw new BadInputException(
        path + ": metadata '" + key + "': expected an integer, found " + value.type());
  }

  /** The files of all parts in order, which are all there; {@code path} is one of them. */
  List<Path> files(Path path) {
    Matcher name = NAME.matcher(String.valueOf(path.getFileName()));
    if (!name.matches()
        || Integer.parseInt(name.group(2)) != number + 1
        || Integer.parseInt(name.group(3)) != count) {
      throw new BadInputException(
          String.format(
              Locale.ROOT,
              "%s: the file says that it is part %d of %d, whose name ends in -%05d-of-%05d.gguf: "
                  + "give it that name, and the other parts theirs beside it",
              path,
              number + 1,
              count,
              number + 1,
              count));
    }
    List<Path> files = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (int part = 1; part <= count; part++) {
      Path file =
          path.resolveSibling(
              String.format(Locale.ROOT, "%s-%05d-of-%05d.gguf", name.group(1), part, count));
      files.add(file);
      if (!Files.isRegularFile(file)) {
        missing.add(String.valueOf(file.getFileName()));
      }
    }
    if (!missing.isEmpty()) {
      String more = missing.size() > NAMED ? " and " + (missing.size() - NAMED) + " more" : "";
      throw new BadInputException(
          path
              + ": the model is split into "
              + count
              + " files, of which "
              + String.join(", ", missing.subList(0, Math.min(NAMED, missing.size())))
              + more
              + " is not there: put all into one folder");
    }
    return files;
  }

  /** Refuses {@code part} as the part {@code at} of this model. */
  void check(Path part, Map<String, GgufValue> metadata, int at) {
    GgufSplit other = of(part, metadata);
    if (other.number != at || other.count != count) {
      throw new BadInputException(
          String.format(
              "%s: expected part %d of %d, found part %d of %d: the file is of another model",
              part, at + 1, count, other.number + 1, other.count));
    }
  }
}
