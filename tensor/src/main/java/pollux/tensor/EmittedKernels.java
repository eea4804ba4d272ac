package pollux.tensor;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pollux.tensor.emitted.Cpu;
import pollux.tensor.emitted.PlainProduct;
import pollux.tensor.emitted.Product;
import pollux.tensor.emitted.QuantisedProduct;
import pollux.tensor.emitted.VexProduct;

/**
 * Products with weights in machine code that Java itself writes, warm at once; everything else is
 * left to another set. Quantised weights meet operands of 8 bits, in exact integers for each 32
 * elements.
 *
 * <p>The code of an element type is written and held against its scalar twin when it is first
 * needed. One that errs is left out with a logged line: the other set has all types.
 *
 * <p>One row and many have the same bits: see {@link QuantisedProduct}.
 */
final class EmittedKernels implements Kernels {
  private static final long SEED = 20261125;

  /** Results of one thread's last rows of weights, which fill no tile; and such rows. */
  private static final ThreadLocal<Room> ROOM = ThreadLocal.withInitial(Room::new);

  private static final class Room {
    private MemorySegment room = MemorySegment.NULL;

    MemorySegment of(long bytes) {
      if (room.byteSize() < bytes) {
        room = Arena.ofAuto().allocate(bytes, 64);
      }
      return room;
    }
  }

  /** The code of one element type, made and checked when it is first asked for. */
  private static final class Slot {
    final Operand.Form form;
    private final Supplier<Product> maker;
    private volatile @Nullable Optional<Product> product;

    Slot(Operand.Form form, Supplier<Product> maker) {
      this.form = form;
      this.maker = maker;
    }

    Optional<Product> product(ElementType type) {
      Optional<Product> known = product;
      return known != null ? known : make(type);
    }

    private synchronized Optional<Product> make(ElementType type) {
      Optional<Product> known = product;
      if (known == null) {
        known = checked(type, form, maker);
        product = known;
      }
      return known;
    }
  }

  /** What the code needs of the processor. */
  private enum Code {
    AVX_512("emitted"),
    AVX2("emitted-avx2"),
    AVX_VNNI("emitted-avx-vnni");

    private final String set;

    Code(String set) {
      this.set = set;
    }
  }

  private final Kernels others;
  private final Code code;
  private final Map<ElementType, Slot> slots = new EnumMap<>(ElementType.class);

  /** In AVX-512 code; leaves to {@code others} what is not emitted. */
  EmittedKernels(Kernels others) {
    this(others, Code.AVX_512);
    slots.put(ElementType.Q8_0, new Slot(Operand.Form.Q8, QuantisedProduct::q8_0));
    slots.put(ElementType.Q4_0, new Slot(Operand.Form.Q8, QuantisedProduct::q4_0));
    slots.put(ElementType.Q4_K, new Slot(Operand.Form.Q8, QuantisedProduct::q4K));
    slots.put(ElementType.Q6_K, new Slot(Operand.Form.Q8, QuantisedProduct::q6K));
    slots.put(ElementType.Q5_0, new Slot(Operand.Form.Q8, QuantisedProduct::q5_0));
    slots.put(ElementType.Q5_K, new Slot(Operand.Form.Q8, QuantisedProduct::q5K));
    Supplier<Product> mxFp4 = () -> QuantisedProduct.mxFp4(MxFp4Codec.TWICE);
    slots.put(ElementType.MXFP4, new Slot(Operand.Form.Q8, mxFp4));
    Supplier<Product> iq4Nl = () -> QuantisedProduct.iq4Nl(Iq4Codec.VALUES);
    slots.put(ElementType.IQ4_NL, new Slot(Operand.Form.Q8, iq4Nl));
    slots.put(ElementType.Q4_1, new Slot(Operand.Form.Q8, QuantisedProduct::q4_1));
    slots.put(ElementType.Q5_1, new Slot(Operand.Form.Q8, QuantisedProduct::q5_1));
    slots.put(ElementType.Q3_K, new Slot(Operand.Form.Q8, QuantisedProduct::q3K));
    slots.put(ElementType.Q2_K, new Slot(Operand.Form.Q8, QuantisedProduct::q2K));
    Supplier<Product> iq4Xs = () -> QuantisedProduct.iq4Xs(Iq4Codec.VALUES);
    slots.put(ElementType.IQ4_XS, new Slot(Operand.Form.Q8, iq4Xs));
    slots.put(ElementType.F32, new Slot(Operand.Form.F32, PlainProduct::f32));
    slots.put(ElementType.F16, new Slot(Operand.Form.F32, PlainProduct::f16));
    if (Cpu.hasBf16()) {
      slots.put(ElementType.BF16, new Slot(Operand.Form.BF16, PlainProduct::bf16));
    }
  }

