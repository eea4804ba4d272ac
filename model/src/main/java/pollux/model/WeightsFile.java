package pollux.model;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import pollux.tensor.BadInputException;
import pollux.tensor.Tensor;

/**
 * Where a decoder's tensors come from: a GGUF file, or the safetensors of a folder. Names are those
 * of the file; what they mean is the business of the families.
 */
public interface WeightsFile {
  /**
   * What a file says of a tensor.
   *
   * @param type its element type as the file calls it; this system may not know it
   * @param shape outermost dimension first
   * @param bytes what it takes in the file, -1 where the type is unknown
   */
  record Entry(String type, long[] shape, long bytes) {
    /** All dimensions multiplied. */
    public long elements() {
      return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }
  }

  /** A name from a file as an error may show it: of some length, without control characters. */
  static String readable(String name) {
    return GgufReader.readable(name);
  }

  /** The file or the folder, for errors. */
  Path path();

  /** The names of all tensors, in the order of the file. */
  Set<String> names();

  /**
   * What the file says of the tensor {@code name}.
   *
   * @throws BadInputException if there is none
   */
  Entry entry(String name);

  /**
   * The tensor {@code name} as it lies in the file, read-only.
   *
   * @throws BadInputException if there is none, or its element type is unknown
   */
  Tensor tensor(String name);

  /** As {@link #tensor(String)}, and the shape must be {@code shape}. */
  default Tensor tensor(String name, long... shape) {
    Tensor tensor = tensor(name);
    if (!Arrays.equals(tensor.shape(), shape)) {
      throw new BadInputException(
          path()
              + ": tensor '"
              + GgufReader.readable(name)
              + "' has the shape "
              + Arrays.toString(tensor.shape())
              + ", expected "
              + Arrays.toString(shape));
    }
    return tensor;
  }
}
