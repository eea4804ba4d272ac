package pollux.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Rows of numbers in the form in which a set of kernels multiplies them with weights. They are
 * brought into it once ({@link Kernels#prepare}) and serve every matrix that they meet: queries,
 * keys and values, gate and up.
 *
 * <p>{@link #write} and {@link #read} are the specification of the forms, as {@link ScalarKernels}
 * is that of the products.
 *
 * @param form how the rows lie in memory
 * @param rows how many
 * @param columns elements of each; whole blocks of {@link Form#Q8}
 * @param data {@code rows} times {@link Form#rowBytes} bytes
 */
public record Operand(Form form, int rows, int columns, MemorySegment data) {
  /** A form of rows. */
  public enum Form {
    /** Floats, as they come. */
    F32,
    /** Bfloat16, rounded to the nearest, ties to even. Rows end with space, see below. */
    BF16,
    /**
     * Blocks of 32 numbers from -127 to 127 times one scale: the largest magnitude over 127. 48
     * bytes: the numbers; two floats, the scale and the scale times the sum of the numbers; two
     * ints, the sums of the first and of the last 16 numbers, negated. A scale for 32 elements also
     * where weights have one for 256: the operand then serves weights of every layout, and rounds
     * finer.
     */
    Q8;

    /** Elements of a block of {@link #Q8}. */
    public static final int BLOCK = 32;

    private static final int BLOCK_BYTES = 48;

    /**
     * Bytes from one row to the next. Those of {@link #BF16} are an odd number of cache lines, so
     * that rows read side by side do not fall into the same sets of the cache.
     */
    public long rowBytes(int columns) {
      return switch (this) {
        case F32 -> 4L * columns;
        case BF16 -> (2L * columns + 127) / 128 * 128 + 64;
        case Q8 -> {
          if (columns % BLOCK != 0) {
            throw new IllegalArgumentException(columns + " elements do not fill blocks of 32");
          }
          yield (long) columns / BLOCK * BLOCK_BYTES;
        }
      };
    }
  }

  /** Magnitudes up to 2^-120 in a block count as 0: the inverse of the scale is finite. */
  private static final int LEAST_LARGEST = 0x03800000;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  public Operand {
    if (data.byteSize() < rows * form.rowBytes(columns)) {
      throw new IllegalArgumentException(
          rows + " rows of " + columns + " as " + form + " do not fit " + data.byteSize());
    }
  }

  /** The rows of {@code x} {@code [rows, columns]} themselves. */
  public static Operand f32(MemorySegment x, int rows, int columns) {
    return new Operand(Form.F32, rows, columns, x);
  }

  /** Rows {@code from} to {@code to}, as a view. */
  public Operand rows(int from, int to) {
    long bytes = form.rowBytes(columns);
    return new Operand(form, to - from, columns, data.asSlice(from * bytes, (to - from) * bytes));
  }

  /** The rows, which must be F32. */
  MemorySegment f32() {
    if (form != Form.F32) {
      throw new IllegalArgumentException("this set of kernels reads F32, not " + form);
    }
    return data;
  }

  /** Brings rows {@code from} to {@code to} of {@code x} {@code [rows, columns]} into the form. */
  void write(MemorySegment x, int from, int to) {
    for (int r = from; r < to; r++) {
      long row = 4L * r * columns;
      long at = r * form.rowBytes(columns);
      switch (form) {
        case F32 -> MemorySegment.copy(x, row, data, at, 4L * columns);
        case BF16 -> {
          float[] values = new float[columns];
          MemorySegment.copy(x, Tensor.FLOAT, row, values, 0, columns);
          Bf16Codec.CODEC.encode(values, 0, columns, data, at);
        }
        case Q8 -> {
          for (int i = 0; i < columns; i += Form.BLOCK) {
            quantise(x, row + 4L * i, data, at + (long) i / Form.BLOCK * Form.BLOCK_BYTES);
          }
        }
      }
    }
  }

  private static void quantise(MemorySegment x, long from, MemorySegment to, long at) {
    int largest = 0; // of magnitudes as ints, whose order has the infinities and NaN last
    for (int i = 0; i < Form.BLOCK; i++) {
      largest = Math.max(largest, x.get(INT, from + 4L * i) & 0x7fffffff);
    }
    boolean zero = largest <= LEAST_LARGEST;
    float scale = zero ? 0 : Float.intBitsToFloat(largest) / 127;
    float inverse = zero ? 0 : 127 / Float.intBitsToFloat(largest);
    int[] sums = new int[2];
    for (int i = 0; i < Form.BLOCK; i++) {
      int q = (int) Math.rint(x.get(Tensor.FLOAT, from + 4L * i) * inverse);
      to.set(ValueLayout.JAVA_BYTE, at + i, (byte) q);
      sums[i / 16] += q;
    }
    to.set(Tensor.FLOAT, at + 32, scale);
    to.set(Tensor.FLOAT, at + 36, (float) (sums[0] + sums[1]) * scale);
    to.set(INT, at + 40, -sums[0]);
    to.set(INT, at + 44, -sums[1]);
  }

  /** The numbers that row {@code r} stands for. */
  float[] read(int r) {
    float[] row = new float[columns];
    long at = r * form.rowBytes(columns);
    switch (form) {
      case F32 -> MemorySegment.copy(data, Tensor.FLOAT, at, row, 0, columns);
      case BF16 -> Bf16Codec.CODEC.decode(data, at, columns, row, 0);
      case Q8 -> {
        for (int i = 0; i < columns; i++) {
          long block = at + (long) i / Form.BLOCK * Form.BLOCK_BYTES;
          byte q = data.get(ValueLayout.JAVA_BYTE, block + i % Form.BLOCK);
          row[i] = data.get(Tensor.FLOAT, block + 32) * q;
        }
      }
    }
    return row;
  }
}
