package pollux.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.model.Batch;
import pollux.model.Decoder;
import pollux.model.FamilySpec;
import pollux.model.MediaFrontEnd;
import pollux.model.Prompt;
import pollux.model.Tier;
import pollux.tensor.KernelChoice;
import pollux.tensor.Kernels;
import pollux.tensor.ScalarKernels;
import pollux.tensor.Tensor;
import pollux.tensor.Workspace;

/** Every operation of the tape, as the decoder uses them, against central differences. */
class TapeTest {
  private static final FamilySpec SPEC =
      new FamilySpec(
          24,
          32,
          4,
          2,
          8,
          List.of(32, 32, 64),
          List.of(Tier.NANO, Tier.ULTRA, Tier.PRO),
          1e4f,
          1e-6f,
          64);
  private static final int[] ROWS = {2, 5, 6, 40, 48, 52};
  private static final int[] TARGETS = {3, 1, 20, 7, 7, 0};
  private static final float[] WEIGHTS = {0.3f, 0.1f, 0.2f, 0.2f, 0.1f, 0.1f};

  private static final double STEP = 3e-3;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final Arena arena = Arena.ofAuto();
  private final Workspace workspace = new Workspace(arena);
  private final Workspace probe = new Workspace(arena);

  @Test
  void gradientsOfTheWholeDecoderAgreeWithCentralDifferences() {
    agree(new ScalarKernels());
  }

  @Test
  void soDoThoseOfTheKernelsInUse() {
    agree(KernelChoice.best());
  }

  /** The check itself can fail: each of these is a mistake that trains, only worse. */
  @ParameterizedTest
  @ValueSource(strings = {"softmaxBackward", "gemm", "rmsNormBackward", "swigluBackward", "rope"})
  void aMistakeInABackwardFormulaIsNoticed(String kernel) {
    Kernels sound = new ScalarKernels();
    Object broken =
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals(kernel)) {
                spoil(kernel, arguments);
              }
              return method.invoke(sound, arguments);
            });
    assertThatThrownBy(() -> agree((Kernels) broken))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("d loss");
  }

  private void spoil(String kernel, Object[] arguments) {
    switch (kernel) {
      // The factor before the softmax is forgotten.
      case "softmaxBackward" -> arguments[4] = 1f;
      // Keys and values learn from the last query head of their group alone.
      case "gemm" -> {
        boolean intoHead = !arguments[3].equals(arguments[13]);
        if ((boolean) arguments[0] && intoHead) {
          arguments[14] = false;
        }
      }
      // Only one branch reaches back: past the block, or past the gate.
      case "rmsNormBackward" -> arguments[6] = nowhere(arguments[6]);
      case "swigluBackward" -> arguments[4] = nowhere(arguments[4]);
      // Turned on instead of back.
      case "rope" -> arguments[6] = false;
      default -> throw new IllegalArgumentException(kernel);
    }
  }

  private MemorySegment nowhere(Object segment) {
    return arena.allocate(((MemorySegment) segment).byteSize(), 64);
  }

  private void agree(Kernels kernels) {
    Parameters weights = Parameters.initial(SPEC, seed, arena);
    // No zero matrices: a gradient through them would vanish and prove nothing.
    weights.tensors().values().forEach(this::shake);
    Parameters gradients = Parameters.zeros(SPEC, arena);
    List<Prompt> prompts = prompts();
    for (Tier tier : Tier.values()) {
      gradients.clear();
      workspace.reset();
      Batch batch = Batch.of(prompts, 0, workspace);
      Tape tape = new Tape(kernels, workspace, batch.starts(), weights.pairedWith(gradients));
      Tensor logits = new Decoder(SPEC, weights::get).forward(tape, batch, tier, ROWS);
      Loss loss = Loss.of(kernels, workspace, logits, TARGETS, WEIGHTS, null, 0);
      tape.backward(logits, loss.gradient());
      weights
          .tensors()
          .forEach((name, t) -> {
            float[] gradient = gradients.get(name).toArray();
            float[] direction = direction(gradient);
            double expected = 0;
            for (int i = 0; i < gradient.length; i++) {
              expected += gradient[i] * (double) direction[i];
            }
            double up = lossAt(kernels, weights, prompts, tier, t, direction, STEP);
            double down = lossAt(kernels, weights, prompts, tier, t, direction, -STEP);
            double most = expected == 0 ? 0 : 0.01 * expected + 3e-4;
            assertThat((up - down) / (2 * STEP))
                .as("d loss / d %s, tier %s, seed %d", name, tier, seed)
                .isCloseTo(expected, within(most));
          });
    }
  }

  /**
   * Of length 1: along a random half of the gradient's own elements the derivative is far above the
   * noise of float sums; where no gradient came, along anything, since then the loss must not move.
   */
  private float[] direction(float[] gradient) {
    float[] direction = new float[gradient.length];
    for (int i = 0; i < direction.length; i++) {
      direction[i] = random.nextBoolean() ? gradient[i] : 0;
    }
    if (length(direction) == 0) {
      for (int i = 0; i < direction.length; i++) {
        direction[i] = (float) random.nextGaussian();
      }
    }
    double length = length(direction);
    for (int i = 0; i < direction.length; i++) {
      direction[i] /= (float) length;
    }
    return direction;
  }

  private static double length(float[] vector) {
    double squares = 0;
    for (float v : vector) {
      squares += (double) v * v;
    }
    return Math.sqrt(squares);
  }

  private double lossAt(
      Kernels kernels,
      Parameters weights,
      List<Prompt> prompts,
      Tier tier,
      Tensor t,
      float[] direction,
      double h) {
    float[] old = t.toArray();
    for (int i = 0; i < old.length; i++) {
      t.set(i, (float) (old[i] + h * direction[i]));
    }
    probe.reset();
    Batch batch = Batch.of(prompts, 0, probe);
    Tape tape = new Tape(kernels, probe, batch.starts(), weights.pairedWith(weights));
    Tensor logits = new Decoder(SPEC, weights::get).forward(tape, batch, tier, ROWS);
    double sum = Loss.of(kernels, probe, logits, TARGETS, WEIGHTS, null, 0).sum();
    for (int i = 0; i < old.length; i++) {
      t.set(i, old[i]);
    }
    return sum;
  }

  private void shake(Tensor t) {
    for (long i = 0; i < t.elements(); i++) {
      t.set(i, t.get(i) + 0.1f * (float) random.nextGaussian());
    }
  }

  /** A text of 7 positions; a picture with text around it; a sound. */
  private List<Prompt> prompts() {
    int[] withPicture = new int[3 + 36 + 2];
    int[] withSound = new int[2 + 3 + 2];
    return List.of(
        new Prompt(random.ints(7, 0, 24).toArray(), List.of()),
        media(withPicture, 3, Prompt.Kind.PATCHES, 6, 6, MediaFrontEnd.PATCH_BYTES),
        media(withSound, 2, Prompt.Kind.SOUND, 3, 1, MediaFrontEnd.SOUND_BYTES));
  }

  private Prompt media(
      int[] tokens, int start, Prompt.Kind kind, int rows, int columns, int length) {
    for (int i = 0; i < tokens.length; i++) {
      boolean inside = i >= start && i < start + rows * columns;
      tokens[i] = inside ? Prompt.MEDIA : random.nextInt(24);
    }
    byte[] features = new byte[rows * columns * length];
    random.nextBytes(features);
    return new Prompt(tokens, List.of(new Prompt.Span(kind, start, rows, columns, features)));
  }
}
