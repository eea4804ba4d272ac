package pollux.tensor;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static pollux.tensor.VectorMath.LANES;
import static pollux.tensor.VectorMath.SPECIES;
import static pollux.tensor.VectorMath.WIDTH;
import static pollux.tensor.VectorMath.sum;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Weights of any element type times rows of F32.
 *
 * <p>Each result is one sum in one order: lane l adds the products of elements l, l + 16, ... by
 * fma, the sixteen lanes are folded ({@link VectorMath#sum}), the tail is added element by element.
 * A block scale times a quantised number is exact in float (11 + 8 bits), so decoded weights and
 * weights decoded on the fly give the same bits, and so do one row and many: what a session answers
 * does not depend on who shares its batch.
 */
final class Linear {
  private static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);

  /**
   * A vector of bytes has at least 8 lanes; a machine with fewer floats in a vector decodes first.
   */
  private static final boolean WIDE = LANES >= 8;

  private static final VectorSpecies<Short> SHORTS =
      VectorSpecies.of(short.class, VectorShape.forBitSize(Math.max(64, LANES * 16)));
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, LANES * 8)));

  /**
   * Rows of weights, and of inputs, of a tile: 16 sums and 8 operands fit the 32 registers of 512
   * bits.
   */
  private static final int TILE = 4;

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  /** Copies on the heap, where C2 compiles the tile best; reused by every call of one thread. */
  private static final class Scratch {
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
    int in = weight.columns();
    Scratch scratch = SCRATCH.get();
    float[] inputs = scratch.inputs(x, Math.multiplyExact(rows, in));
    if (rows == 1 && (WIDE || weight.type() == ElementType.F32)) {
      oneRow(inputs, weight, in, from, to, y);
      return;
    }
    ElementType type = weight.type();
    Codec codec = Codec.of(type);
    long rowBytes = type.bytes(in);
    int out = weight.dim(0);
    float[] weights = scratch.weights(TILE * in);
    for (int o = from; o < to; o += TILE) {
      int height = Math.min(TILE, to - o);
      codec.decode(weight.data(), o * rowBytes, height * in, weights, 0);
      block(inputs, rows, weights, height, in, y, o, out);
    }
  }

  private static void oneRow(float[] x, Tensor weight, int in, int from, int to, MemorySegment y) {
    MemorySegment w = weight.data();
    long rowBytes = weight.type().bytes(in);
    switch (weight.type()) {
      case F32 -> {
        for (int o = from; o < to; o++) {
          y.set(Tensor.FLOAT, o * 4L, dotF32(w, o * rowBytes, x, in));
        }
      }
      case F16 -> {
        for (int o = from; o < to; o++) {
          y.set(Tensor.FLOAT, o * 4L, dotF16(w, o * rowBytes, x, in));
        }
      }
      case BF16 -> {
        for (int o = from; o < to; o++) {
          y.set(Tensor.FLOAT, o * 4L, dotBf16(w, o * rowBytes, x, in));
        }
      }
      case Q8_0 -> {
        for (int o = from; o < to; o++) {
          y.set(Tensor.FLOAT, o * 4L, dotQ8(w, o * rowBytes, x, in));
        }
      }
      case Q4_0 -> {
        for (int o = from; o < to; o++) {
          y.set(Tensor.FLOAT, o * 4L, dotQ4(w, o * rowBytes, x, in));
        }
      }
    }
  }

  private static float dotF32(MemorySegment w, long at, float[] x, int in) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    for (; i <= in - WIDTH; i += WIDTH) {
      s0 = f32(w, at + i * 4L).fma(input(x, i), s0);
      if (LANES <= 8) {
        s1 = f32(w, at + (i + LANES) * 4L).fma(input(x, i + LANES), s1);
      }
      if (LANES <= 4) {
        s2 = f32(w, at + (i + 2 * LANES) * 4L).fma(input(x, i + 2 * LANES), s2);
        s3 = f32(w, at + (i + 3 * LANES) * 4L).fma(input(x, i + 3 * LANES), s3);
      }
    }
    float total = sum(s0, s1, s2, s3);
    for (; i < in; i++) {
      total = Math.fma(w.get(Tensor.FLOAT, at + i * 4L), x[i], total);
    }
    return total;
  }

  private static FloatVector f32(MemorySegment w, long at) {
    return FloatVector.fromMemorySegment(SPECIES, w, at, LITTLE_ENDIAN);
  }

  private static FloatVector input(float[] x, int i) {
    return FloatVector.fromArray(SPECIES, x, i);
  }

  private static float dotF16(MemorySegment w, long at, float[] x, int in) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    int i = 0;
    for (; i <= in - WIDTH; i += WIDTH) {
      s0 = f16(w, at + i * 2L).fma(input(x, i), s0);
      if (LANES == 8) {
        s1 = f16(w, at + (i + LANES) * 2L).fma(input(x, i + LANES), s1);
      }
    }
    float total = sum(s0, s1, s0, s1);
    for (; i < in; i++) {
      total = Math.fma(Float.float16ToFloat(w.get(Codec.SHORT, at + i * 2L)), x[i], total);
    }
    return total;
  }

  private static FloatVector f16(MemorySegment w, long at) {
    IntVector bits = halves(w, at);
    IntVector magnitude = bits.and(0x7fff).lanewise(VectorOperators.LSHL, 13);
    // The exponent moves from bias 15 to 127; the product also makes subnormals normal.
    IntVector finite = magnitude.reinterpretAsFloats().mul(0x1p112f).reinterpretAsInts();
    IntVector value =
        finite.blend(magnitude.or(0x7f800000), magnitude.compare(VectorOperators.GE, 0x7c00 << 13));
    return value.or(bits.and(0x8000).lanewise(VectorOperators.LSHL, 16)).reinterpretAsFloats();
  }

  private static float dotBf16(MemorySegment w, long at, float[] x, int in) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    int i = 0;
    for (; i <= in - WIDTH; i += WIDTH) {
      s0 = bf16(w, at + i * 2L).fma(input(x, i), s0);
      if (LANES == 8) {
        s1 = bf16(w, at + (i + LANES) * 2L).fma(input(x, i + LANES), s1);
      }
    }
    float total = sum(s0, s1, s0, s1);
    for (; i < in; i++) {
      float weight = Float.intBitsToFloat(w.get(Codec.SHORT, at + i * 2L) << 16);
      total = Math.fma(weight, x[i], total);
    }
    return total;
  }

  private static FloatVector bf16(MemorySegment w, long at) {
    return halves(w, at).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
  }

  private static IntVector halves(MemorySegment w, long at) {
    Vector<Integer> wide =
        ShortVector.fromMemorySegment(SHORTS, w, at, LITTLE_ENDIAN)
            .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
    return (IntVector) wide;
  }

  private static float dotQ8(MemorySegment w, long at, float[] x, int in) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    long q = at + 2;
    for (int i = 0; i < in; i += 32) {
      float scale = Float.float16ToFloat(w.get(Codec.SHORT, q - 2));
      s0 = q8(w, q, scale).fma(input(x, i), s0);
      if (LANES == 8) {
        s1 = q8(w, q + 8, scale).fma(input(x, i + 8), s1);
      }
      s0 = q8(w, q + 16, scale).fma(input(x, i + 16), s0);
      if (LANES == 8) {
        s1 = q8(w, q + 24, scale).fma(input(x, i + 24), s1);
      }
      q += 34;
    }
    return sum(s0, s1, s0, s1);
  }

  private static FloatVector q8(MemorySegment w, long at, float scale) {
    Vector<Float> q =
        ByteVector.fromMemorySegment(BYTES, w, at, LITTLE_ENDIAN)
            .convertShape(VectorOperators.B2F, SPECIES, 0);
    return ((FloatVector) q).mul(scale);
  }

  private static float dotQ4(MemorySegment w, long at, float[] x, int in) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    long q = at + 2;
    for (int i = 0; i < in; i += 32) {
      float scale = Float.float16ToFloat(w.get(Codec.SHORT, q - 2));
      IntVector pairs = pairs(w, q);
      s0 = low(pairs, scale).fma(input(x, i), s0);
      if (LANES == 8) {
        IntVector more = pairs(w, q + 8);
        s1 = low(more, scale).fma(input(x, i + 8), s1);
        s1 = high(more, scale).fma(input(x, i + 24), s1);
      }
      s0 = high(pairs, scale).fma(input(x, i + 16), s0);
      q += 18;
    }
    return sum(s0, s1, s0, s1);
  }

  private static IntVector pairs(MemorySegment w, long at) {
    Vector<Integer> wide =
        ByteVector.fromMemorySegment(BYTES, w, at, LITTLE_ENDIAN)
            .convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
    return (IntVector) wide;
  }

  private static FloatVector low(IntVector pairs, float scale) {
    return levels(pairs.and(15), scale);
  }

  private static FloatVector high(IntVector pairs, float scale) {
    return levels(pairs.lanewise(VectorOperators.LSHR, 4), scale);
  }

  private static FloatVector levels(IntVector unsigned, float scale) {
    Vector<Float> q = unsigned.sub(8).convertShape(VectorOperators.I2F, SPECIES, 0);
    return ((FloatVector) q).mul(scale);
  }

  /** All rows of x times up to TILE decoded rows of weights. */
  private static void block(
      float[] x, int rows, float[] w, int height, int in, MemorySegment y, int o, int out) {
    int r = 0;
    if (height == TILE && LANES == WIDTH) {
      for (; r + TILE <= rows; r += TILE) {
        tile(x, r * in, w, in, y, (long) r * out + o, out);
      }
    }
    for (; r < rows; r++) {
      for (int h = 0; h < height; h++) {
        y.set(Tensor.FLOAT, ((long) r * out + o + h) * 4, dot(w, h * in, x, r * in, in));
      }
    }
  }

  private static float dot(float[] w, int ow, float[] x, int ox, int in) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int i = 0;
    for (; i <= in - WIDTH; i += WIDTH) {
      s0 = input(w, ow + i).fma(input(x, ox + i), s0);
      if (LANES <= 8) {
        s1 = input(w, ow + i + LANES).fma(input(x, ox + i + LANES), s1);
      }
      if (LANES <= 4) {
        s2 = input(w, ow + i + 2 * LANES).fma(input(x, ox + i + 2 * LANES), s2);
        s3 = input(w, ow + i + 3 * LANES).fma(input(x, ox + i + 3 * LANES), s3);
      }
    }
    return tail(w, ow, x, ox, i, in, sum(s0, s1, s2, s3));
  }

  private static float tail(float[] w, int ow, float[] x, int ox, int whole, int in, float total) {
    for (int i = whole; i < in; i++) {
      total = Math.fma(w[ow + i], x[ox + i], total);
    }
    return total;
  }

  /** Four rows of x times four rows of weights. */
  private static void tile(
      float[] x, int ox, float[] w, int in, MemorySegment y, long at, int out) {
    FloatVector z = FloatVector.zero(SPECIES);
    FloatVector s00 = z, s01 = z, s02 = z, s03 = z, s10 = z, s11 = z, s12 = z, s13 = z;
    FloatVector s20 = z, s21 = z, s22 = z, s23 = z, s30 = z, s31 = z, s32 = z, s33 = z;
    int whole = SPECIES.loopBound(in);
    for (int i = 0; i < whole; i += LANES) {
      FloatVector w0 = FloatVector.fromArray(SPECIES, w, i);
      FloatVector w1 = FloatVector.fromArray(SPECIES, w, in + i);
      FloatVector w2 = FloatVector.fromArray(SPECIES, w, 2 * in + i);
      FloatVector w3 = FloatVector.fromArray(SPECIES, w, 3 * in + i);
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
      v = FloatVector.fromArray(SPECIES, x, ox + 2 * in + i);
      s20 = w0.fma(v, s20);
      s21 = w1.fma(v, s21);
      s22 = w2.fma(v, s22);
      s23 = w3.fma(v, s23);
      v = FloatVector.fromArray(SPECIES, x, ox + 3 * in + i);
      s30 = w0.fma(v, s30);
      s31 = w1.fma(v, s31);
      s32 = w2.fma(v, s32);
      s33 = w3.fma(v, s33);
    }
    finish(s00, s01, s02, s03, w, x, ox, whole, in, y, at);
    finish(s10, s11, s12, s13, w, x, ox + in, whole, in, y, at + out);
    finish(s20, s21, s22, s23, w, x, ox + 2 * in, whole, in, y, at + 2L * out);
    finish(s30, s31, s32, s33, w, x, ox + 3 * in, whole, in, y, at + 3L * out);
  }

  private static void finish(
      FloatVector s0,
      FloatVector s1,
      FloatVector s2,
      FloatVector s3,
      float[] w,
      float[] x,
      int ox,
      int whole,
      int in,
      MemorySegment y,
      long at) {
    y.set(Tensor.FLOAT, at * 4, tail(w, 0, x, ox, whole, in, sum(s0, s0, s0, s0)));
    y.set(Tensor.FLOAT, at * 4 + 4, tail(w, in, x, ox, whole, in, sum(s1, s1, s1, s1)));
    y.set(Tensor.FLOAT, at * 4 + 8, tail(w, 2 * in, x, ox, whole, in, sum(s2, s2, s2, s2)));
    y.set(Tensor.FLOAT, at * 4 + 12, tail(w, 3 * in, x, ox, whole, in, sum(s3, s3, s3, s3)));
  }
}
