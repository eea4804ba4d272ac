package pollux.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import pollux.model.GgufValue.Type;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

/**
 * Writes a GGUF file (version 3, little-endian): first collect what it holds, then {@link #write}.
 */
public final class GgufWriter {
  private static final int ALIGNMENT = GgufReader.DEFAULT_ALIGNMENT;
  private static final long WRITE_STEP = 1 << 24;

  private final Map<String, GgufValue> metadata = new LinkedHashMap<>();
  private final Map<String, Planned> tensors = new LinkedHashMap<>();

  /** Makes rows of a tensor when they are written. */
  public interface Rows {
    /**
     * Writes the rows {@code first} to {@code end} to {@code target}, which they fill; a row is
     * what the innermost dimension counts.
     */
    void fill(long first, long end, MemorySegment target);
  }

  /** What a tensor will be. */
  private record Planned(ElementType type, long[] shape, Rows rows) {
    long columns() {
      return shape[shape.length - 1];
    }

    long rowCount() {
      long rows = 1;
      for (int d = 0; d < shape.length - 1; d++) {
        rows = Math.multiplyExact(rows, shape[d]);
      }
      return rows;
    }

    long bytes() {
      return Math.multiplyExact(rowCount(), type.bytes(columns()));
    }
  }

  public GgufWriter put(String key, GgufValue value) {
    if (key.equals(GgufReader.ALIGNMENT_KEY)) {
      throw new IllegalArgumentException("the alignment is " + ALIGNMENT + ", the default");
    }
    metadata.put(key, value);
    return this;
  }

  public GgufWriter text(String key, String value) {
    return put(key, new GgufValue.Text(value));
  }

  /** As an UINT32, the type that most keys of llama.cpp want. */
  public GgufWriter integer(String key, int value) {
    return put(key, new GgufValue.Whole(Type.UINT32, Integer.toUnsignedLong(value)));
  }

  /** As a FLOAT32. */
  public GgufWriter real(String key, float value) {
    return put(key, new GgufValue.Real(Type.FLOAT32, value));
  }

  public GgufWriter flag(String key, boolean value) {
    return put(key, new GgufValue.Flag(value));
  }

  public GgufWriter texts(String key, List<String> values) {
    return put(key, new GgufValue.Texts(values));
  }

  /** As an array of INT32. */
  public GgufWriter integers(String key, int[] values) {
    long[] wide = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return put(key, new GgufValue.Wholes(Type.INT32, wide));
  }

  /** Its bytes are read when the file is written. */
  public GgufWriter tensor(String name, Tensor tensor) {
    long rowBytes = tensor.type().bytes(tensor.columns());
    return tensor(
        name,
        tensor.type(),
        tensor.shape(),
        (first, _, target) ->
            MemorySegment.copy(tensor.data(), first * rowBytes, target, 0, target.byteSize()));
  }

  /** A tensor that is made while it is written, some rows at a time. */
  public GgufWriter tensor(String name, ElementType type, long[] shape, Rows rows) {
    if (type.id() == ElementType.NOT_IN_GGUF) {
      throw new IllegalArgumentException("tensor '" + name + "': GGUF has no " + type);
    }
    if (tensors.putIfAbsent(name, new Planned(type, shape.clone(), rows)) != null) {
      throw new IllegalArgumentException("tensor '" + name + "' is there twice");
    }
    return this;
  }

