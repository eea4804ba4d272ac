package pollux.generation;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

/** Writes safetensors files, whole or in shards. */
final class SafetensorsWriter {
  /** A tensor's type, shape (none for a scalar) and bytes. */
  record Entry(ElementType type, long[] shape, byte[] bytes) {
    static Entry of(Tensor tensor) {
      return new Entry(tensor.type(), tensor.shape(), tensor.data().toArray(ValueLayout.JAVA_BYTE));
    }

    float[] floats() {
      float[] values = new float[bytes.length / 4];
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return values;
    }

    static Entry f32(float[] values, long... shape) {
      ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      return new Entry(ElementType.F32, shape, bytes.array());
    }
  }

  private SafetensorsWriter() {}

  /** All of {@code tensors} in one file of {@code folder}. */
  static void whole(Path folder, Map<String, Entry> tensors) throws IOException {
    file(folder.resolve("model.safetensors"), tensors, "");
  }

  /** Each tensor in one of three shards, whose bytes lie as they come, on odd addresses, too. */
  static void shards(Path folder, Map<String, Entry> tensors) throws IOException {
    Map<String, String> map = new LinkedHashMap<>();
    for (int shard = 0; shard < 3; shard++) {
      String name = "model-0000" + (shard + 1) + "-of-00003.safetensors";
      Map<String, Entry> part = new LinkedHashMap<>();
      for (String tensor : tensors.keySet()) {
        if (Math.floorMod(tensor.hashCode(), 3) == shard) {
          part.put(tensor, tensors.get(tensor));
          map.put(tensor, name);
        }
      }
      file(folder.resolve(name), part, " ".repeat(1 + shard));
    }
    String entries =
        map.entrySet().stream()
            .map(e -> "\"%s\": \"%s\"".formatted(e.getKey(), e.getValue()))
            .collect(Collectors.joining(",\n"));
    Files.writeString(
        folder.resolve("model.safetensors.index.json"), "{\"weight_map\": {" + entries + "}}");
  }

  private static void file(Path file, Map<String, Entry> tensors, String padding)
      throws IOException {
    StringBuilder json = new StringBuilder("{\"__metadata__\": {\"format\": \"pt\"}");
    long at = 0;
    for (Map.Entry<String, Entry> tensor : tensors.entrySet()) {
      Entry entry = tensor.getValue();
      json.append(
          ", \"%s\": {\"dtype\": \"%s\", \"shape\": %s, \"data_offsets\": [%d, %d]}"
              .formatted(
                  tensor.getKey(),
                  entry.type(),
                  Arrays.toString(entry.shape()),
                  at,
                  at + entry.bytes().length));
      at += entry.bytes().length;
    }
    byte[] header = (json + "}" + padding).getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = Files.newOutputStream(file)) {
      ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      out.write(length.putLong(header.length).array());
      out.write(header);
      for (Entry entry : tensors.values()) {
        out.write(entry.bytes());
      }
    }
  }
}