  private EmittedKernels(Kernels others, Code code) {
    this.others = others;
    this.code = code;
  }

  /** In AVX2 code, with the dot products of AVX-VNNI if {@code vnni}. */
  static EmittedKernels avx2(Kernels others, boolean vnni) {
    EmittedKernels kernels = new EmittedKernels(others, vnni ? Code.AVX_VNNI : Code.AVX2);
    Map<ElementType, Slot> slots = kernels.slots;
    slots.put(ElementType.Q8_0, new Slot(Operand.Form.Q8, () -> VexProduct.q8_0(vnni)));
    slots.put(ElementType.Q4_0, new Slot(Operand.Form.Q8, () -> VexProduct.q4_0(vnni)));
    slots.put(ElementType.Q4_K, new Slot(Operand.Form.Q8, () -> VexProduct.q4K(vnni)));
    slots.put(ElementType.Q6_K, new Slot(Operand.Form.Q8, () -> VexProduct.q6K(vnni)));
    slots.put(ElementType.F32, new Slot(Operand.Form.F32, VexProduct::f32));
    slots.put(ElementType.F16, new Slot(Operand.Form.F32, VexProduct::f16));
    slots.put(ElementType.BF16, new Slot(Operand.Form.F32, VexProduct::bf16));
    return kernels;
  }

  /** This set with others for what is not emitted. */
  EmittedKernels with(Kernels otherOthers) {
    EmittedKernels kernels = new EmittedKernels(otherOthers, code);
    kernels.slots.putAll(slots);
    return kernels;
  }

  /** Whether the code is AVX2, and needs no AVX-512. */
  boolean isAvx2() {
    return code != Code.AVX_512;
  }

  /** One type alone, unchecked. */
  private EmittedKernels(ElementType type, Operand.Form form, Product product) {
    this(new ScalarKernels(), product instanceof VexProduct ? Code.AVX2 : Code.AVX_512);
    Slot slot = new Slot(form, () -> product);
    slot.product = Optional.of(product);
    slots.put(type, slot);
  }

  /** What {@code maker} makes, if it agrees with the scalar set. */
  static Optional<Product> checked(ElementType type, Operand.Form form, Supplier<Product> maker) {
    String reason;
    try {
      Product product = maker.get();
      Kernels alone = new EmittedKernels(type, form, product);
      List<KernelCheck.Row> wrong =
          KernelCheck.linear(alone, type, SEED).stream().filter(row -> !row.ok()).toList();
      if (wrong.isEmpty()) {
        return Optional.of(product);
      }
      reason = wrong.getFirst().toString();
    } catch (UnsupportedOperationException e) {
      reason = String.valueOf(e.getMessage());
    }
    System.getLogger("pollux.tensor")
        .log(Level.WARNING, "Emitted kernels for {0} are left out: {1}", type, reason);
    return Optional.empty();
  }

  private Optional<Product> product(ElementType type) {
    Slot slot = slots.get(type);
    return slot == null ? Optional.empty() : slot.product(type);
  }

  /** Whether {@code kernels} has checked code for {@code type}. */
  static boolean hasCode(Kernels kernels, ElementType type) {
    return kernels instanceof EmittedKernels emitted && emitted.product(type).isPresent();
  }

  @Override
  public String name() {
    return code.set;
  }

  /** The set that has what is not emitted. */
  Kernels others() {
    return others;
  }

  @Override
  public Operand.Form form(ElementType type) {
    Slot slot = slots.get(type);
    return slot != null && slot.product(type).isPresent() ? slot.form : others.form(type);
  }

  @Override
  public void prepare(MemorySegment x, int from, int to, Operand operand) {
    int columns = operand.columns();
    long stride = operand.form().rowBytes(columns);
    long source = x.asSlice(4L * from * columns, 4L * (to - from) * columns).address();
    long target = operand.data().asSlice(from * stride, (to - from) * stride).address();
    switch (operand.form()) {
      case F32 -> others.prepare(x, from, to, operand);
      case BF16 -> PlainProduct.round(source, 4L * columns, columns, to - from, target, stride);
      case Q8 -> QuantisedProduct.quantise(source, (long) (to - from) * columns, target);
    }
  }

