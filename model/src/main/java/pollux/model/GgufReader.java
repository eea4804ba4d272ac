package pollux.model;

import static java.util.Objects.requireNonNull;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pollux.model.GgufValue.Type;
import pollux.model.tokenizer.TextArray;
import pollux.tensor.BadInputException;
import pollux.tensor.ElementType;

/**
 * Reads the header of a GGUF file. Nothing in it is believed: each length is checked against what
 * is left of the file before anything is allocated, and the sums are bounded, so that a small file
 * cannot ask for much memory.
 */
final class GgufReader {
  static final int MAGIC = 0x46554747; // "GGUF"
  static final String ALIGNMENT_KEY = "general.alignment";
  static final int DEFAULT_ALIGNMENT = 32;

  // Bounds. The largest real files have about 1.3 million array elements, 100 keys, 2,000 tensors.
  private static final long MOST_KEYS = 1 << 16;
  private static final long MOST_TENSORS = 1 << 18;
  private static final long MOST_ELEMENTS = 1 << 22;
  private static final long MOST_TEXT_BYTES = 64 << 20;
  private static final int LONGEST_NAME = 1 << 10;
  private static final int DEEPEST_ARRAY = 4;
  private static final int LONGEST_MESSAGE = 400;
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u0085\\u2028\\u2029]");
  private static final int MOST_DIMENSIONS = 4;
  private static final long LARGEST_ALIGNMENT = 1 << 20;

  private static final int WINDOW = 1 << 16;
  private static final VarHandle WINDOW_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path path;
  private final MemorySegment file;
  private long at;
  private long elements;
  private long textBytes;

  GgufReader(Path path, MemorySegment file) {
    this.path = path;
    this.file = file;
  }

  /** What the header says. */
  record Header(
      int version,
      Map<String, GgufValue> metadata,
      Map<String, GgufFile.Info> tensors,
      long dataStart) {}

  Header read() {
    int magic = int32("the magic number");
    if (magic != MAGIC) {
      throw bad(
          "the magic number",
          "expected 'GGUF', found " + Integer.toHexString(magic) + "; this is no GGUF file");
    }
    int version = int32("the version");
    if ((version & 0xFFFF) == 0 && version != 0) {
      throw bad("the version", "the file is big-endian; convert it to little-endian");
    }
    if (version != 2 && version != 3) {
      throw bad("the version", "expected 2 or 3, found " + Integer.toUnsignedString(version));
    }
    long tensorCount = count("the tensor count", MOST_TENSORS, 24);
    long keyCount = count("the metadata count", MOST_KEYS, 13);
    Map<String, GgufValue> metadata = new LinkedHashMap<>();
    for (long i = 0; i < keyCount; i++) {
      String key = name("the name of metadata entry " + i);
      if (metadata.putIfAbsent(key, value(key)) != null) {
        throw bad("metadata '" + key + "'", "it is there twice");
      }
    }
    List<Map.Entry<String, GgufFile.Info>> infos = new ArrayList<>();
    for (long i = 0; i < tensorCount; i++) {
      String name = name("the name of tensor " + i);
      infos.add(Map.entry(name, info(name)));
    }
    long alignment = alignment(metadata.get(ALIGNMENT_KEY));
    long dataStart = infos.isEmpty() ? at : (at + alignment - 1) / alignment * alignment;
    Map<String, GgufFile.Info> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, GgufFile.Info> entry : infos) {
      checkPlace(entry.getKey(), entry.getValue(), dataStart, alignment);
      if (tensors.putIfAbsent(entry.getKey(), entry.getValue()) != null) {
        throw bad(tensor(entry.getKey()), "it is there twice");
      }
    }
    checkOverlaps(tensors);
    return new Header(version, metadata, tensors, dataStart);
  }

  private long alignment(@Nullable GgufValue value) {
    if (value == null) {
      return DEFAULT_ALIGNMENT;
    }
    if (value instanceof GgufValue.Whole(Type _, long a)
        && a > 0
        && a <= LARGEST_ALIGNMENT
        && Long.bitCount(a) == 1) {
      return a;
    }
    throw bad(
        ALIGNMENT_KEY, "expected a power of two up to " + LARGEST_ALIGNMENT + ", found " + value);
  }

  private GgufFile.Info info(String name) {
    int rank = int32("the rank of tensor '" + name + "'");
    if (rank < 1 || rank > MOST_DIMENSIONS) {
      throw bad(
          tensor(name), "expected 1 to 4 dimensions, found " + Integer.toUnsignedString(rank));
    }
    long[] shape = new long[rank];
    long product = 1;
    for (int d = rank - 1; d >= 0; d--) { // the file has the innermost dimension first
      shape[d] = int64("the shape of tensor '" + name + "'");
      if (shape[d] < 1 || product > Long.MAX_VALUE / shape[d]) {
        throw bad(
            tensor(name),
            "its dimensions are impossible: one is " + Long.toUnsignedString(shape[d]));
      }
      product *= shape[d];
    }
    int typeId = int32("the type of tensor '" + name + "'");
    long offset = int64("the offset of tensor '" + name + "'");
    ElementType type = ElementType.ofId(typeId);
    if (type != null && shape[rank - 1] % type.blockLength() != 0) {
      throw bad(
          tensor(name),
          "its rows of "
              + shape[rank - 1]
              + " elements do not fill the blocks of "
              + type.blockLength()
              + " of "
              + type);
    }
    return new GgufFile.Info(shape, typeId, offset);
  }

  private void checkPlace(String name, GgufFile.Info info, long dataStart, long alignment) {
    long room = file.byteSize() - dataStart;
    if (info.offset() < 0 || info.offset() > room || info.offset() % alignment != 0) {
      throw bad(
          tensor(name),
          "its data is at "
              + Long.toUnsignedString(info.offset())
              + ", expected a multiple of "
              + alignment
              + " within the "
              + Math.max(0, room)
              + " bytes of data; the file is damaged or cut short");
    }
    ElementType type = ElementType.ofId(info.typeId());
    if (type != null) {
      long blocks = info.elements() / type.blockLength();
      if (blocks > (room - info.offset()) / type.blockBytes()) {
        throw bad(
            tensor(name),
            "its "
                + info.elements()
                + " elements of "
                + type
                + " do not fit into the "
                + (room - info.offset())
                + " bytes that are left; the file is damaged or cut short");
      }
    }
  }

  /** Tensors of types that are not known here have no size, and are never read. */
  private void checkOverlaps(Map<String, GgufFile.Info> tensors) {
    List<Map.Entry<String, GgufFile.Info>> inOrder = new ArrayList<>(tensors.entrySet());
    inOrder.removeIf(e -> ElementType.ofId(e.getValue().typeId()) == null);
    inOrder.sort(Comparator.comparingLong(e -> e.getValue().offset()));
    for (int i = 1; i < inOrder.size(); i++) {
      Map.Entry<String, GgufFile.Info> before = inOrder.get(i - 1);
      GgufFile.Info first = before.getValue();
      ElementType type = requireNonNull(ElementType.ofId(first.typeId()));
      long end = first.offset() + type.bytes(first.elements());
      if (inOrder.get(i).getValue().offset() < end) {
        throw bad(
            tensor(inOrder.get(i).getKey()),
            "its data is at "
                + inOrder.get(i).getValue().offset()
                + ", but tensor '"
                + before.getKey()
                + "' ends at "
                + end
                + ": two tensors cannot share bytes");
      }
    }
  }

  private GgufValue value(String key) {
    Type type = type(key);
    return type == Type.ARRAY ? array(key, 1) : scalar(key, type);
  }

  private Type type(String key) {
    int number = int32("the type of metadata '" + key + "'");
    if (number < 0 || number >= Type.values().length) {
      throw bad("metadata '" + key + "'", "unknown value type " + Integer.toUnsignedString(number));
    }
    return Type.values()[number];
  }

  private GgufValue scalar(String key, Type type) {
    return switch (type) {
      case FLOAT32, FLOAT64 -> new GgufValue.Real(type, real(key, type));
      case BOOL -> new GgufValue.Flag(flag(key));
      case STRING -> new GgufValue.Text(text("metadata '" + key + "'", MOST_TEXT_BYTES));
      default -> new GgufValue.Whole(type, whole(key, type));
    };
  }

  private GgufValue.Array array(String key, int depth) {
    String field = "metadata '" + key + "'";
    Type type = type(key);
    // A string or an array takes at least the 8 (12) bytes of its length.
    int least = type == Type.ARRAY ? 12 : type == Type.STRING ? 8 : type.bytes();
    int n = (int) count("the array length of " + field, MOST_ELEMENTS, least);
    elements += n;
    if (elements > MOST_ELEMENTS) {
      throw bad(field, "more than " + MOST_ELEMENTS + " array elements in the file");
    }
    switch (type) {
      case ARRAY -> {
        if (depth == DEEPEST_ARRAY) {
          throw bad(field, "arrays are nested more than " + DEEPEST_ARRAY + " deep");
        }
        List<GgufValue.Array> values = new ArrayList<>();
        for (int i = 0; i < n; i++) {
          values.add(array(key, depth + 1));
        }
        return new GgufValue.Nested(values);
      }
      case STRING -> {
        return new GgufValue.Texts(texts(field, n));
      }
      case BOOL -> {
        boolean[] values = new boolean[n];
        for (int i = 0; i < n; i++) {
          values[i] = flag(key);
        }
        return new GgufValue.Flags(values);
      }
      case FLOAT32, FLOAT64 -> {
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
          values[i] = real(key, type);
        }
        return new GgufValue.Reals(type, values);
      }
      default -> {
        long[] values = new long[n];
        for (int i = 0; i < n; i++) {
          values[i] = whole(key, type);
        }
        return new GgufValue.Wholes(type, values);
      }
    }
  }

  private double real(String key, Type type) {
    return type == Type.FLOAT32
        ? Float.intBitsToFloat(int32("metadata '" + key + "'"))
        : Double.longBitsToDouble(int64("metadata '" + key + "'"));
  }

  private boolean flag(String key) {
    byte b = file.get(ValueLayout.JAVA_BYTE, take(1, "metadata '" + key + "'"));
    if (b != 0 && b != 1) {
      throw bad("metadata '" + key + "'", "expected the truth value 0 or 1, found " + (b & 0xFF));
    }
    return b == 1;
  }

  private long whole(String key, Type type) {
    String field = "metadata '" + key + "'";
    long place = take(type.bytes(), field);
    return switch (type) {
      case UINT8 -> file.get(ValueLayout.JAVA_BYTE, place) & 0xFF;
      case INT8 -> file.get(ValueLayout.JAVA_BYTE, place);
      case UINT16 -> file.get(SHORT, place) & 0xFFFF;
      case INT16 -> file.get(SHORT, place);
      case UINT32 -> file.get(INT, place) & 0xFFFFFFFFL;
      case INT32 -> file.get(INT, place);
      case INT64 -> file.get(LONG, place);
      case UINT64 -> {
        long value = file.get(LONG, place);
        if (value < 0) {
          throw bad(field, "the number " + Long.toUnsignedString(value) + " is too large");
        }
        yield value;
      }
      default -> throw new IllegalArgumentException(type + " is no integer");
    };
  }

  private String name(String field) {
    return text(field, LONGEST_NAME);
  }

  private String text(String field, long longest) {
    long length = int64("the length of " + field);
    checkText(field, length, longest);
    if (length > left()) {
      throw cutShort(field, length);
    }
    byte[] bytes = new byte[(int) length];
    MemorySegment.copy(file, ValueLayout.JAVA_BYTE, take(length, field), bytes, 0, bytes.length);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void checkText(String field, long length, long longest) {
    textBytes += Math.clamp(length, 0, MOST_TEXT_BYTES);
    if (length < 0 || length > longest || textBytes > MOST_TEXT_BYTES) {
      throw bad(field, "a text of " + Long.toUnsignedString(length) + " bytes is too long");
    }
  }

  /**
   * {@code n} texts one behind the other, each behind its length: copied as they lie, since a
   * vocabulary has hundreds of thousands of them. The lengths are read from a window on the heap: a
   * mapped byte costs a cold process ten times as much.
   */
  private TextArray texts(String field, int n) {
    String lengthField = "the length of " + field;
    long start = at;
    int[] starts = new int[n + 1];
    byte[] window = new byte[0];
    long windowStart = at;
    for (int i = 0; i < n; i++) {
      if (windowStart + window.length - at < 8 && left() >= 8) {
        window = new byte[(int) Math.min(WINDOW, left())];
        MemorySegment.copy(file, ValueLayout.JAVA_BYTE, at, window, 0, window.length);
        windowStart = at;
      }
      long place = take(8, lengthField);
      long length = (long) WINDOW_LONG.get(window, (int) (place - windowStart));
      checkText(field, length, MOST_TEXT_BYTES);
      take(length, field);
      starts[i] = (int) (place + 8 - start);
    }
    // As if one more followed: each ends the 8 bytes of a length before the next.
    starts[n] = (int) (at + 8 - start);
    byte[] bytes = new byte[(int) (at - start)];
    MemorySegment.copy(file, ValueLayout.JAVA_BYTE, start, bytes, 0, bytes.length);
    return new TextArray(bytes, starts, 8);
  }

  /** A count of things that take at least {@code leastBytes} each. */
  private long count(String field, long most, int leastBytes) {
    long n = int64(field);
    if (n < 0 || n > most) {
      throw bad(field, "expected at most " + most + ", found " + Long.toUnsignedString(n));
    }
    if (n > left() / leastBytes) {
      throw cutShort(field, n * leastBytes);
    }
    return n;
  }

  private int int32(String field) {
    return file.get(INT, take(4, field));
  }

  private long int64(String field) {
    return file.get(LONG, take(8, field));
  }

  private long left() {
    return file.byteSize() - at;
  }

  private long take(long bytes, String field) {
    if (bytes > left()) {
      throw cutShort(field, bytes);
    }
    long place = at;
    at += bytes;
    return place;
  }

  private BadInputException cutShort(String field, long bytes) {
    return bad(field, bytes + " bytes needed, " + left() + " left in the file: it is cut short");
  }

  private static String tensor(String name) {
    return "tensor '" + name + "'";
  }

  private BadInputException bad(String field, String problem) {
    return new BadInputException(path + ": " + readable(field + ": " + problem));
  }

  /** Names come from strangers: without line breaks and other control characters, not too long. */
  static String readable(String text) {
    String clean = CONTROL.matcher(text).replaceAll("?");
    return clean.length() <= LONGEST_MESSAGE
        ? clean
        : clean.substring(0, LONGEST_MESSAGE / 2)
            + " ... "
            + clean.substring(clean.length() - LONGEST_MESSAGE / 2);
  }
}
