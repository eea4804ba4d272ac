package pollux.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import pollux.model.GgufValue.Type;
import pollux.tensor.BadInputException;
import pollux.tensor.Codec;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

/**
 * Files from strangers: valid ones, mutated and cut. Each opens, and then every tensor can be read
 * whole, or is refused with a sentence that names it; in little time and memory. {@code
 * -Dpollux.fuzz=N} tries N of them, {@code -Dpollux.seed} repeats a run.
 */
class GgufFuzzTest {
  private static final int MUTANTS = Integer.getInteger("pollux.fuzz", 500);

  /** For one file of some kilobytes. */
  private static final long MOST_NANOS = 2_000_000_000L;

  private static final long MOST_BYTES = 256L << 20;

  /** Numbers that a reader may stumble over. */
  private static final long[] EDGES = {
    0,
    1,
    -1,
    255,
    1 << 16,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0xffffffffL,
    1L << 32,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MAX_VALUE - 31,
    -32
  };

  @TempDir private Path folder;

  @Test
  @Timeout(1800)
  void mutantsAreReadOrRefused() throws IOException {
    long seed = Long.getLong("pollux.seed", System.nanoTime());
    System.out.println("GgufFuzzTest seed " + seed + ", " + MUTANTS + " mutants");
    SplittableRandom random = new SplittableRandom(seed);
    List<byte[]> valid = List.of(everyType(), metadata(), vocabulary());
    for (byte[] file : valid) {
      assertThat(read(file)).as("a valid file").isPositive();
    }
    int opened = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = mutate(valid.get(i % valid.size()), random);
      String what = "seed " + seed + ", mutant " + i;
      long nanos = System.nanoTime();
      long bytes = allocated();
      try {
        opened += read(mutant) >= 0 ? 1 : 0;
      } catch (BadInputException e) {
        assertThat(e).as(what).hasMessageContaining("mutant.gguf");
        assertThat(e.getMessage()).as(what).hasLineCount(1).hasSizeLessThan(4000);
      } catch (RuntimeException | Error e) {
        throw new AssertionError(what, e);
      }
      assertThat(System.nanoTime() - nanos).as(what + ": nanoseconds").isLessThan(MOST_NANOS);
      assertThat(allocated() - bytes).as(what + ": bytes").isLessThan(MOST_BYTES);
    }
    // Mutations of tensors' bytes and of most metadata leave a file that is well formed.
    assertThat(opened).as("mutants that open, seed " + seed).isBetween(MUTANTS / 50, MUTANTS - 1);
  }

  /** Bytes that this thread has allocated; by reflection, as the room does not need the module. */
  private static long allocated() {
    try {
      Object bean =
          Class.forName("java.lang.management.ManagementFactory")
              .getMethod("getThreadMXBean")
              .invoke(null);
      Method bytes =
          Class.forName("com.sun.management.ThreadMXBean")
              .getMethod("getCurrentThreadAllocatedBytes");
      return (long) bytes.invoke(bean);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError("this JVM does not say what a thread allocates", e);
    }
  }

  /** Opens a file and reads all of it; the number of tensors that could be. */
  private static int read(byte[] bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(Math.max(1, bytes.length)).asSlice(0, bytes.length);
      memory.copyFrom(MemorySegment.ofArray(bytes));
      GgufFile file = new GgufFile(Path.of("mutant.gguf"), memory);
      int count = 0;
      for (String name : file.tensors().keySet()) {
        Tensor tensor;
        try {
          tensor = file.tensor(name);
        } catch (BadInputException e) { // a type that is not known
          assertThat(e.getMessage()).contains("mutant.gguf", "ggml type");
          continue;
        }
        float[] row = new float[tensor.columns()];
        for (int r = 0; r < tensor.rowCount(); r++) {
          long at = r * tensor.type().bytes(tensor.columns());
          Codec.of(tensor.type()).decode(tensor.data(), at, tensor.columns(), row, 0);
        }
        count++;
      }
      GgufSplit.of(file.path(), file.metadata());
      file.metadata().values().forEach(Object::toString);
      if (file.has("tokenizer.ggml.model")) {
        TokenizerFile.read(file);
      }
      return count;
    }
  }

  private static byte[] mutate(byte[] valid, SplittableRandom random) {
    byte[] bytes = valid.clone();
    for (int n = random.nextInt(1, 5); n > 0; n--) {
      // Most of the structure is in the first few kilobytes.
      int end = random.nextBoolean() ? bytes.length : Math.min(bytes.length, 4096);
      if (end < 16) {
        return bytes;
      }
      int at = random.nextInt(end - 8);
      ByteBuffer view = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      switch (random.nextInt(8)) {
        case 0 -> bytes[at] = (byte) random.nextInt();
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> view.putInt(at, (int) EDGES[random.nextInt(EDGES.length)]);
        case 3 -> view.putLong(at, EDGES[random.nextInt(EDGES.length)]);
        case 4 -> view.putLong(at, view.getLong(at) + random.nextInt(-64, 65));
        case 5 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
        case 6 -> { // a piece of the file over another
          int from = random.nextInt(end - 8);
          int length = random.nextInt(1, Math.min(64, bytes.length - Math.max(from, at)));
          System.arraycopy(valid, from, bytes, at, Math.min(length, valid.length - from));
        }
        default ->
            Arrays.fill(bytes, at, Math.min(bytes.length, at + random.nextInt(32)), (byte) 0);
      }
    }
    return bytes;
  }

  /** A small tensor of each type that a file can have. */
  private byte[] everyType() throws IOException {
    GgufWriter writer = new GgufWriter().text("general.architecture", "llama");
    try (Arena arena = Arena.ofConfined()) {
      SplittableRandom random = new SplittableRandom(1);
      for (ElementType type : ElementType.values()) {
        if (type.id() != ElementType.NOT_IN_GGUF) {
          Tensor plain = Tensor.f32(arena, 2, type.quantised() ? type.blockLength() : 5);
          for (long i = 0; i < plain.elements(); i++) {
            plain.set(i, random.nextFloat() - 0.5f);
          }
          writer.tensor("tensor." + type, Codec.convert(arena, plain, type));
        }
      }
      return written(writer);
    }
  }

  /** A value of each type, and arrays. */
  private byte[] metadata() throws IOException {
    GgufWriter writer = new GgufWriter();
    for (Type type : Type.values()) {
      GgufValue value =
          switch (type) {
            case FLOAT32, FLOAT64 -> new GgufValue.Real(type, 0.5);
            case BOOL -> new GgufValue.Flag(true);
            case STRING -> new GgufValue.Text("text 文");
            case ARRAY -> new GgufValue.Texts(List.of("a", "", "bc"));
            default -> new GgufValue.Whole(type, 7);
          };
      writer.put("key." + type, value);
    }
    List<GgufValue.Array> nested = new ArrayList<>();
    nested.add(new GgufValue.Wholes(Type.INT16, new long[] {1, -2, 3}));
    nested.add(new GgufValue.Nested(List.of(new GgufValue.Flags(new boolean[] {true, false}))));
    writer
        .put("key.nested", new GgufValue.Nested(nested))
        .put("key.reals", new GgufValue.Reals(Type.FLOAT32, new double[100]))
        .put("split.count", new GgufValue.Whole(Type.UINT16, 1))
        .put("split.no", new GgufValue.Whole(Type.UINT16, 0));
    try (Arena arena = Arena.ofConfined()) {
      return written(writer.tensor("t", Tensor.f32(arena, 2, 3, 4)));
    }
  }

  private byte[] vocabulary() throws IOException {
    GgufWriter writer = new GgufWriter();
    TokenizerFile.write(SmallVocabulary.with("a b", "ab c"), writer);
    try (Arena arena = Arena.ofConfined()) {
      return written(writer.tensor("t", Tensor.f32(arena, 8)));
    }
  }

  private byte[] written(GgufWriter writer) throws IOException {
    Path path = folder.resolve("valid.gguf");
    writer.write(path);
    return Files.readAllBytes(path);
  }
}
