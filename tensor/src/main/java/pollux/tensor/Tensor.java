package pollux.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A dense row-major array: element type, shape (outermost first, {@code [tokens, dim]}), and one
 * off-heap segment that holds exactly its bytes.
 *
 * <p>Always off-heap, so that a kernel's call sites see one kind of memory. The segment's owner is
 * the arena that allocated it; a view ({@link #rows}, {@link #reshape}) shares it.
 */
public final class Tensor {
  /** Little-endian float without alignment, as weights files hold them. */
  public static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final long ALIGNMENT = 64;

  private final ElementType type;
  private final long[] shape;
  private final MemorySegment data;

  public Tensor(ElementType type, long[] shape, MemorySegment data) {
    this(data, type, shape.clone());
  }

  private Tensor(MemorySegment data, ElementType type, long[] ownShape) {
    this.type = type;
    this.shape = ownShape;
    this.data = data;
    if (!data.isNative()) {
      throw new IllegalArgumentException("a tensor lies off-heap");
    }
    if (data.byteSize() != type.bytes(elements(shape))) {
      throw new IllegalArgumentException(
          type
              + Arrays.toString(shape)
              + " takes "
              + type.bytes(elements(shape))
              + " bytes, not "
              + data.byteSize());
    }
  }

  /** A tensor that keeps {@code shape} itself: nobody else may write to it any more. */
  static Tensor taking(ElementType type, long[] shape, MemorySegment data) {
    return new Tensor(data, type, shape);
  }

  /** An F32 tensor of this shape over {@code data}. */
  Tensor like(MemorySegment data) {
    return new Tensor(data, ElementType.F32, shape);
  }

  /** A zeroed F32 tensor in {@code arena}. */
  public static Tensor f32(Arena arena, long... shape) {
    return allocate(arena, ElementType.F32, shape);
  }

  /** A zeroed tensor in {@code arena}. */
  public static Tensor allocate(Arena arena, ElementType type, long... shape) {
    return new Tensor(
        type,
        shape,
        arena
            .allocate(Math.max(1, type.bytes(elements(shape))), ALIGNMENT)
            .asSlice(0, type.bytes(elements(shape))));
  }

  /** An F32 tensor that holds a copy of {@code values}. */
  public static Tensor of(Arena arena, float[] values, long... shape) {
    Tensor t = f32(arena, shape);
    MemorySegment.copy(values, 0, t.data, FLOAT, 0, values.length);
    return t;
  }

  public ElementType type() {
    return type;
  }

  public long[] shape() {
    return shape.clone();
  }

  /** Size of dimension {@code d}, outermost first. */
  public int dim(int d) {
    return Math.toIntExact(shape[d]);
  }

  public int rank() {
    return shape.length;
  }

  /** Length of the innermost dimension. */
  public int columns() {
    return Math.toIntExact(shape[shape.length - 1]);
  }

  /** All dimensions but the innermost, multiplied. */
  public int rowCount() {
    return columns() == 0 ? 0 : Math.toIntExact(elements() / columns());
  }

  public long elements() {
    return elements(shape);
  }

  public MemorySegment data() {
    return data;
  }

  /**
   * Rows {@code from} (inclusive) to {@code to} (exclusive) of the outermost dimension, as a view.
   */
  public Tensor rows(long from, long to) {
    long[] s = shape.clone();
    s[0] = to - from;
    long inner = shape[0] == 0 ? 0 : type.bytes(elements() / shape[0]);
    return new Tensor(type, s, data.asSlice(from * inner, (to - from) * inner));
  }

  /** The same elements under another shape, as a view. */
  public Tensor reshape(long... newShape) {
    return new Tensor(type, newShape, data);
  }

  /** Element {@code index} of an F32 tensor, counted row-major. */
  public float get(long index) {
    return data.getAtIndex(FLOAT, index);
  }

  public void set(long index, float value) {
    data.setAtIndex(FLOAT, index, value);
  }

  /** All elements of an F32 tensor. */
  public float[] toArray() {
    float[] out = new float[Math.toIntExact(elements())];
    MemorySegment.copy(data, FLOAT, 0, out, 0, out.length);
    return out;
  }

  @Override
  public String toString() {
    return type + Arrays.toString(shape);
  }

  private static long elements(long[] shape) {
    long n = 1;
    for (long s : shape) {
      n = Math.multiplyExact(n, s);
    }
    return n;
  }
}
