package pollux.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Against what llama.cpp wrote: decoded rows, and the bytes that its quantiser made of the same F32
 * weights. Those lie in the folder that {@code -Dpollux.peer=FOLDER} names, or beside the
 * repository.
 */
class PeerCodecTest {
  private static final String TENSOR = "blk.0.ffn_up.weight";
  private static final int COLUMNS = 256;

  @ParameterizedTest
  @EnumSource(value = ElementType.class, mode = EnumSource.Mode.MATCH_NONE, names = "F8_.*")
  void decodesAsThePeerDoes(ElementType type) throws IOException {
    Path folder = folder();
    byte[] rows = Files.readAllBytes(folder.resolve(stem(type) + ".rows"));
    float[] expected = new float[rows.length / 4];
    ByteBuffer.wrap(rows).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(expected);
    try (Arena arena = Arena.ofConfined()) {
      float[] found = new float[expected.length];
      MemorySegment data = weights(arena, folder, type);
      Codec.of(type).decode(data, 0, found.length, found, 0);
      assertThat(found).containsExactly(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(value = ElementType.class, mode = EnumSource.Mode.MATCH_NONE, names = "F8_.*")
  void encodesToThePeersBytes(ElementType type) throws IOException {
    Path folder = folder();
    try (Arena arena = Arena.ofConfined()) {
      float[] values = new float[8 * COLUMNS];
      F32Codec.CODEC.decode(weights(arena, folder, ElementType.F32), 0, values.length, values, 0);
      MemorySegment found = arena.allocate(type.bytes(values.length));
      Codec.of(type).encode(values, 0, values.length, found, 0);
      MemorySegment expected = weights(arena, folder, type).asSlice(0, found.byteSize());
      assertThat(found.mismatch(expected)).as("first byte that differs").isEqualTo(-1);
    }
  }

  /** Files are named after what the quantiser was asked for. */
  private static String stem(ElementType type) {
    return switch (type) {
      case Q3_K, Q4_K, Q5_K -> "llama-" + type + "_M";
      case MXFP4 -> "llama-MXFP4_MOE";
      default -> "llama-" + type;
    };
  }

  private static Path folder() {
    String peer = System.getProperty("pollux.peer", "../../shared/peer");
    Path folder = Path.of(peer, "quantisations");
    assumeTrue(Files.isDirectory(folder), folder + " is missing");
    return folder;
  }

  /** The tensor's bytes, and whatever follows them. */
  private static MemorySegment weights(Arena arena, Path folder, ElementType type)
      throws IOException {
    try (FileChannel file = FileChannel.open(folder.resolve(stem(type) + ".gguf"))) {
      MemorySegment all = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), arena);
      return new Directory(all).data(type);
    }
  }

  /** Just enough of GGUF to find one tensor. */
  private static final class Directory {
    private static final ValueLayout.OfInt INT =
        ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
        ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int[] SIZES = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

    private final MemorySegment file;
    private long at = 8;

    Directory(MemorySegment file) {
      this.file = file;
    }

    MemorySegment data(ElementType type) {
      long tensors = number();
      long pairs = number();
      for (long i = 0; i < pairs; i++) {
        text();
        skip(code());
      }
      long start = -1;
      for (long i = 0; i < tensors; i++) {
        boolean wanted = text().equals(TENSOR);
        int rank = code();
        at += 8L * rank;
        int id = code();
        long offset = number();
        if (wanted) {
          assertThat(id).isEqualTo(type.id());
          start = offset;
        }
      }
      assertThat(start).isNotNegative();
      return file.asSlice((at + 31) / 32 * 32 + start);
    }

    private void skip(int kind) {
      switch (kind) {
        case 8 -> text();
        case 9 -> {
          int inner = code();
          long count = number();
          for (long i = 0; i < count; i++) {
            skip(inner);
          }
        }
        default -> at += SIZES[kind];
      }
    }

    private int code() {
      at += 4;
      return file.get(INT, at - 4);
    }

    private long number() {
      at += 8;
      return file.get(LONG, at - 8);
    }

    private String text() {
      byte[] bytes = new byte[Math.toIntExact(number())];
      MemorySegment.copy(file, ValueLayout.JAVA_BYTE, at, bytes, 0, bytes.length);
      at += bytes.length;
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