  /**
   * Writes beside {@code path} and moves the whole file there at the end: at every moment there is
   * the old file, or none, or the new one, never a part.
   */
  public void write(Path path) throws IOException {
    Path partial = path.resolveSibling(path.getFileName() + ".partial");
    try {
      try (FileChannel channel =
          FileChannel.open(
              partial,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        writeAll(channel, MemorySegment.ofArray(header()));
        for (Planned tensor : tensors.values()) {
          writeAll(channel, MemorySegment.ofArray(new byte[padding(channel.position())]));
          write(channel, tensor);
        }
        // llama.cpp wants the padding behind the last tensor, too.
        writeAll(channel, MemorySegment.ofArray(new byte[padding(channel.position())]));
        channel.force(true);
      }
      Files.move(
          partial, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private static void write(FileChannel channel, Planned tensor) throws IOException {
    long rowBytes = tensor.type.bytes(tensor.columns());
    long step = Math.clamp(WRITE_STEP / Math.max(1, rowBytes), 1, Math.max(1, tensor.rowCount()));
    try (Arena arena = Arena.ofShared()) {
      MemorySegment rows = arena.allocate(step * rowBytes);
      for (long first = 0; first < tensor.rowCount(); first += step) {
        long end = Math.min(tensor.rowCount(), first + step);
        MemorySegment target = rows.asSlice(0, (end - first) * rowBytes);
        tensor.rows.fill(first, end, target);
        writeAll(channel, target);
      }
    }
  }

  private byte[] header() {
    Bytes out = new Bytes();
    out.int32(GgufReader.MAGIC);
    out.int32(3);
    out.int64(tensors.size());
    out.int64(metadata.size());
    metadata.forEach((key, value) -> {
      out.text(key);
      out.int32(value.type().ordinal());
      out.value(value);
    });
    long offset = 0;
    for (Map.Entry<String, Planned> entry : tensors.entrySet()) {
      long[] shape = entry.getValue().shape;
      out.text(entry.getKey());
      out.int32(shape.length);
      for (int d = shape.length - 1; d >= 0; d--) { // the file has the innermost dimension first
        out.int64(shape[d]);
      }
      out.int32(entry.getValue().type.id());
      out.int64(offset);
      offset += entry.getValue().bytes();
      offset += padding(offset);
    }
    return out.toByteArray();
  }

  private static int padding(long position) {
    return (int) (-position & ALIGNMENT - 1);
  }

  private static void writeAll(FileChannel channel, MemorySegment segment) throws IOException {
    for (long at = 0; at < segment.byteSize(); at += WRITE_STEP) {
      ByteBuffer step =
          segment.asSlice(at, Math.min(WRITE_STEP, segment.byteSize() - at)).asByteBuffer();
      while (step.hasRemaining()) {
        channel.write(step);
      }
    }
  }

  /** Little-endian bytes in memory. */
  private static final class Bytes extends ByteArrayOutputStream {
    private final ByteBuffer number = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);

    void int32(int value) {
      number(value, 4);
    }

    void int64(long value) {
      number(value, 8);
    }

    /** The lower {@code bytes} of {@code value}. */
    void number(long value, int bytes) {
      write(number.putLong(0, value).array(), 0, bytes);
    }

    void text(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      int64(utf8.length);
      writeBytes(utf8);
    }

    void real(Type type, double value) {
      if (type == Type.FLOAT32) {
        int32(Float.floatToRawIntBits((float) value));
      } else {
        int64(Double.doubleToRawLongBits(value));
      }
    }

    void value(GgufValue value) {
      switch (value) {
        case GgufValue.Whole(Type type, long n) -> number(n, type.bytes());
        case GgufValue.Real(Type type, double x) -> real(type, x);
        case GgufValue.Flag(boolean b) -> write(b ? 1 : 0);
        case GgufValue.Text(String text) -> text(text);
        case GgufValue.Array array -> array(array);
      }
    }

    private void array(GgufValue.Array array) {
      int32(array.element().ordinal());
      int64(array.length());
      switch (array) {
        case GgufValue.Wholes(Type type, long[] values) -> {
          for (long n : values) {
            number(n, type.bytes());
          }
        }
        case GgufValue.Reals(Type type, double[] values) -> {
          for (double x : values) {
            real(type, x);
          }
        }
        case GgufValue.Flags(boolean[] values) -> {
          for (boolean b : values) {
            write(b ? 1 : 0);
          }
        }
        case GgufValue.Texts(List<String> values) -> values.forEach(this::text);
        case GgufValue.Nested(List<GgufValue.Array> values) -> values.forEach(this::array);
      }
    }
  }
}