  @Override
  public void linear(Operand x, Tensor weight, int from, int to, MemorySegment y) {
    ElementType type = weight.type();
    Slot slot = slots.get(type);
    Optional<Product> emitted = product(type);
    if (slot == null || emitted.isEmpty() || x.form() != slot.form) {
      others.linear(x, weight, from, to, y);
      return;
    }
    int out = weight.dim(0);
    int in = weight.columns();
    if (in != x.columns() || from < 0 || to > out || y.byteSize() < 4L * x.rows() * out) {
      throw new IllegalArgumentException(
          "rows " + from + " to " + to + " of " + weight + " do not fit " + x + " and " + y);
    }
    Product product = emitted.get();
    int whole = Math.max(0, to - from) / product.step() * product.step();
    if (whole > 0 && x.rows() > 0) {
      product.multiply(
          weight.data().address() + from * type.bytes(in),
          type.bytes(in),
          whole,
          in,
          x.data().address(),
          x.form().rowBytes(in),
          x.rows(),
          y.address() + 4L * from,
          4L * out);
    }
    if (from + whole < to && x.rows() > 0) {
      last(product, x, weight, from + whole, to, y);
    }
  }

  /** Rows that fill no tile: one is computed that ends with them, or begins with the weights. */
  private static void last(
      Product product, Operand x, Tensor weight, int from, int to, MemorySegment y) {
    int step = product.step();
    int out = weight.dim(0);
    int in = weight.columns();
    long rowBytes = weight.type().bytes(in);
    long copied = out < step ? step * rowBytes : 0;
    MemorySegment room = ROOM.get().of(4L * step * x.rows() + copied);
    int first = Math.max(0, to - step);
    long weights = weight.data().address() + first * rowBytes;
    if (copied > 0) {
      MemorySegment tile = room.asSlice(4L * step * x.rows(), copied);
      tile.copyFrom(weight.data()).asSlice(weight.data().byteSize()).fill((byte) 0);
      weights = tile.address();
    }
    product.multiply(
        weights,
        rowBytes,
        step,
        in,
        x.data().address(),
        x.form().rowBytes(in),
        x.rows(),
        room.address(),
        4L * step);
    for (int r = 0; r < x.rows(); r++) {
      long at = 4L * ((long) r * step + from - first);
      MemorySegment.copy(room, at, y, 4L * ((long) r * out + from), 4L * (to - from));
    }
  }

  // --- what is not emitted ---

  @Override
  public void gemm(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      MemorySegment a,
      long offsetA,
      int lda,
      MemorySegment b,
      long offsetB,
      int ldb,
      MemorySegment c,
      long offsetC,
      int ldc,
      boolean accumulate) {
    others.gemm(
        transposeA,
        transposeB,
        m,
        n,
        k,
        a,
        offsetA,
        lda,
        b,
        offsetB,
        ldb,
        c,
        offsetC,
        ldc,
        accumulate);
  }

  @Override
  public void rmsNorm(
      MemorySegment x, MemorySegment gain, float eps, int rows, int n, MemorySegment y) {
    others.rmsNorm(x, gain, eps, rows, n, y);
  }

  @Override
  public void rmsNormBackward(
      MemorySegment x,
      MemorySegment gain,
      float eps,
      int rows,
      int n,
      MemorySegment dy,
      MemorySegment dx,
      MemorySegment dGain) {
    others.rmsNormBackward(x, gain, eps, rows, n, dy, dx, dGain);
  }

  @Override
  public void rope(
      MemorySegment x,
      int rows,
      int heads,
      int headLength,
      int[] positions,
      Rotary rotary,
      boolean inverse) {
    others.rope(x, rows, heads, headLength, positions, rotary, inverse);
  }

  @Override
  public void swiglu(MemorySegment gate, MemorySegment up, long n, MemorySegment y) {
    others.swiglu(gate, up, n, y);
  }

  @Override
  public void swigluBackward(
      MemorySegment gate,
      MemorySegment up,
      MemorySegment dy,
      long n,
      MemorySegment dGate,
      MemorySegment dUp) {
    others.swigluBackward(gate, up, dy, n, dGate, dUp);
  }

  @Override
  public void softmax(MemorySegment x, long offset, int n, float scale) {
    others.softmax(x, offset, n, scale);
  }

  @Override
  public void softmaxBackward(MemorySegment p, MemorySegment dp, long offset, int n, float scale) {
    others.softmaxBackward(p, dp, offset, n, scale);
  }

  @Override
  public void axpy(
      float alpha, MemorySegment x, long offsetX, MemorySegment y, long offsetY, long n) {
    others.axpy(alpha, x, offsetX, y, offsetY, n);
  }

  @Override
  public float dot(MemorySegment x, long offsetX, MemorySegment y, long offsetY, long n) {
    return others.dot(x, offsetX, y, offsetY, n);
  }
}
