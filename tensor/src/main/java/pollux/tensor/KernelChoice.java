package pollux.tensor;

import java.lang.System.Logger;
import java.util.List;

/**
 * Which set of kernels this process uses, and why.
 *
 * <p>{@code -Dpollux.kernels=scalar|vector} asks for one; without it the fastest set that passes its
 * self-test wins. A set that fails is left out with one logged line, never silently.
 *
 * @param kernels the set in use
 * @param vectorBits the width of its vectors, 32 for the scalar set
 * @param reason why this one, for a reader
 */
public record KernelChoice(Kernels kernels, int vectorBits, String reason) {
  /** The system property that names a set. */
  public static final String PROPERTY = "pollux.kernels";

  private static final long SEED = 20261123;

  private static final class Holder {
    static final KernelChoice CHOICE = choose(System.getProperty(PROPERTY, ""));

    static {
      if (CHOICE.kernels instanceof ScalarKernels) {
        Logger logger = System.getLogger("pollux.tensor");
        logger.log(Logger.Level.WARNING, "Scalar kernels are in use, which is slow: " + CHOICE.reason);
      }
    }
  }

  /** The kernels of this process. */
  public static Kernels best() {
    return Holder.CHOICE.kernels;
  }

  /** The choice behind {@link #best}. */
  public static KernelChoice current() {
    return Holder.CHOICE;
  }

  static KernelChoice choose(String wanted) {
    return switch (wanted) {
      case "scalar" -> scalar("-D" + PROPERTY + "=scalar asks for it");
      case "vector" -> vector("-D" + PROPERTY + "=vector asks for it");
      case "" -> vector("the fastest set that passes its self-test here");
      default ->
          throw new BadInputException(
              "-D" + PROPERTY + "=" + wanted + " names no set of kernels: use scalar or vector.");
    };
  }

  private static KernelChoice vector(String reason) {
    String mode = System.getProperty("java.vm.info", "");
    if (mode.contains("interpreted") || mode.contains("emulated-client")) {
      return scalar("this JVM runs without C2 (" + mode + "), which alone compiles the Vector API");
    }
    try {
      int bits = VectorKernels.vectorBits();
      if (bits < 128) {
        return scalar("the widest vector of this machine has " + bits + " bits");
      }
      VectorKernels kernels = new VectorKernels();
      // Small, since the Vector API is interpreted here; with a tail behind two whole vectors.
      for (KernelCheck.Row row : KernelCheck.against(kernels, SEED, 2, bits / 16 + 1)) {
        if (!row.ok()) {
          return scalar("the vector set failed its self-test: " + row);
        }
      }
      return new KernelChoice(kernels, bits, reason);
    } catch (LinkageError e) {
      return scalar(
          "the Vector API is not there (" + e + "); start Java with --add-modules jdk.incubator.vector");
    }
  }

  private static KernelChoice scalar(String reason) {
    return new KernelChoice(new ScalarKernels(), Float.SIZE, reason);
  }

  /** Compares all kernels with their scalar twins on larger data; takes about a second. */
  public List<KernelCheck.Row> check() {
    return KernelCheck.against(kernels, SEED + 1, 9, 203);
  }

  /** One line for {@code pollux doctor}. */
  @Override
  public String toString() {
    return "kernels: " + kernels.name() + ", " + vectorBits + "-bit vectors (" + reason + ")";
  }
}
