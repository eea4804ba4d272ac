package pollux.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import pollux.tensor.BadInputException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * The header of a safetensors file: eight bytes of length, little-endian, and a JSON object of that
 * length with {@code dtype}, {@code shape} and {@code data_offsets} for each tensor. Nothing in it
 * is believed: it is read as a stream, and each number is checked before it is used.
 *
 * @param dataStart where the tensors' bytes begin in the file
 */
record SafetensorsHeader(Map<String, Info> tensors, Map<String, String> metadata, long dataStart) {
  /**
   * A tensor.
   *
   * @param type the format's dtype
   * @param shape outermost dimension first; a scalar has one element in one dimension
   * @param begin of its bytes, counted from the start of the data
   * @param end of its bytes, exclusive
   */
  record Info(String type, long[] shape, long begin, long end) {}

  // Bounds. The format allows 100 MB; a shard of a model of 671 billion parameters has 0.2.
  private static final long LARGEST_HEADER = 25 << 20;
  private static final int MOST_TENSORS = 1 << 18;
  private static final int MOST_DIMENSIONS = 8;
  private static final int LONGEST_NAME = 1 << 10;
  private static final int LONGEST_TEXT = 1 << 20;
  private static final int DEEPEST = 4;
  private static final String METADATA = "__metadata__";

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxNameLength(LONGEST_NAME)
                          .maxStringLength(LONGEST_TEXT)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .build();

  static SafetensorsHeader read(Path path, MemorySegment file) {
    if (file.byteSize() < Long.BYTES) {
      throw bad(path, "expected 8 bytes of length, found " + file.byteSize() + " bytes in all");
    }
    long length = file.get(LONG, 0);
    long room = file.byteSize() - Long.BYTES;
    if (length < 2 || length > Math.min(room, LARGEST_HEADER)) {
      throw bad(
          path,
          "its length is "
              + Long.toUnsignedString(length)
              + ", expected 2 to "
              + Math.min(room, LARGEST_HEADER)
              + "; this is no safetensors file, or it is cut short");
    }
    byte[] json = file.asSlice(Long.BYTES, length).toArray(ValueLayout.JAVA_BYTE);
    long dataStart = Long.BYTES + length;
    return new Reader(path, file.byteSize() - dataStart).read(json, dataStart);
  }

  private static BadInputException bad(Path path, String problem) {
    return new BadInputException(path + ": the header: " + problem);
  }

  /** Bytes of an element of {@code type}, 0 where the type is not known or smaller than a byte. */
  private static int bytes(String type) {
    return switch (type) {
      case "BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "F8_E8M0" -> 1;
      case "U16", "I16", "F16", "BF16" -> 2;
      case "U32", "I32", "F32" -> 4;
      case "U64", "I64", "F64", "C64" -> 8;
      default -> 0;
    };
  }

  private static final class Reader {
    private final Path path;
    private final long room;
    private final Map<String, Info> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    /**
     * @param room bytes of data in the file
     */
    Reader(Path path, long room) {
      this.path = path;
      this.room = room;
    }

    SafetensorsHeader read(byte[] bytes, long dataStart) {
      try (JsonParser json = JSON.createParser(bytes)) {
        expect(json.nextToken() == JsonToken.START_OBJECT, "an object", "the header");
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
          String name = json.currentName();
          expect(json.nextToken() == JsonToken.START_OBJECT, "an object", field(name));
          if (name.equals(METADATA)) {
            metadata(json);
          } else {
            tensors.put(name, tensor(json, name));
          }
          expect(
              tensors.size() <= MOST_TENSORS, "at most " + MOST_TENSORS + " tensors", "the header");
        }
        expect(json.nextToken() == null, "nothing after the object", "the header");
      } catch (JacksonException e) {
        throw bad(path, "expected JSON: " + e.getOriginalMessage());
      }
      checkOverlaps();
      return new SafetensorsHeader(tensors, metadata, dataStart);
    }

