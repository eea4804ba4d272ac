package pollux.tensor;

import static pollux.tensor.VectorMath.LANES;
import static pollux.tensor.VectorMath.ORDER;
import static pollux.tensor.VectorMath.SPECIES;
import static pollux.tensor.VectorMath.WIDTH;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Up to {@link #CHUNK} quantised elements each of {@link #ROWS} rows, unpacked into what one inner
 * loop wants of every block type: a signed byte q for each element, a scale s and a shift m for
 * each group; the element is {@code s * q + m}. The codecs say where the bits lie; each product is
 * exact in float, so that the result has the codec's bits.
 *
 * <p>Needs vectors of 256 bits.
 */
final class Levels {
  static final int CHUNK = 256;
  static final int ROWS = 4;

  /** Elements of a row that are fetched at once. */
  static final int STRIP = 2048;

  private static final int GROUPS = CHUNK / 16;
  private static final VectorSpecies<Byte> B64 = ByteVector.SPECIES_64;
  private static final VectorSpecies<Byte> B128 = ByteVector.SPECIES_128;
  private static final VectorSpecies<Byte> B256 = ByteVector.SPECIES_256;
  private static final VectorSpecies<Float> F256 = FloatVector.SPECIES_256;

  /** As many bytes as a vector has floats. */
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, LANES * 8)));

  private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ORDER);
  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ORDER);

  private final byte[] levels = new byte[ROWS * CHUNK];
  private final float[] scales = new float[ROWS * GROUPS];
  private final float[] minima = new float[ROWS * GROUPS];

  /** Scales of groups before they become floats. */
  private final byte[] small = new byte[16];

  private ElementType type = ElementType.Q8_0;

  /** Elements of a group as a power of two. */
  private int groupBits;

  private byte[] raw = {};

  /** Bytes of one row in {@link #raw}. */
  private int stripBytes;

  /** Whether {@code type} can be unpacked; the others are decoded by their codec. */
  static boolean unpacks(ElementType type) {
    return LANES >= 8 && type.quantised() && type != ElementType.TQ1_0;
  }

  /**
   * Copies up to {@link #STRIP} elements of each of {@code rows} rows to the heap: vectors are
   * loaded from there with fewer checks, and a fault in a file that was cut short is an error
   * wherever C2 has compiled vectors.
   */
  void fetch(ElementType type, MemorySegment w, long at, long rowBytes, int rows, int elements) {
    this.type = type;
    groupBits =
        switch (type) {
          case Q2_K, Q3_K, Q6_K -> 4;
          case TQ2_0 -> 8;
          default -> 5;
        };
    stripBytes = (int) type.bytes(elements);
    if (raw.length < rows * stripBytes) {
      raw = new byte[ROWS * (int) type.bytes(STRIP)];
    }
    for (int r = 0; r < rows; r++) {
      MemorySegment.copy(
          w, ValueLayout.JAVA_BYTE, at + r * rowBytes, raw, r * stripBytes, stripBytes);
    }
  }

  /** Unpacks {@code elements}, whole blocks, from the element {@code from} of row {@code row}. */
  void unpack(int row, int from, int elements) {
    byte[] w = raw;
    int at = row * stripBytes + from / type.blockLength() * type.blockBytes();
    int to = row * CHUNK;
    int group = row * GROUPS;
    int blocks = elements / type.blockLength();
    switch (type) {
      case Q8_0 -> q8(w, at, blocks, to, group);
      case Q4_0, Q4_1 -> nibbles(w, at, blocks, to, group);
      case Q5_0, Q5_1 -> fifths(w, at, blocks, to, group);
      case IQ4_NL, MXFP4 -> table(w, at, blocks, to, group);
      case IQ4_XS -> iq4Xs(w, at, to, group);
      case Q2_K -> q2K(w, at, to, group);
      case Q3_K -> q3K(w, at, to, group);
      case Q4_K -> q4K(w, at, to, group);
      case Q5_K -> q5K(w, at, to, group);
      case Q6_K -> q6K(w, at, to, group);
      case TQ2_0 -> tq2(w, at, to, group);
      default -> throw new IllegalArgumentException(type + " is decoded by its codec");
    }
  }

  /**
   * Adds the products of what is unpacked of four rows and {@code x[ox ...]} to four times sixteen
   * lanes from {@code lanes[at]}.
   */
  void multiply(int elements, float[] x, int ox, float[] lanes, int at) {
    byte[] q = levels;
    float[] s = scales;
    float[] m = minima;
    int bits = groupBits;
    for (int p = 0; p < WIDTH; p += LANES) {
      FloatVector s0 = FloatVector.fromArray(SPECIES, lanes, at + p);
      FloatVector s1 = FloatVector.fromArray(SPECIES, lanes, at + WIDTH + p);
      FloatVector s2 = FloatVector.fromArray(SPECIES, lanes, at + 2 * WIDTH + p);
      FloatVector s3 = FloatVector.fromArray(SPECIES, lanes, at + 3 * WIDTH + p);
      for (int e = p; e < elements; e += WIDTH) {
        FloatVector v = FloatVector.fromArray(SPECIES, x, ox + e);
        int g = e >> bits;
        s0 = floats(q, e).fma(one(s, g), one(m, g)).fma(v, s0);
        s1 = floats(q, CHUNK + e).fma(one(s, GROUPS + g), one(m, GROUPS + g)).fma(v, s1);
        s2 =
            floats(q, 2 * CHUNK + e).fma(one(s, 2 * GROUPS + g), one(m, 2 * GROUPS + g)).fma(v, s2);
        s3 =
            floats(q, 3 * CHUNK + e).fma(one(s, 3 * GROUPS + g), one(m, 3 * GROUPS + g)).fma(v, s3);
      }
      s0.intoArray(lanes, at + p);
      s1.intoArray(lanes, at + WIDTH + p);
      s2.intoArray(lanes, at + 2 * WIDTH + p);
      s3.intoArray(lanes, at + 3 * WIDTH + p);
    }
  }

  /** Writes what is unpacked of row {@code row} as floats. */
  void decode(int row, int elements, float[] to, int at) {
    for (int e = 0; e < elements; e += LANES) {
      int g = row * GROUPS + (e >> groupBits);
      floats(levels, row * CHUNK + e).fma(one(scales, g), one(minima, g)).intoArray(to, at + e);
    }
  }

  private static FloatVector floats(byte[] q, int at) {
    return (FloatVector)
        ByteVector.fromArray(BYTES, q, at).convertShape(VectorOperators.B2F, SPECIES, 0);
  }

  private static FloatVector one(float[] values, int at) {
    return FloatVector.broadcast(SPECIES, values[at]);
  }

  /**
   * Bytes as ints, since a machine shifts no bytes: the masks below take away what crosses over.
   */
  private static IntVector load(byte[] w, int at) {
    return ByteVector.fromArray(B256, w, at).reinterpretAsInts();
  }

  private void store(IntVector v, int at) {
    v.reinterpretAsBytes().intoArray(levels, at);
  }

  /** Each byte moved down by {@code n} bits, its lower four alone. */
  private static IntVector four(IntVector v, int n) {
    return v.lanewise(VectorOperators.LSHR, n).and(0x0f0f0f0f);
  }

  /** Each byte moved down by {@code n} bits, its lower two alone. */
  private static IntVector two(IntVector v, int n) {
    return v.lanewise(VectorOperators.LSHR, n).and(0x03030303);
  }

  /** Scale of a block of 32 and what stands in for its bias: both products are exact. */
  private void biased(float scale, float bias, int group) {
    scales[group] = scale;
    minima[group] = scale * bias;
  }

  private void q8(byte[] w, int at, int blocks, int to, int group) {
    for (int b = 0; b < blocks; b++, at += 34) {
      biased(BlockCodec.half(w, at), 0, group + b);
      ByteVector.fromArray(B256, w, at + 2).intoArray(levels, to + 32 * b);
    }
  }

  /** The lower and the upper halves of sixteen bytes. */
  private void pairs(byte[] w, int at, int to) {
    IntVector pairs = ByteVector.fromArray(B128, w, at).reinterpretAsInts();
    pairs.and(0x0f0f0f0f).reinterpretAsBytes().intoArray(levels, to);
    four(pairs, 4).reinterpretAsBytes().intoArray(levels, to + 16);
  }

  /** Q4_0 and Q4_1, which has a minimum before the pairs. */
  private void nibbles(byte[] w, int at, int blocks, int to, int group) {
    boolean hasMinimum = type == ElementType.Q4_1;
    for (int b = 0; b < blocks; b++, at += hasMinimum ? 20 : 18) {
      biased(BlockCodec.half(w, at), -8, group + b);
      if (hasMinimum) {
        minima[group + b] = BlockCodec.half(w, at + 2);
      }
      pairs(w, at + (hasMinimum ? 4 : 2), to + 32 * b);
    }
  }

  /** Q5_0 and Q5_1, with 32 fifth bits before the pairs. */
  private void fifths(byte[] w, int at, int blocks, int to, int group) {
    boolean hasMinimum = type == ElementType.Q5_1;
    for (int b = 0; b < blocks; b++, at += hasMinimum ? 24 : 22) {
      biased(BlockCodec.half(w, at), -16, group + b);
      if (hasMinimum) {
        minima[group + b] = BlockCodec.half(w, at + 2);
      }
      int bits = at + (hasMinimum ? 4 : 2);
      int q = to + 32 * b;
      pairs(w, bits + 4, q);
      VectorMask<Byte> fifth = VectorMask.fromLong(B256, (int) INT.get(w, bits) & 0xffffffffL);
      ByteVector.fromArray(B256, levels, q).add((byte) 16, fifth).intoArray(levels, q);
    }
  }

  /** IQ4_NL and MXFP4, whose scale is a power of two. */
  private void table(byte[] w, int at, int blocks, int to, int group) {
    boolean power = type == ElementType.MXFP4;
    ByteVector values = ByteVector.fromArray(B128, power ? MxFp4Codec.TWICE : Iq4Codec.VALUES, 0);
    for (int b = 0; b < blocks; b++, at += power ? 17 : 18) {
      float scale = power ? MxFp4Codec.halfScale(w[at] & 255) : BlockCodec.half(w, at);
      biased(scale, 0, group + b);
      look(w, at + (power ? 1 : 2), values, to + 32 * b);
    }
  }

  private void look(byte[] w, int at, ByteVector values, int to) {
    IntVector pairs = ByteVector.fromArray(B128, w, at).reinterpretAsInts();
    pairs.and(0x0f0f0f0f).reinterpretAsBytes().selectFrom(values).intoArray(levels, to);
    four(pairs, 4).reinterpretAsBytes().selectFrom(values).intoArray(levels, to + 16);
  }

  private void iq4Xs(byte[] w, int at, int to, int group) {
    int upper = w[at + 2] & 255 | w[at + 3] << 8;
    int lower = (int) INT.get(w, at + 4);
    for (int g = 0; g < 8; g++) {
      small[g] = (byte) ((lower >> 4 * g & 15 | (upper >> 2 * g & 3) << 4) - 32);
    }
    scaled(0, BlockCodec.half(w, at), 0, group);
    ByteVector values = ByteVector.fromArray(B128, Iq4Codec.VALUES, 0);
    for (int g = 0; g < 8; g++) {
      look(w, at + 8 + 16 * g, values, to + 32 * g);
    }
  }

  /** Eight small scales from {@code small[from]}, and what stands in for the bias. */
  private void scaled(int from, float scale, float bias, int group) {
    FloatVector s = eight(from).mul(scale);
    s.intoArray(scales, group);
    s.mul(bias).intoArray(minima, group);
  }

  private FloatVector eight(int from) {
    return (FloatVector)
        ByteVector.fromArray(B64, small, from).convertShape(VectorOperators.B2F, F256, 0);
  }

  private void q2K(byte[] w, int at, int to, int group) {
    IntVector groups = ByteVector.fromArray(B128, w, at).reinterpretAsInts();
    groups.and(0x0f0f0f0f).reinterpretAsBytes().intoArray(small, 0);
    float scale = BlockCodec.half(w, at + 80);
    eight(0).mul(scale).intoArray(scales, group);
    eight(8).mul(scale).intoArray(scales, group + 8);
    four(groups, 4).reinterpretAsBytes().intoArray(small, 0);
    float minimum = -BlockCodec.half(w, at + 82);
    eight(0).mul(minimum).intoArray(minima, group);
    eight(8).mul(minimum).intoArray(minima, group + 8);
    quarters(w, at + 16, to);
  }

  /** Four times 32 numbers of 2 bits from 32 bytes, twice. */
  private void quarters(byte[] w, int at, int to) {
    for (int h = 0; h < 2; h++, at += 32, to += 128) {
      IntVector q = load(w, at);
      store(q.and(0x03030303), to);
      store(two(q, 2), to + 32);
      store(two(q, 4), to + 64);
      store(two(q, 6), to + 96);
    }
  }

  private void q3K(byte[] w, int at, int to, int group) {
    int first = (int) INT.get(w, at + 96);
    int second = (int) INT.get(w, at + 100);
    int upper = (int) INT.get(w, at + 104);
    LONG.set(small, 0, pair(sixBits(first, upper), sixBits(second, upper >>> 2)));
    LONG.set(small, 8, pair(sixBits(first >>> 4, upper >>> 4), sixBits(second >>> 4, upper >>> 6)));
    float scale = BlockCodec.half(w, at + 108);
    for (int half = 0; half < 16; half += 8) {
      FloatVector s = eight(half).sub(32).mul(scale);
      s.intoArray(scales, group + half);
      s.mul(-4).intoArray(minima, group + half);
    }
    IntVector third = load(w, at);
    for (int h = 0; h < 2; h++) {
      IntVector q = load(w, at + 32 + 32 * h);
      for (int j = 0; j < 4; j++, to += 32) {
        IntVector bit = third.lanewise(VectorOperators.LSHR, 4 * h + j).and(0x01010101);
        store(two(q, 2 * j).or(bit.lanewise(VectorOperators.LSHL, 2)), to);
      }
    }
  }

  /** Four numbers of 6 bits from the lower halves of four bytes and two bits of four others. */
  private static int sixBits(int low, int up) {
    return low & 0x0f0f0f0f | (up & 0x03030303) << 4;
  }

  private static long pair(int first, int second) {
    return first & 0xffffffffL | (long) second << 32;
  }

  /** The group scales and minima of Q4_K and Q5_K. */
  private void q4KGroups(byte[] w, int at, int group) {
    int s = (int) INT.get(w, at + 4);
    int m = (int) INT.get(w, at + 8);
    int rest = (int) INT.get(w, at + 12);
    LONG.set(small, 0, pair(s & 0x3f3f3f3f, sixBits(rest, s >>> 6)));
    LONG.set(small, 8, pair(m & 0x3f3f3f3f, sixBits(rest >>> 4, m >>> 6)));
    eight(0).mul(BlockCodec.half(w, at)).intoArray(scales, group);
    eight(8).mul(-BlockCodec.half(w, at + 2)).intoArray(minima, group);
  }

  private void q4K(byte[] w, int at, int to, int group) {
    q4KGroups(w, at, group);
    for (int p = 0; p < 4; p++, to += 64) {
      IntVector pairs = load(w, at + 16 + 32 * p);
      store(pairs.and(0x0f0f0f0f), to);
      store(four(pairs, 4), to + 32);
    }
  }

  private void q5K(byte[] w, int at, int to, int group) {
    q4KGroups(w, at, group);
    IntVector fifth = load(w, at + 16);
    for (int p = 0; p < 4; p++, to += 64) {
      IntVector pairs = load(w, at + 48 + 32 * p);
      IntVector two = two(fifth, 2 * p).lanewise(VectorOperators.LSHL, 3);
      store(pairs.and(0x0f0f0f0f).or(two.lanewise(VectorOperators.LSHL, 1).and(0x10101010)), to);
      store(four(pairs, 4).or(two.and(0x10101010)), to + 32);
    }
  }

  private void q6K(byte[] w, int at, int to, int group) {
    ByteVector.fromArray(B128, w, at + Q6KCodec.SCALES).intoArray(small, 0);
    float scale = BlockCodec.half(w, at + Q6KCodec.SCALE);
    scaled(0, scale, -32, group);
    scaled(8, scale, -32, group + 8);
    for (int h = 0; h < 2; h++, to += 128) {
      IntVector first = load(w, at + 64 * h);
      IntVector second = load(w, at + 64 * h + 32);
      IntVector upper = load(w, at + Q6KCodec.UPPER + 32 * h);
      store(first.and(0x0f0f0f0f).or(upper.lanewise(VectorOperators.LSHL, 4).and(0x30303030)), to);
      store(
          second.and(0x0f0f0f0f).or(upper.lanewise(VectorOperators.LSHL, 2).and(0x30303030)),
          to + 32);
      store(four(first, 4).or(upper.and(0x30303030)), to + 64);
      store(four(second, 4).or(upper.lanewise(VectorOperators.LSHR, 2).and(0x30303030)), to + 96);
    }
  }

  private void tq2(byte[] w, int at, int to, int group) {
    biased(BlockCodec.half(w, at + 64), -1, group);
    quarters(w, at, to);
  }
}
