package pollux.media;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pollux.tensor.BadInputException;

/**
 * The boxes within a piece of an MP4 file: a length, a name of four letters, and what is inside.
 *
 * <p>JCodec has a reader for them too, but it runs in circles on boxes of hostile lengths.
 */
final class Mp4Boxes {
  private final String name;
  private final Map<String, List<ByteBuffer>> boxes = new LinkedHashMap<>();

  private Mp4Boxes(String name) {
    this.name = name;
  }

  /** The boxes from the position of {@code in} to its limit; {@code name} is the file's. */
  static Mp4Boxes in(ByteBuffer in, String name) {
    Mp4Boxes boxes = new Mp4Boxes(name);
    ByteBuffer left = in.slice();
    while (left.remaining() >= 8) {
      long size = left.getInt() & 0xFFFF_FFFFL;
      byte[] type = new byte[4];
      left.get(type);
      int header = 8;
      if (size == 1 && left.remaining() >= 8) {
        size = left.getLong();
        header = 16;
      }
      long body = size == 0 ? left.remaining() : size - header;
      if (body < 0 || body > left.remaining()) {
        throw new BadInputException(
            "%s: expected an intact MP4, found a box that is longer than what it lies in."
                .formatted(name));
      }
      boxes
          .boxes
          .computeIfAbsent(new String(type, StandardCharsets.ISO_8859_1), key -> new ArrayList<>())
          .add(left.slice(left.position(), (int) body));
      left.position(left.position() + (int) body);
    }
    return boxes;
  }

  /** The insides of the first box on this path, or null. */
  @Nullable ByteBuffer find(String... path) {
    Mp4Boxes at = this;
    for (int i = 0; i < path.length; i++) {
      List<ByteBuffer> found = at.boxes.get(path[i]);
      if (found == null) {
        return null;
      }
      if (i == path.length - 1) {
        return found.getFirst().duplicate();
      }
      at = in(found.getFirst(), name);
    }
    throw new IllegalArgumentException("An empty path");
  }

  /** The insides of the first box on this path; it must be there. */
  ByteBuffer require(String... path) {
    ByteBuffer found = find(path);
    if (found == null) {
      throw new BadInputException(
          "%s: expected an intact MP4, found none of its %s."
              .formatted(name, String.join(".", path)));
    }
    return found;
  }

  /** The insides of all boxes of this name. */
  List<ByteBuffer> all(String type) {
    return boxes.getOrDefault(type, List.of()).stream().map(ByteBuffer::duplicate).toList();
  }
}
