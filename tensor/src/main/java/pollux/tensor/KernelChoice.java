package pollux.tensor;

import java.lang.System.Logger.Level;
import java.util.List;

/**
 * Which set of kernels this process uses, and why.
 *
 * <p>{@code -Dpollux.kernels=scalar|plain|vector} asks for one; without it the vector set is used,
 * kernel by kernel as C2 has compiled it ({@link WarmingKernels}). A set or kernel that fails its
 * self-test is left out with one logged line, never silently.
 *
 * @param kernels the set in use
 * @param reason why this one, for a reader
 */
public record KernelChoice(Kernels kernels, String reason) {
  /** The system property that names a set. */
  public static final String PROPERTY = "pollux.kernels";

  private static final long SEED = 20261123;

  private static final class Holder {
    static final KernelChoice CHOICE = choose(System.getProperty(PROPERTY, ""));

    static {
      if (CHOICE.kernels instanceof ScalarKernels) {
        System.getLogger("pollux.tensor")
            .log(Level.WARNING, "Scalar kernels are in use, which is slow: {0}", CHOICE.reason);
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
      case "vector" -> vector();
      case "plain" -> plain();
      case "" -> warming();
      default ->
          throw new BadInputException(
              "-D"
                  + PROPERTY
                  + "="
                  + wanted
                  + " names no set of kernels: use scalar, plain or vector.");
    };
  }

  private static KernelChoice warming() {
    String lack = lack();
    return lack.isEmpty()
        ? new KernelChoice(
            new WarmingKernels(true),
            "the fastest set here; each kernel runs in plain loops until C2 has compiled its"
                + " vectors")
        : scalar(lack);
  }

  private static KernelChoice plain() {
    return new KernelChoice(
        new WarmingKernels(false),
        "-D" + PROPERTY + "=plain asks for the plain loops that have the vectors' bits");
  }

  private static KernelChoice vector() {
    String lack = lack();
    if (!lack.isEmpty()) {
      return scalar(lack);
    }
    // Small, since the Vector API is interpreted here; with a tail behind two whole vectors.
    for (KernelCheck.Row row : KernelCheck.against(WarmingKernels.vector(), SEED, 2, 33)) {
      if (!row.ok()) {
        return scalar("the vector set failed its self-test: " + row);
      }
    }
    return new KernelChoice(
        WarmingKernels.vector(), "-D" + PROPERTY + "=vector asks for it, also while it is cold");
  }

  /**
   * What this JVM lacks for vectors; empty if nothing. Loads a small class of the Vector API alone.
   */
  private static String lack() {
    String mode = System.getProperty("java.vm.info", "");
    if (mode.contains("interpreted") || mode.contains("emulated-client")) {
      return "this JVM runs without C2 (" + mode + "), which alone compiles the Vector API";
    }
    try {
      // Not a look at the boot layer: the command line adds the module after the start.
      Class.forName("jdk.incubator.vector.VectorShape", false, KernelChoice.class.getClassLoader());
      return "";
    } catch (ClassNotFoundException e) {
      return "the Vector API is not there; start Java with --add-modules jdk.incubator.vector";
    }
  }

  private static KernelChoice scalar(String reason) {
    return new KernelChoice(new ScalarKernels(), reason);
  }

  /** Width of the vectors, 32 for the scalar set. Loads the Vector API. */
  public int vectorBits() {
    return kernels instanceof ScalarKernels ? Float.SIZE : VectorKernels.vectorBits();
  }

  /**
   * Compares all kernels, vectors where there are some, with their scalar twins; takes about a
   * second.
   */
  public List<KernelCheck.Row> check() {
    Kernels subject = kernels instanceof WarmingKernels ? WarmingKernels.vector() : kernels;
    return KernelCheck.against(subject, SEED + 1, 9, 203);
  }

  /** One line for {@code pollux doctor}. */
  @Override
  public String toString() {
    return "kernels: " + kernels.name() + ", " + vectorBits() + "-bit vectors (" + reason + ")";
  }
}
