package pollux.tensor;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Supplier;
import pollux.tensor.emitted.Cpu;

/**
 * Which set of kernels this process uses, and why.
 *
 * <p>{@code -Dpollux.kernels=scalar|plain|vector|emitted|emitted-avx2} asks for one. Without it
 * products with weights run in emitted machine code where the processor and the system allow it
 * ({@link EmittedKernels}; in AVX2 code where there is no AVX-512), and the rest in the vector set,
 * kernel by kernel as C2 has compiled it ({@link WarmingKernels}). A set or kernel that is not to
 * be had, or fails its self-test, is left out with one logged line, never silently.
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
      case "", "emitted" -> emitted(false);
      case "emitted-avx2" -> emitted(true);
      default ->
          throw new BadInputException(
              "-D"
                  + PROPERTY
                  + "="
                  + wanted
                  + " names no set of kernels: use scalar, plain, vector, emitted or emitted-avx2.");
    };
  }

  private static KernelChoice emitted(boolean avx2Alone) {
    KernelChoice rest = warming();
    String lackOf512 = avx2Alone ? "asked for AVX2" : emittedLack(Cpu::lack);
    boolean avx2 = !lackOf512.isEmpty();
    String lack = avx2 ? emittedLack(Cpu::lackOfAvx2) : "";
    if (!lack.isEmpty()) {
      System.getLogger("pollux.tensor").log(Level.WARNING, "No emitted kernels: {0}", lack);
      return new KernelChoice(rest.kernels, rest.reason + "; no emitted kernels: " + lack);
    }
    String code;
    EmittedKernels kernels;
    if (avx2) {
      boolean vnni = Cpu.hasAvxVnni();
      code = (vnni ? "AVX2 and AVX-VNNI code" : "AVX2 code") + " of our own (" + lackOf512 + ")";
      kernels = EmittedKernels.avx2(rest.kernels, vnni);
    } else {
      code = "AVX-512 code of our own";
      kernels = new EmittedKernels(rest.kernels);
    }
    return new KernelChoice(
        kernels,
        "products with weights in "
            + code
            + ", the rest in the "
            + rest.kernels.name()
            + " set: "
            + rest.reason);
  }

  /** Why there can be no emitted kernels here; empty if there can. */
  private static String emittedLack(Supplier<String> ofProcessor) {
    if (!KernelChoice.class.getModule().isNativeAccessEnabled()) {
      return "start Java with --enable-native-access=ALL-UNNAMED,pollux.tensor";
    }
    try {
      return ofProcessor.get();
    } catch (UnsupportedOperationException | LinkageError e) {
      return String.valueOf(e.getMessage());
    }
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
    return switch (kernels) {
      case ScalarKernels _ -> Float.SIZE;
      case EmittedKernels emitted -> emitted.isAvx2() ? 256 : 512;
      default -> VectorKernels.vectorBits();
    };
  }

  /**
   * Compares all kernels, vectors where there are some, with their scalar twins; takes about a
   * second.
   */
  public List<KernelCheck.Row> check() {
    return KernelCheck.against(compiled(kernels), SEED + 1, 9, 203);
  }

  /** What {@code kernels} becomes when it is warm. */
  private static Kernels compiled(Kernels kernels) {
    return switch (kernels) {
      case WarmingKernels _ -> WarmingKernels.vector();
      case EmittedKernels emitted -> emitted.with(compiled(emitted.others()));
      default -> kernels;
    };
  }

  /** One line for {@code pollux doctor}. */
  @Override
  public String toString() {
    return "kernels: " + kernels.name() + ", " + vectorBits() + "-bit vectors (" + reason + ")";
  }
}
