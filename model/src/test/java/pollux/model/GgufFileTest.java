package pollux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.model.GgufValue.Type;
import pollux.tensor.BadInputException;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

class GgufFileTest {
  @TempDir private Path folder;

  private Path sample() throws IOException {
    Path path = folder.resolve("sample.gguf");
    try (Arena arena = Arena.ofConfined()) {
      Tensor quantised = Tensor.allocate(arena, ElementType.Q8_0, 3, 64);
      quantised.data().fill((byte) 7);
      new GgufWriter()
          .text("general.architecture", "qwen3")
          .integer("qwen3.block_count", 6)
          .real("qwen3.rope.freq_base", 10000)
          .flag("tokenizer.ggml.add_bos_token", false)
          .texts("some.texts", List.of("a", "", "你好"))
          .integers("some.integers", new int[] {1, -2, 3})
          .put("some.flags", new GgufValue.Flags(new boolean[] {true, false}))
          .put("some.reals", new GgufValue.Reals(Type.FLOAT64, new double[] {0.1, -1}))
          .put("some.byte", new GgufValue.Whole(Type.INT8, -5))
          .put("some.long", new GgufValue.Whole(Type.UINT64, Long.MAX_VALUE))
          .put(
              "some.nested",
              new GgufValue.Nested(
                  List.of(
                      new GgufValue.Texts(List.of("x")),
                      new GgufValue.Wholes(Type.UINT16, new long[] {65535}))))
          .tensor("odd", Tensor.of(arena, new float[] {1, 2, 3, 4, 5, 6}, 2, 3))
          .tensor("quantised", quantised)
          .write(path);
    }
    return path;
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      GgufFile file = GgufFile.open(sample(), arena);
      assertThat(file.version()).isEqualTo(3);
      assertThat(file.text("general.architecture")).isEqualTo("qwen3");
      assertThat(file.integer("qwen3.block_count")).isEqualTo(6);
      assertThat(file.real("qwen3.rope.freq_base")).isEqualTo(10000);
      assertThat(file.flag("tokenizer.ggml.add_bos_token", true)).isFalse();
      assertThat(file.texts("some.texts")).containsExactly("a", "", "你好");
      assertThat(file.integers("some.integers")).containsExactly(1, -2, 3);
      assertThat(((GgufValue.Flags) file.metadata().get("some.flags")).values())
          .containsExactly(true, false);
      assertThat(((GgufValue.Reals) file.metadata().get("some.reals")).values())
          .containsExactly(0.1, -1);
      assertThat(file.metadata().get("some.byte")).isEqualTo(new GgufValue.Whole(Type.INT8, -5));
      assertThat(file.metadata().get("some.long"))
          .isEqualTo(new GgufValue.Whole(Type.UINT64, Long.MAX_VALUE));
      List<GgufValue.Array> nested =
          ((GgufValue.Nested) file.metadata().get("some.nested")).values();
      assertThat(((GgufValue.Wholes) nested.get(1)).values()).containsExactly(65535);
      assertThat(file.tensors().keySet()).containsExactly("odd", "quantised");
      assertThat(file.tensor("odd", 2, 3).toArray()).containsExactly(1, 2, 3, 4, 5, 6);
      Tensor quantised = file.tensor("quantised");
      assertThat(quantised.type()).isEqualTo(ElementType.Q8_0);
      assertThat(quantised.shape()).containsExactly(3, 64);
      assertThat(quantised.data().get(ValueLayout.JAVA_BYTE, 203)).isEqualTo((byte) 7);
      assertThat(Files.size(file.path()) % 32).isZero();
    }
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("sample.gguf"));
    }
  }

  @Test
  void theHashIsThatOfTheFile() throws IOException {
    Path path = folder.resolve("empty.gguf");
    // Known answer: printf 'GGUF\3\0\0\0' and 16 zero bytes, through sha256sum.
    Files.write(path, header(3, 0, 0).array());
    try (Arena arena = Arena.ofConfined()) {
      assertThat(GgufFile.open(path, arena).sha256())
          .isEqualTo("a4e5e156ddec27e286f75328784d7106b60a4eb1d246e950a001a3f944fbda99");
    }
  }

  @Test
  void errorsNameTheFileAndTheField() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      GgufFile file = GgufFile.open(sample(), arena);
      refused(() -> file.text("general.name"), "sample.gguf", "general.name", "missing");
      refused(() -> file.text("qwen3.block_count"), "qwen3.block_count", "a text", "UINT32");
      refused(() -> file.integer("some.byte"), "some.byte", "-5");
      refused(() -> file.tensor("none"), "sample.gguf", "'none'");
      refused(() -> file.tensor("odd", 3, 2), "'odd'", "[2, 3]", "[3, 2]");
      refused(() -> GgufFile.open(folder.resolve("absent.gguf"), arena), "absent.gguf", "no such");
      refused(() -> GgufFile.open(folder, arena), "folder");
    }
  }

  private static ByteBuffer header(int version, long tensors, long keys) {
    return ByteBuffer.allocate(24)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0x46554747)
        .putInt(version)
        .putLong(tensors)
        .putLong(keys);
  }

  /** A file with what {@code body} writes behind the header. */
  private static GgufFile read(long tensors, long keys, Consumer<ByteBuffer> body) {
    ByteBuffer bytes = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(header(3, tensors, keys).flip());
    body.accept(bytes);
    return read(bytes.array());
  }

  private static GgufFile read(byte[] bytes) {
    MemorySegment file =
        Arena.ofAuto().allocate(Math.max(1, bytes.length)).asSlice(0, bytes.length);
    file.copyFrom(MemorySegment.ofArray(bytes));
    return new GgufFile(Path.of("hostile.gguf"), file);
  }

  private static void name(ByteBuffer out, String name) {
    out.putLong(name.length()).put(name.getBytes());
  }

  private static void tensor(ByteBuffer out, String name, int type, long offset, long... dims) {
    name(out, name);
    out.putInt(dims.length);
    for (long d : dims) {
      out.putLong(d);
    }
    out.putInt(type).putLong(offset);
  }

  private static void refused(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call).isInstanceOf(BadInputException.class).hasMessageContainingAll(parts);
  }

  @Test
  void hostileHeadersAreRefused() {
    refused(() -> read(new byte[0]), "magic", "cut short");
    refused(() -> read("<html></html>".getBytes()), "magic", "no GGUF file");
    refused(() -> read(header(1, 0, 0).array()), "version", "2 or 3");
    refused(() -> read(header(Integer.reverseBytes(3), 0, 0).array()), "big-endian");
    refused(() -> read(header(3, -1, 0).array()), "tensor count", "18446744073709551615");
    refused(() -> read(header(3, 0, 1 << 15).array()), "metadata count", "cut short");
    refused(() -> read(header(3, 1 << 20, 0).array()), "tensor count", "at most");
    refused(() -> read(0, 1, b -> b.putLong(Long.MAX_VALUE)), "metadata entry 0", "too long");
    refused(() -> read(0, 1, b -> b.putLong(500)), "metadata entry 0", "cut short");
    refused(
        () ->
            read(
                0,
                2,
                b -> {
                  for (int i = 0; i < 2; i++) {
                    name(b, "k");
                    b.putInt(7).put((byte) 1);
                  }
                }),
        "'k'",
        "twice");
    refused(
        () ->
            read(
                0,
                1,
                b -> {
                  name(b, "k");
                  b.putInt(13);
                }),
        "'k'",
        "value type 13");
    refused(
        () ->
            read(
                0,
                1,
                b -> {
                  name(b, "k");
                  b.putInt(7).put((byte) 2);
                }),
        "'k'",
        "truth value");
    refused(
        () ->
            read(
                0,
                1,
                b -> {
                  name(b, "k");
                  b.putInt(10).putLong(-1);
                }),
        "'k'",
        "too large");
    refused(
        () ->
            read(
                0,
                1,
                b -> {
                  name(b, "k");
                  b.putInt(9).putInt(0).putLong(1000);
                }),
        "'k'",
        "cut short");
    refused(
        () ->
            read(
                0,
                1,
                b -> {
                  name(b, "k");
                  b.putInt(9).putInt(8).putLong(1L << 61);
                }),
        "'k'",
        "at most");
    refused(
        () ->
            read(
                0,
                1,
                b -> {
                  name(b, "k");
                  b.putInt(9);
                  for (int i = 0; i < 10; i++) {
                    b.putInt(9).putLong(1);
                  }
                }),
        "'k'",
        "deep");
    refused(
        () ->
            read(
                0,
                1,
                b -> {
                  name(b, "general.alignment");
                  b.putInt(4).putInt(24);
                }),
        "power of two");
  }

  @Test
  void hostileTensorsAreRefused() {
    refused(() -> read(1, 0, b -> tensor(b, "t", 0, 0)), "'t'", "dimensions, found 0");
    refused(() -> read(1, 0, b -> tensor(b, "t", 0, 0, 1, 1, 1, 1, 1)), "'t'", "found 5");
    refused(() -> read(1, 0, b -> tensor(b, "t", 0, 0, 0)), "'t'", "impossible");
    refused(() -> read(1, 0, b -> tensor(b, "t", 0, 0, 1L << 40, 1L << 40)), "'t'", "impossible");
    refused(() -> read(1, 0, b -> tensor(b, "t", 0, 0, 1L << 61)), "'t'", "do not fit");
    refused(() -> read(1, 0, b -> tensor(b, "t", 0, 0, 1 << 10)), "'t'", "do not fit");
    refused(() -> read(1, 0, b -> tensor(b, "t", 0, 1 << 20, 1)), "'t'", "cut short");
    refused(() -> read(1, 0, b -> tensor(b, "t", 0, -32, 1)), "'t'", "cut short");
    refused(() -> read(1, 0, b -> tensor(b, "t", 0, 4, 1)), "'t'", "multiple of 32");
    refused(() -> read(1, 0, b -> tensor(b, "t", 8, 0, 33)), "'t'", "blocks of 32");
    refused(
        () ->
            read(
                2,
                0,
                b -> {
                  tensor(b, "t", 0, 0, 1);
                  tensor(b, "t", 0, 0, 1);
                }),
        "'t'",
        "twice");
  }

  @Test
  void anUnknownTypeMattersOnlyWhenTheTensorIsWanted() {
    GgufFile file = read(1, 0, b -> tensor(b, "t", 77, 0, 5));
    assertThat(file.tensors().get("t").typeId()).isEqualTo(77);
    refused(() -> file.tensor("t"), "'t'", "ggml type 77");
  }

  @Test
  void tensorsThatShareBytesAreRefused() {
    refused(
        () ->
            read(
                2,
                0,
                b -> {
                  tensor(b, "second", 0, 32, 8);
                  tensor(b, "first", 0, 0, 9);
                }),
        "'second'",
        "'first'",
        "ends at 36");
  }

  @Test
  void noTypeOfSafetensorsIsTakenForAnUnknownNumber() {
    GgufFile file = read(1, 0, b -> tensor(b, "t", ElementType.NOT_IN_GGUF, 0, 5));
    refused(() -> file.tensor("t"), "'t'", "4294967295", "Q4_K");
  }

  @Test
  void aFileThatIsCutShortWhileItIsOpenIsAnErrorOfTheFile() throws IOException {
    Path path = folder.resolve("shrinks.gguf");
    try (Arena arena = Arena.ofShared()) {
      new GgufWriter().tensor("t", Tensor.f32(arena, 1 << 16)).write(path);
      GgufFile file = GgufFile.open(path, arena);
      Tensor tensor = file.tensor("t");
      assertThat(file.reading(tensor::toArray)).containsOnly(0f);
      refused(
          () ->
              file.reading(() -> {
                cut(path);
                return tensor.toArray();
              }),
          "shrinks.gguf",
          "shorter");
      refused(file::sha256, "shrinks.gguf", "shorter"); // noticed before it is read
      Files.delete(path);
      assertThat(file.reading(() -> 1)).isEqualTo(1); // what is mapped stays
    }
  }

  private static void cut(Path path) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.truncate(4096);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path part(int number, int count, int tensors, String... names) throws IOException {
    Path path =
        folder.resolve(String.format(Locale.ROOT, "m-%05d-of-%05d.gguf", number + 1, count));
    try (Arena arena = Arena.ofConfined()) {
      GgufWriter writer =
          new GgufWriter()
              .put("split.no", new GgufValue.Whole(Type.UINT16, number))
              .put("split.count", new GgufValue.Whole(Type.UINT16, count))
              .put("split.tensors.count", new GgufValue.Whole(Type.INT32, tensors));
      if (number == 0) {
        writer.text("general.architecture", "qwen3");
      }
      for (String name : names) {
        writer.tensor(name, Tensor.of(arena, new float[] {number}, 1));
      }
      writer.write(path);
    }
    return path;
  }

  @Test
  void theFilesOfASplitModelOpenAsOne() throws IOException {
    List<Path> parts = List.of(part(0, 3, 3, "a"), part(1, 3, 3), part(2, 3, 3, "b", "c"));
    for (Path given : parts) {
      try (Arena arena = Arena.ofConfined()) {
        GgufFile file = GgufFile.open(given, arena);
        assertThat(file.text("general.architecture")).isEqualTo("qwen3");
        assertThat(file.tensors().keySet()).containsExactly("a", "b", "c");
        assertThat(file.tensor("a").get(0)).isEqualTo(0);
        assertThat(file.tensor("c").get(0)).isEqualTo(2);
      }
    }
  }

  @Test
  void aSplitModelThatIsNotWholeIsRefused() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Path first = part(0, 3, 3, "a");
      refused(
          () -> GgufFile.open(first, arena),
          "m-00001-of-00003.gguf",
          "m-00002-of-00003.gguf, m-00003-of-00003.gguf is not there");
      Path second = part(1, 3, 3, "b");
      Path third = part(2, 3, 3, "a");
      refused(() -> GgufFile.open(second, arena), "m-00003-of-00003.gguf", "'a'", "another part");
      part(2, 3, 3);
      refused(() -> GgufFile.open(first, arena), "split.tensors.count", "2", "3");
      Files.copy(second, third, StandardCopyOption.REPLACE_EXISTING);
      refused(() -> GgufFile.open(first, arena), "part 3 of 3", "part 2 of 3");
      Path renamed = Files.copy(first, folder.resolve("other.gguf"));
      refused(() -> GgufFile.open(renamed, arena), "other.gguf", "-00001-of-00003.gguf");
    }
    refused(() -> GgufSplit.of(Path.of("x.gguf"), Map.of("split.no", whole(5))), "5 of 1");
    refused(() -> GgufSplit.of(Path.of("x.gguf"), Map.of("split.count", whole(1L << 40))), "99999");
  }

  private static GgufValue whole(long value) {
    return new GgufValue.Whole(Type.UINT64, value);
  }

  /** Other damage is done by {@link GgufFuzzTest}. */
  @Test
  void aFileThatIsCutAnywhereIsReadOrRefused() throws IOException {
    byte[] whole = Files.readAllBytes(sample());
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment segment = arena.allocate(length + 1).asSlice(0, length);
        segment.copyFrom(MemorySegment.ofArray(part));
        GgufFile file = new GgufFile(Path.of("cut.gguf"), segment);
        file.tensors().keySet().forEach(file::tensor);
      } catch (BadInputException e) {
        assertThat(e).as("cut to " + length).hasMessageContaining("cut.gguf");
      }
    }
  }
}
