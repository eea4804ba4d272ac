package pollux.tensor;

import static pollux.tensor.VectorMath.LANES;
import static pollux.tensor.VectorMath.ORDER;
import static pollux.tensor.VectorMath.SPECIES;
import static pollux.tensor.VectorMath.WIDTH;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Weights of any element type times rows of F32.
 *
 * <p>Each result is one sum in one order: lane l adds the products of elements l, l + 16, ... by
 * fma, the sixteen lanes are folded ({@link Lanes}), the tail is added element by element. A block
 * scale times a quantised number is exact in float (11 + 8 bits), so decoded weights and weights
 * decoded on the fly give the same bits, and so do one row and many: what a session answers does
 * not depend on who shares its batch.
 */
final class Linear {
  private static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);

  /** A vector of bytes has at least 8 lanes; a machine with fewer floats in one decodes first. */
  private static final boolean WIDE = LANES >= 8;

  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(Math.max(64, LANES * 16)));

  /** Rows of weights, and of inputs, of a tile: 16 sums, 8 operands in 32 registers of 512 bits. */
  private static final int TILE = 4;

  /** Results that are folded at once. */
  private static final int BATCH = TILE * TILE;

  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, LANES * 8)));

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  /** Copies on the heap, where C2 compiles the tile best; reused by every call of one thread. */
  private static final class Scratch {
    final float[] lanes = new float[BATCH * WIDTH];
    final float[] sums = new float[BATCH];
    final Levels levels = new Levels();
    private float[] inputs = {};
    private float[] weights = {};

    float[] inputs(MemorySegment x, int length) {
      if (inputs.length < length) {
        inputs = new float[length];
      }
      MemorySegment.copy(x, Tensor.FLOAT, 0, inputs, 0, length);
      return inputs;
    }

    float[] weights(int length) {
      if (weights.length < length) {
        weights = new float[length];
      }
      return weights;
    }
  }

  private Linear() {}

  /** As {@link Kernels#linear}. */
  static void linear(MemorySegment x, int rows, Tensor weight, int from, int to, MemorySegment y) {
    Scratch scratch = SCRATCH.get();
    float[] inputs = scratch.inputs(x, Math.multiplyExact(rows, weight.columns()));
    if (rows == 1 && decodesOnTheFly(weight.type())) {
      oneRow(inputs, weight, from, to, y, scratch);
    } else {
      manyRows(inputs, rows, weight, from, to, y, scratch);
    }
  }

  /** Whether one row has vector code of its own; weights of other types are decoded by panels. */
  private static boolean decodesOnTheFly(ElementType type) {
    return switch (type) {
      case F32 -> true;
      case F16, BF16, Q8_0, Q4_0 -> WIDE;
      default -> Levels.unpacks(type);
    };
  }

  private static void oneRow(
      float[] x, Tensor weight, int from, int to, MemorySegment y, Scratch scratch) {
    int in = weight.columns();
    MemorySegment w = weight.data();
    long rowBytes = weight.type().bytes(in);
    float[] lanes = scratch.lanes;
    float[] sums = scratch.sums;
    for (int o = from; o < to; o += BATCH) {
      int count = Math.min(BATCH, to - o);
      long at = o * rowBytes;
      switch (weight.type()) {
        case F32 -> f32(w, at, rowBytes, count, x, in, lanes);
        case F16 -> f16(w, at, rowBytes, count, x, in, lanes);
        case BF16 -> bf16(w, at, rowBytes, count, x, in, lanes);
        case Q8_0 -> q8(w, at, rowBytes, count, x, in, lanes);
        case Q4_0 -> q4(w, at, rowBytes, count, x, in, lanes);
        default -> blocks(weight, at, rowBytes, count, x, in, scratch);
      }
      VectorMath.fold(lanes, count, sums);
      if (in % WIDTH != 0) {
        addTails(weight, o, count, x, scratch);
      }
      MemorySegment.copy(sums, 0, y, Tensor.FLOAT, o * 4L, count);
    }
  }

  /** The elements past the last whole sixteen, which plain types alone have. */
  private static void addTails(Tensor weight, int o, int count, float[] x, Scratch scratch) {
    int in = weight.columns();
    float[] w = scratch.weights(in);
    for (int i = 0; i < count; i++) {
      Codec codec = Codec.of(weight.type());
      codec.decode(weight.data(), (o + i) * weight.type().bytes(in), in, w, 0);
      scratch.sums[i] = tail(w, 0, x, 0, in, scratch.sums[i]);
    }
  }

  /**
   * A plain read of {@code w}, for what it does to the compiled method around it: a weights file
   * may be cut short while it is mapped, and HotSpot turns the fault into an InternalError only in
   * code that holds a plain access to a segment, not in code with loads of vectors alone, which
   * ends the process (JDK 25.0.3).
   */
  private static void survive(MemorySegment w, long at) {
    if (at < w.byteSize()) {
      w.get(ValueLayout.JAVA_BYTE, at);
    }
  }

  private static void f32(
      MemorySegment w, long at, long rowBytes, int count, float[] x, int in, float[] lanes) {
    int whole = in & -WIDTH;
    survive(w, at);
    for (int r = 0; r < count; r++, at += rowBytes) {
      for (int p = 0; p < WIDTH; p += LANES) {
        FloatVector s = FloatVector.zero(SPECIES);
        for (int i = p; i < whole; i += WIDTH) {
          s =
              FloatVector.fromMemorySegment(SPECIES, w, at + i * 4L, ORDER)
                  .fma(FloatVector.fromArray(SPECIES, x, i), s);
        }
        s.intoArray(lanes, r * WIDTH + p);
      }
    }
  }

  private static void f16(
      MemorySegment w, long at, long rowBytes, int count, float[] x, int in, float[] lanes) {
    int whole = in & -WIDTH;
    survive(w, at);
    for (int r = 0; r < count; r++, at += rowBytes) {
      for (int p = 0; p < WIDTH; p += LANES) {
        FloatVector s = FloatVector.zero(SPECIES);
        for (int i = p; i < whole; i += WIDTH) {
          IntVector bits =
              (IntVector)
                  ShortVector.fromMemorySegment(SHORTS, w, at + i * 2L, ORDER)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
          IntVector magnitude = bits.and(0x7fff).lanewise(VectorOperators.LSHL, 13);
          // The exponent moves from bias 15 to 127; the product also makes subnormals normal.
          IntVector finite = magnitude.reinterpretAsFloats().mul(0x1p112f).reinterpretAsInts();
          FloatVector value =
              finite
                  .blend(
                      magnitude.or(0x7f800000), magnitude.compare(VectorOperators.GE, 0x7c00 << 13))
                  .or(bits.and(0x8000).lanewise(VectorOperators.LSHL, 16))
                  .reinterpretAsFloats();
          s = value.fma(FloatVector.fromArray(SPECIES, x, i), s);
        }
        s.intoArray(lanes, r * WIDTH + p);
      }
    }
  }

  private static void bf16(
      MemorySegment w, long at, long rowBytes, int count, float[] x, int in, float[] lanes) {
    int whole = in & -WIDTH;
    survive(w, at);
    for (int r = 0; r < count; r++, at += rowBytes) {
      for (int p = 0; p < WIDTH; p += LANES) {
        FloatVector s = FloatVector.zero(SPECIES);
        for (int i = p; i < whole; i += WIDTH) {
          IntVector bits =
              (IntVector)
                  ShortVector.fromMemorySegment(SHORTS, w, at + i * 2L, ORDER)
                      .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
          FloatVector value = bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
          s = value.fma(FloatVector.fromArray(SPECIES, x, i), s);
        }
        s.intoArray(lanes, r * WIDTH + p);
      }
    }
  }

  private static void q8(
      MemorySegment w, long at, long rowBytes, int count, float[] x, int in, float[] lanes) {
    for (int r = 0; r < count; r++, at += rowBytes) {
      for (int p = 0; p < WIDTH; p += LANES) {
        FloatVector s = FloatVector.zero(SPECIES);
        long q = at + 2;
        for (int i = p; i < in; i += 32, q += 34) {
          float scale = Float.float16ToFloat(w.get(Codec.SHORT, q - 2));
          FloatVector first =
              (FloatVector)
                  ByteVector.fromMemorySegment(BYTES, w, q + p, ORDER)
                      .convertShape(VectorOperators.B2F, SPECIES, 0);
          FloatVector second =
              (FloatVector)
                  ByteVector.fromMemorySegment(BYTES, w, q + p + 16, ORDER)
                      .convertShape(VectorOperators.B2F, SPECIES, 0);
          s = first.mul(scale).fma(FloatVector.fromArray(SPECIES, x, i), s);
          s = second.mul(scale).fma(FloatVector.fromArray(SPECIES, x, i + 16), s);
        }
        s.intoArray(lanes, r * WIDTH + p);
      }
    }
  }

  private static void q4(
      MemorySegment w, long at, long rowBytes, int count, float[] x, int in, float[] lanes) {
    for (int r = 0; r < count; r++, at += rowBytes) {
      for (int p = 0; p < WIDTH; p += LANES) {
        FloatVector s = FloatVector.zero(SPECIES);
        long q = at + 2;
        for (int i = p; i < in; i += 32, q += 18) {
          float scale = Float.float16ToFloat(w.get(Codec.SHORT, q - 2));
          IntVector pairs =
              (IntVector)
                  ByteVector.fromMemorySegment(BYTES, w, q + p, ORDER)
                      .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
          FloatVector low =
              (FloatVector) pairs.and(15).sub(8).convertShape(VectorOperators.I2F, SPECIES, 0);
          FloatVector high =
              (FloatVector)
                  pairs
                      .lanewise(VectorOperators.LSHR, 4)
                      .sub(8)
                      .convertShape(VectorOperators.I2F, SPECIES, 0);
          s = low.mul(scale).fma(FloatVector.fromArray(SPECIES, x, i), s);
          s = high.mul(scale).fma(FloatVector.fromArray(SPECIES, x, i + 16), s);
        }
        s.intoArray(lanes, r * WIDTH + p);
      }
    }
  }

  /** Any other block type: {@link Levels} unpacks chunks of four rows and multiplies them. */
  private static void blocks(
      Tensor weight, long at, long rowBytes, int count, float[] x, int in, Scratch scratch) {
    ElementType type = weight.type();
    Levels levels = scratch.levels;
    float[] lanes = scratch.lanes;
    Arrays.fill(lanes, 0);
    for (int r = 0; r < count; r += Levels.ROWS) {
      int height = Math.min(Levels.ROWS, count - r);
      for (int i = 0; i < in; i += Levels.STRIP) {
        int strip = Math.min(Levels.STRIP, in - i);
        long from = at + r * rowBytes + type.bytes(i);
        levels.fetch(type, weight.data(), from, rowBytes, height, strip);
        for (int c = 0; c < strip; c += Levels.CHUNK) {
          int elements = Math.min(Levels.CHUNK, strip - c);
          for (int h = 0; h < height; h++) {
            levels.unpack(h, c, elements);
          }
          levels.multiply(elements, x, i + c, lanes, r * WIDTH); // past the last row, of old levels
        }
      }
    }
  }

  /** {@code height} rows of weights from row {@code o}, as floats. */
  private static void decode(Tensor weight, int o, int height, float[] w, Levels levels) {
    ElementType type = weight.type();
    int in = weight.columns();
    long at = o * type.bytes(in);
    if (!Levels.unpacks(type)) {
      Codec.of(type).decode(weight.data(), at, height * in, w, 0);
      return;
    }
    for (int i = 0; i < height * in; i += Levels.STRIP) { // rows follow one another
      int strip = Math.min(Levels.STRIP, height * in - i);
      levels.fetch(type, weight.data(), at + type.bytes(i), 0, 1, strip);
      for (int c = 0; c < strip; c += Levels.CHUNK) {
        int elements = Math.min(Levels.CHUNK, strip - c);
        levels.unpack(0, c, elements);
        levels.decode(0, elements, w, i + c);
      }
    }
  }

  private static void manyRows(
      float[] x, int rows, Tensor weight, int from, int to, MemorySegment y, Scratch scratch) {
    int in = weight.columns();
    int out = weight.dim(0);
    float[] w = scratch.weights(TILE * in);
    for (int o = from; o < to; o += TILE) {
      int height = Math.min(TILE, to - o);
      decode(weight, o, height, w, scratch.levels);
      for (int r = 0; r < rows; r += TILE) {
        int width = Math.min(TILE, rows - r);
        if (LANES == WIDTH && height == TILE && width == TILE) {
          tile(x, r * in, w, in, scratch.lanes);
        } else {
          edge(x, r * in, width, w, height, in, scratch.lanes);
        }
        VectorMath.fold(scratch.lanes, BATCH, scratch.sums);
        write(x, r, width, w, height, in, scratch.sums, y, o, out);
      }
    }
  }

  /** Adds the tails, and copies {@code sums[row * TILE + weight row]} to y. */
  private static void write(
      float[] x,
      int r,
      int width,
      float[] w,
      int height,
      int in,
      float[] sums,
      MemorySegment y,
      int o,
      int out) {
    for (int i = 0; i < width; i++) {
      long at = ((long) (r + i) * out + o) * 4;
      for (int h = 0; h < height; h++) {
        float sum = tail(w, h * in, x, (r + i) * in, in, sums[i * TILE + h]);
        y.set(Tensor.FLOAT, at + h * 4L, sum);
      }
    }
  }

  private static float tail(float[] w, int ow, float[] x, int ox, int in, float total) {
    for (int i = in & -WIDTH; i < in; i++) {
      total = Math.fma(w[ow + i], x[ox + i], total);
    }
    return total;
  }

  /** A tile that is not full, or a machine whose registers hold no full one. */
  private static void edge(
      float[] x, int ox, int width, float[] w, int height, int in, float[] lanes) {
    int whole = in & -WIDTH;
    for (int r = 0; r < width; r++) {
      for (int h = 0; h < height; h++) {
        for (int p = 0; p < WIDTH; p += LANES) {
          FloatVector s = FloatVector.zero(SPECIES);
          for (int i = p; i < whole; i += WIDTH) {
            s =
                FloatVector.fromArray(SPECIES, w, h * in + i)
                    .fma(FloatVector.fromArray(SPECIES, x, ox + r * in + i), s);
          }
          s.intoArray(lanes, (r * TILE + h) * WIDTH + p);
        }
      }
    }
  }

  /** Four rows of x times four rows of weights. */
  private static void tile(float[] x, int ox, float[] w, int in, float[] lanes) {
    FloatVector z = FloatVector.zero(SPECIES);
    FloatVector s00 = z, s01 = z, s02 = z, s03 = z, s10 = z, s11 = z, s12 = z, s13 = z;
    FloatVector s20 = z, s21 = z, s22 = z, s23 = z, s30 = z, s31 = z, s32 = z, s33 = z;
    int whole = in & -WIDTH;
    int in2 = 2 * in;
    int in3 = 3 * in;
    for (int i = 0; i < whole; i += WIDTH) {
      FloatVector w0 = FloatVector.fromArray(SPECIES, w, i);
      FloatVector w1 = FloatVector.fromArray(SPECIES, w, in + i);
      FloatVector w2 = FloatVector.fromArray(SPECIES, w, in2 + i);
      FloatVector w3 = FloatVector.fromArray(SPECIES, w, in3 + i);
      FloatVector v = FloatVector.fromArray(SPECIES, x, ox + i);
      s00 = w0.fma(v, s00);
      s01 = w1.fma(v, s01);
      s02 = w2.fma(v, s02);
      s03 = w3.fma(v, s03);
      v = FloatVector.fromArray(SPECIES, x, ox + in + i);
      s10 = w0.fma(v, s10);
      s11 = w1.fma(v, s11);
      s12 = w2.fma(v, s12);
      s13 = w3.fma(v, s13);
      v = FloatVector.fromArray(SPECIES, x, ox + in2 + i);
      s20 = w0.fma(v, s20);
      s21 = w1.fma(v, s21);
      s22 = w2.fma(v, s22);
      s23 = w3.fma(v, s23);
      v = FloatVector.fromArray(SPECIES, x, ox + in3 + i);
      s30 = w0.fma(v, s30);
      s31 = w1.fma(v, s31);
      s32 = w2.fma(v, s32);
      s33 = w3.fma(v, s33);
    }
    s00.intoArray(lanes, 0);
    s01.intoArray(lanes, WIDTH);
    s02.intoArray(lanes, 2 * WIDTH);
    s03.intoArray(lanes, 3 * WIDTH);
    s10.intoArray(lanes, 4 * WIDTH);
    s11.intoArray(lanes, 5 * WIDTH);
    s12.intoArray(lanes, 6 * WIDTH);
    s13.intoArray(lanes, 7 * WIDTH);
    s20.intoArray(lanes, 8 * WIDTH);
    s21.intoArray(lanes, 9 * WIDTH);
    s22.intoArray(lanes, 10 * WIDTH);
    s23.intoArray(lanes, 11 * WIDTH);
    s30.intoArray(lanes, 12 * WIDTH);
    s31.intoArray(lanes, 13 * WIDTH);
    s32.intoArray(lanes, 14 * WIDTH);
    s33.intoArray(lanes, 15 * WIDTH);
  }
}
