package pollux.generation;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import pollux.tensor.Codec;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

/**
 * Keys and values of {@link KvPages#POSITIONS} consecutive positions of one layer, a tensor for
 * each head: keys {@code [positions, headLength]}, values {@code [headLength, positions]}, so that
 * both scores and sums are products with a weight that lies in rows.
 *
 * <p>In Q8_0 each position is quantised for itself, values too: 32 elements of its head with one
 * scale. A block of values along positions would have to wait until they are all read, and would
 * give a position other numbers than it had alone: the same prompt in other pieces would get other
 * logits. So the values' tensor holds the whole numbers alone, with 1 for each of its blocks'
 * scales, and the positions' scales lie beside it; shares are multiplied with them first.
 */
final class KvPage {
  /** Elements that have one scale in Q8_0. */
  static final int BLOCK = 32;

  /** What a layer asks of a page. */
  record Shape(int kvHeads, int headLength) {}

  private static final short ONE = Float.floatToFloat16(1);

  private final ElementType type;
  private final Shape shape;
  private final List<Tensor> keys = new ArrayList<>();
  private final List<Tensor> values = new ArrayList<>();

  /** {@code [headLength / BLOCK, positions]} for each head, F16; none but in Q8_0. */
  private final List<Tensor> scales = new ArrayList<>();

  /** A page in {@code arena} whose numbers are finite, whatever they are. */
  KvPage(Arena arena, ElementType type, Shape shape) {
    this.type = type;
    this.shape = shape;
    int length = shape.headLength();
    for (int h = 0; h < shape.kvHeads(); h++) {
      keys.add(Tensor.allocate(arena, type, KvPages.POSITIONS, length));
      Tensor own = Tensor.allocate(arena, type, length, KvPages.POSITIONS);
      values.add(own);
      if (type == ElementType.Q8_0) {
        scales.add(Tensor.allocate(arena, ElementType.F16, length / BLOCK, KvPages.POSITIONS));
        for (long at = 0; at < own.data().byteSize(); at += type.blockBytes()) {
          own.data().set(Codec.SHORT, at, ONE);
        }
      }
    }
  }

  Shape shape() {
    return shape;
  }

  /** Keys of {@code head}, {@code [positions, headLength]}. */
  Tensor keys(int head) {
    return keys.get(head);
  }

  /** Values of {@code head}, {@code [headLength, positions]}; in Q8_0 without their scales. */
  Tensor values(int head) {
    return values.get(head);
  }

  /** Whether shares are multiplied with {@link #scales} before they meet values. */
  boolean hasScales() {
    return !scales.isEmpty();
  }

  /** The scales of elements {@code block * BLOCK} and following of {@code head}, by position. */
  void scales(int head, int block, float[] to) {
    MemorySegment own = scales.get(head).data();
    long at = 2L * block * KvPages.POSITIONS;
    for (int p = 0; p < KvPages.POSITIONS; p++) {
      to[p] = Float.float16ToFloat(own.get(Codec.SHORT, at + 2L * p));
    }
  }

  long bytes() {
    long bytes = 0;
    for (List<Tensor> tensors : List.of(keys, values, scales)) {
      bytes += tensors.stream().mapToLong(t -> t.data().byteSize()).sum();
    }
    return bytes;
  }

  /** Writes the keys {@code k} {@code [kvHeads * headLength]} of position {@code slot}. */
  void putKeys(int slot, float[] k) {
    int length = shape.headLength();
    for (int h = 0; h < shape.kvHeads(); h++) {
      long at = type.bytes((long) slot * length);
      Codec.of(type).encode(k, h * length, length, keys.get(h).data(), at);
    }
  }

  /**
   * Writes the values {@code v} {@code [kvHeads * headLength]} of position {@code slot}.
   *
   * @param scratch for a row of {@code type}
   */
  void putValues(int slot, float[] v, MemorySegment scratch) {
    int length = shape.headLength();
    if (type == ElementType.Q8_0) {
      Codec.of(type).encode(v, 0, shape.kvHeads() * length, scratch, 0);
    }
    for (int h = 0; h < shape.kvHeads(); h++) {
      switch (type) {
        case F32 -> putF32(slot, v, h * length, values.get(h).data());
        case F16 -> putF16(slot, v, h * length, values.get(h).data());
        default -> spread(slot, scratch, h);
      }
    }
  }

  private void putF32(int slot, float[] v, int from, MemorySegment to) {
    for (int i = 0; i < shape.headLength(); i++) {
      to.set(Tensor.FLOAT, 4 * ((long) i * KvPages.POSITIONS + slot), v[from + i]);
    }
  }

  private void putF16(int slot, float[] v, int from, MemorySegment to) {
    for (int i = 0; i < shape.headLength(); i++) {
      long at = 2 * ((long) i * KvPages.POSITIONS + slot);
      to.set(Codec.SHORT, at, Float.floatToFloat16(v[from + i]));
    }
  }

  /** A head's part of the Q8_0 {@code row}: scales to the scales, whole numbers to the values. */
  private void spread(int slot, MemorySegment row, int head) {
    int blocks = shape.headLength() / BLOCK;
    int bytes = type.blockBytes();
    long rowBytes = type.bytes(KvPages.POSITIONS);
    long place = (long) slot / BLOCK * bytes + 2 + slot % BLOCK;
    MemorySegment to = values.get(head).data();
    for (int b = 0; b < blocks; b++) {
      long from = ((long) head * blocks + b) * bytes;
      long scale = 2 * ((long) b * KvPages.POSITIONS + slot);
      scales.get(head).data().set(Codec.SHORT, scale, row.get(Codec.SHORT, from));
      for (int i = 0; i < BLOCK; i++) {
        byte q = row.get(ValueLayout.JAVA_BYTE, from + 2 + i);
        to.set(ValueLayout.JAVA_BYTE, ((long) b * BLOCK + i) * rowBytes + place, q);
      }
    }
  }
}