    private void metadata(JsonParser json) {
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String key = json.currentName();
        expect(json.nextToken() == JsonToken.VALUE_STRING, "a text", METADATA + "." + key);
        metadata.put(key, json.getString());
      }
    }

    private Info tensor(JsonParser json, String name) {
      String type = null;
      long[] shape = null;
      long[] offsets = null;
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String key = json.currentName();
        json.nextToken();
        switch (key) {
          case "dtype" -> {
            expect(
                json.currentToken() == JsonToken.VALUE_STRING, "a text", field(name) + ": dtype");
            type = json.getString();
          }
          case "shape" -> shape = numbers(json, field(name) + ": shape");
          case "data_offsets" -> offsets = numbers(json, field(name) + ": data_offsets");
          default -> json.skipChildren();
        }
      }
      if (type == null || shape == null || offsets == null) {
        throw new BadInputException(
            path + ": " + field(name) + ": expected dtype, shape and data_offsets");
      }
      return checked(name, type, shape, offsets);
    }

    private long[] numbers(JsonParser json, String field) {
      expect(json.currentToken() == JsonToken.START_ARRAY, "a list", field);
      List<Long> numbers = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        expect(
            json.currentToken() == JsonToken.VALUE_NUMBER_INT
                && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                && json.getLongValue() >= 0,
            "whole numbers of 0 or more",
            field);
        expect(numbers.size() < MOST_DIMENSIONS, "at most " + MOST_DIMENSIONS + " numbers", field);
        numbers.add(json.getLongValue());
      }
      return numbers.stream().mapToLong(Long::longValue).toArray();
    }

    private Info checked(String name, String type, long[] shape, long[] offsets) {
      if (offsets.length != 2 || offsets[0] > offsets[1] || offsets[1] > room) {
        throw new BadInputException(
            path
                + ": "
                + field(name)
                + ": data_offsets "
                + Arrays.toString(offsets)
                + ", expected a begin and an end within the "
                + room
                + " bytes of data; the file is damaged or cut short");
      }
      long elements = 1;
      for (long dimension : shape) {
        if (dimension != 0 && elements > Long.MAX_VALUE / Long.BYTES / dimension) {
          throw tooMany(name, shape);
        }
        elements *= dimension;
      }
      int size = bytes(type);
      if (size > 0 && elements * size != offsets[1] - offsets[0]) {
        throw new BadInputException(
            path
                + ": "
                + field(name)
                + ": "
                + type
                + Arrays.toString(shape)
                + " takes "
                + elements * size
                + " bytes, found "
                + (offsets[1] - offsets[0])
                + " between its data_offsets");
      }
      return new Info(type, shape.length == 0 ? new long[] {1} : shape, offsets[0], offsets[1]);
    }

    private BadInputException tooMany(String name, long[] shape) {
      return new BadInputException(
          path + ": " + field(name) + ": the shape " + Arrays.toString(shape) + " is too large");
    }

    private void checkOverlaps() {
      List<Map.Entry<String, Info>> inOrder = new ArrayList<>(tensors.entrySet());
      inOrder.sort(Comparator.comparingLong(e -> e.getValue().begin()));
      long end = 0;
      String before = "";
      for (Map.Entry<String, Info> entry : inOrder) {
        Info info = entry.getValue();
        if (info.begin() < end && info.end() > info.begin()) {
          throw new BadInputException(
              path
                  + ": "
                  + field(entry.getKey())
                  + ": its bytes are those of '"
                  + before
                  + "' too");
        }
        if (info.end() > end) {
          end = info.end();
          before = entry.getKey();
        }
      }
    }

    private void expect(boolean condition, String expected, String field) {
      if (!condition) {
        throw new BadInputException(path + ": " + field + ": expected " + expected);
      }
    }

    private static String field(String name) {
      return "tensor '" + GgufReader.readable(name) + "'";
    }
  }
}
