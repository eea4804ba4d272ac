package pollux.model;

import java.util.List;
import pollux.model.tokenizer.TextArray;

/** A value of a GGUF file's metadata. */
public sealed interface GgufValue {
  /**
   * The value types of the format by their number; {@code bytes} is the size of one value, 0 where
   * it varies.
   */
  enum Type {
    UINT8(1),
    INT8(1),
    UINT16(2),
    INT16(2),
    UINT32(4),
    INT32(4),
    FLOAT32(4),
    BOOL(1),
    STRING(0),
    ARRAY(0),
    UINT64(8),
    INT64(8),
    FLOAT64(8);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }

    int bytes() {
      return bytes;
    }
  }

  /** The type in the file. */
  Type type();

  /** An integer of any width; an UINT64 above 2^63 - 1 is not accepted. */
  record Whole(Type type, long value) implements GgufValue {}

  record Real(Type type, double value) implements GgufValue {}

  record Flag(boolean value) implements GgufValue {
    @Override
    public Type type() {
      return Type.BOOL;
    }
  }

  record Text(String value) implements GgufValue {
    @Override
    public Type type() {
      return Type.STRING;
    }
  }

  /** An array; {@code element} is the type of its elements. */
  sealed interface Array extends GgufValue {
    Type element();

    int length();

    @Override
    default Type type() {
      return Type.ARRAY;
    }
  }

  record Wholes(Type element, long[] values) implements Array {
    @Override
    public int length() {
      return values.length;
    }
  }

  record Reals(Type element, double[] values) implements Array {
    @Override
    public int length() {
      return values.length;
    }
  }

  record Flags(boolean[] values) implements Array {
    @Override
    public Type element() {
      return Type.BOOL;
    }

    @Override
    public int length() {
      return values.length;
    }
  }

  record Texts(List<String> values) implements Array {
    public Texts {
      values = TextArray.of(values);
    }

    @Override
    public Type element() {
      return Type.STRING;
    }

    @Override
    public int length() {
      return values.size();
    }
  }

  /** An array of arrays. */
  record Nested(List<Array> values) implements Array {
    public Nested {
      values = List.copyOf(values);
    }

    @Override
    public Type element() {
      return Type.ARRAY;
    }

    @Override
    public int length() {
      return values.size();
    }
  }
}
