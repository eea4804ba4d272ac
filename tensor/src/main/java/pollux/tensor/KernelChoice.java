package pollux.tensor;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.function.Supplier;
import pollux.tensor.emitted.Cpu;

/**
 * Which set of kernels this process uses, and why.
 *
 * <p>{@code -Dpollux.kernels=scalar|plain|vector|emitted} asks for one. Without it products with
 * weights run in emitted machine code where the processor and the system allow it ({@link
 * EmittedKernels}; in AVX2 code where there is no AVX-512, with the dot products of AVX-VNNI where
 * there are), and the rest in the vector set, kernel by kernel as C2 has compiled it ({@link
 * WarmingKernels}). A set or kernel that is not to be had, or fails its self-test, is left out with
 * one logged line, never silently. {@code emitted-avx2} and {@code emitted-avx-vnni} ask for that
 * code where there is AVX-512, too.
 *
 * @param kernels the set in use
 * @param reason why this one, for a reader
 */
public record KernelChoice(Kernels kernels, String reason) {
  /** The system property that names a set. */
  public static final String PROPERTY = "pollux.kernels";

  private static final String AVX2 = "emitted-avx2";
  private static final String AVX_VNNI = "emitted-avx-vnni";

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
      case "", "emitted", AVX2, AVX_VNNI -> emitted(wanted);
      default ->
          throw new BadInputException(
              "-D"
                  + PROPERTY
                  + "="
                  + wanted
                  + " names no set of kernels: use scalar, plain, vector, emitted, emitted-avx2 or emitted-avx-vnni.");
    };
  }

  private static KernelChoice emitted(String wanted) {
    KernelChoice rest = warming();
    boolean asked = wanted.startsWith("emitted-");
    String no512 = asked ? "-D" + PROPERTY + "=" + wanted : emittedLack(Cpu::lack);
    String lack = no512.isEmpty() ? "" : emittedLack(Cpu::lackOfAvx2);
    boolean vnni = !no512.isEmpty() && lack.isEmpty() && !wanted.equals(AVX2) && Cpu.hasAvxVnni();
    if (wanted.equals(AVX_VNNI) && lack.isEmpty() && !vnni) {
      lack = "the processor lacks AVX-VNNI";
    }
    if (!lack.isEmpty()) {
      System.getLogger("pollux.tensor").log(Level.WARNING, "No emitted kernels: {0}", lack);
      return new KernelChoice(rest.kernels, rest.reason + "; no emitted kernels: " + lack);
    }
    EmittedKernels kernels =
        no512.isEmpty()
            ? new EmittedKernels(rest.kernels)
            : EmittedKernels.avx2(rest.kernels, vnni);
    String code = no512.isEmpty() ? "AVX-512" : vnni ? "AVX2 and AVX-VNNI" : "AVX2";
    return new KernelChoice(
        kernels,
        "products with weights in "
            + code
            + " code of our own"
            + (no512.isEmpty() ? "" : " (" + no512 + ")")
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
