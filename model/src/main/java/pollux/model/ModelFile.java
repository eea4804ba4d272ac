package pollux.model;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import pollux.tensor.BadInputException;
import pollux.tensor.Tensor;

/**
 * A model as it lies on disk: its tensors, and what is said of them in the keys of GGUF. A file
 * says it itself; of a folder it is a translation of {@code config.json}.
 *
 * <p>All errors are {@link BadInputException}s that name the file and the field.
 */
public interface ModelFile extends WeightsFile {
  /** All metadata by key. */
  Map<String, GgufValue> metadata();

  /**
   * The error that says of the metadata {@code key} what is wrong with it, as the file calls it.
   */
  BadInputException bad(String key, String problem);

  /**
   * Whether llama.cpp's converter has been at work: it reorders the queries and keys of some
   * families, and what it writes is read as llama.cpp reads it. Other files are as their maker's
   * own implementation reads them.
   */
  boolean isConverted();

  /**
   * Runs {@code work}, which reads tensors of this file. Files can become shorter while they are in
   * use; that is an error of the file here, instead of one of the JVM.
   */
  <T> T reading(Supplier<T> work);

  /** The SHA-256 of the weights, all of their files one after the other, in lower-case hex. */
  String sha256();

  /** What the file calls the tensor {@code name}, for errors. */
  default String called(String name) {
    return GgufReader.readable(name);
  }

  /**
   * Matrix {@code index} of the tensor {@code name}, which is a stack of them, of {@code shape} as
   * a whole.
   */
  default Tensor part(String name, int index, long... shape) {
    return tensor(name, shape).rows(index, index + 1).reshape(shape[1], shape[2]);
  }

  default boolean has(String key) {
    return metadata().containsKey(key);
  }

  default String text(String key) {
    return value(key, GgufValue.Text.class, "a text").value();
  }

  default String text(String key, String otherwise) {
    return has(key) ? text(key) : otherwise;
  }

  default boolean flag(String key, boolean otherwise) {
    return has(key) ? value(key, GgufValue.Flag.class, "a truth value").value() : otherwise;
  }

  /** A number from 0 to 2^31 - 1. */
  default int integer(String key) {
    long value = value(key, GgufValue.Whole.class, "an integer").value();
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw bad(key, "expected a number from 0 to " + Integer.MAX_VALUE + ", found " + value);
    }
    return (int) value;
  }

  default int integer(String key, int otherwise) {
    return has(key) ? integer(key) : otherwise;
  }

  default double real(String key) {
    return value(key, GgufValue.Real.class, "a floating-point number").value();
  }

  default double real(String key, double otherwise) {
    return has(key) ? real(key) : otherwise;
  }

  default List<String> texts(String key) {
    return value(key, GgufValue.Texts.class, "an array of texts").values();
  }

  default long[] integers(String key) {
    return value(key, GgufValue.Wholes.class, "an array of integers").values().clone();
  }

  default double[] reals(String key) {
    return value(key, GgufValue.Reals.class, "an array of floating-point numbers").values().clone();
  }

  private <T extends GgufValue> T value(String key, Class<T> kind, String expected) {
    GgufValue value = metadata().get(key);
    if (value == null) {
      throw bad(key, "it is missing, expected " + expected);
    }
    if (!kind.isInstance(value)) {
      throw bad(key, "expected " + expected + ", found " + value.type());
    }
    return kind.cast(value);
  }
}
