package pollux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pollux.tensor.BadInputException;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

class SafetensorsFileTest {
  private static final String HEADER =
      """
      {"__metadata__": {"format": "pt"},
       "a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
       "b": {"dtype": "BF16", "shape": [4], "data_offsets": [24, 32]},
       "n": {"dtype": "I64", "shape": [], "data_offsets": [32, 40]}}
      """;

  @TempDir Path temp;

  @Test
  void tensorsAreSlicesOfTheFile() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      SafetensorsFile file =
          SafetensorsFile.open(write("m.safetensors", HEADER, floats(1, 2, 3, 4, 5, 6), 40), arena);
      assertThat(file.names()).containsExactly("a", "b", "n");
      assertThat(file.metadata()).containsEntry("format", "pt");
      Tensor a = file.tensor("a", 2, 3);
      assertThat(a.toArray()).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(a.data().isReadOnly()).isTrue();
      assertThat(file.tensor("b").type()).isEqualTo(ElementType.BF16);
      assertThat(file.entry("n").type()).isEqualTo("I64");
      assertThat(file.entry("n").shape()).containsExactly(1);
      assertThat(file.entry("b").bytes()).isEqualTo(8);
      assertThatThrownBy(() -> file.tensor("n"))
          .hasMessageContaining("tensor 'n' has the element type I64, expected one of [F32, F16, ");
      assertThatThrownBy(() -> file.tensor("a", 3, 2))
          .hasMessageEndingWith("tensor 'a' has the shape [2, 3], expected [3, 2]");
      assertThatThrownBy(() -> file.tensor("z")).hasMessageEndingWith("there is no tensor 'z'");
    }
  }

  @Test
  void aFolderOfShardsOpensAsOne() throws IOException {
    write(
        "x.safetensors",
        "{'a': {'dtype': 'F32', 'shape': [1], 'data_offsets': [0, 4]}}",
        floats(7),
        4);
    write(
        "y.safetensors",
        "{'b': {'dtype': 'F32', 'shape': [1], 'data_offsets': [0, 4]}}",
        floats(8),
        4);
    index("{'a': 'x.safetensors', 'b': 'y.safetensors'}");
    try (Arena arena = Arena.ofConfined()) {
      SafetensorsFile file = SafetensorsFile.open(temp, arena);
      assertThat(file.files()).hasSize(2);
      assertThat(file.tensor("a").toArray()).containsExactly(7);
      assertThat(file.tensor("b").toArray()).containsExactly(8);
    }
    index("{'a': 'x.safetensors', 'c': 'y.safetensors'}");
    refused(temp, "weight_map: the tensor 'c' is not in y.safetensors");
    index("{'a': '../x.safetensors'}");
    refused(temp, "weight_map: expected names of safetensors files in the same folder");
    index("{'a': 'gone.safetensors'}");
    refused(temp, "gone.safetensors: there is no such weights file");
    index("{}");
    refused(temp, "weight_map: expected 1 to 4096 files, found 0");
  }

  @Test
  void aFolderWithoutWeightsSaysWhatIsExpected() {
    refused(temp, "expected model.safetensors or model.safetensors.index.json in the folder");
  }

  @Test
  void theSameTensorInTwoFilesIsAnError() throws IOException {
    write(
        "x.safetensors",
        "{'a': {'dtype': 'U8', 'shape': [0], 'data_offsets': [0, 0]}}",
        new byte[0],
        0);
    write(
        "y.safetensors",
        "{'a': {'dtype': 'U8', 'shape': [0], 'data_offsets': [0, 0]}}",
        new byte[0],
        0);
    refused(temp, "y.safetensors: tensor 'a' is in x.safetensors too");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [0, 4]}} | takes 8 bytes, found 4",
        "{'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [36, 44]}} | within the 40 bytes",
        "{'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [8, 0]}} | expected a begin and an end",
        "{'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [0]}} | expected a begin and an end",
        "{'a': {'dtype': 'F32', 'shape': [-2], 'data_offsets': [0, 8]}} | whole numbers",
        "{'a': {'dtype': 'F32', 'shape': [2.5], 'data_offsets': [0, 8]}} | whole numbers",
        "{'a': {'dtype': 'F32', 'shape': [99999999999999999999], 'data_offsets': [0, 8]}} | whole numbers",
        "{'a': {'dtype': 'F32', 'shape': [4294967296, 4294967296], 'data_offsets': [0, 8]}} | too large",
        "{'a': {'dtype': 'F32', 'shape': [1,1,1,1,1,1,1,1,2], 'data_offsets': [0, 8]}} | at most 8 numbers",
        "{'a': {'dtype': 5, 'shape': [2], 'data_offsets': [0, 8]}} | dtype: expected a text",
        "{'a': {'shape': [2], 'data_offsets': [0, 8]}} | expected dtype, shape and data_offsets",
        "{'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [0, 8]}, 'b': {'dtype': 'F32', 'shape': [2], 'data_offsets': [4, 12]}} | its bytes are those of 'a' too",
        "{'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [0, 8]}, 'a': {'dtype': 'F32', 'shape': [2], 'data_offsets': [8, 16]}} | Duplicate",
        "{'a': 1} | expected an object",
        "[] | expected an object",
        "{'a': {'dtype': | expected JSON",
        "{} {} | expected nothing after the object",
        "{'__metadata__': {'x': 1}} | expected a text",
        "{'a': {'x': [[[[[[1]]]]]]}} | expected JSON",
      })
  void damagedHeadersAreNamed(String header, String problem) throws IOException {
    refused(write("m.safetensors", header, new byte[40], 40), problem);
  }

  @Test
  void aWrongLengthIsNoHugeAllocation() throws IOException {
    for (long length : new long[] {0, 1, 1000, Integer.MAX_VALUE, Long.MAX_VALUE, -1}) {
      ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
      bytes.putLong(0, length);
      refused(Files.write(temp.resolve("m.safetensors"), bytes.array()), "its length is ");
    }
    refused(Files.write(temp.resolve("m.safetensors"), new byte[7]), "expected 8 bytes of length");
    refused(temp.resolve("none.safetensors"), "there is no such weights file");
  }

  /** As many as {@code -Dpollux.fuzz=N} says; {@code -Dpollux.seed=S} repeats a run. */
  @Test
  void mutantsOpenOrAreRefused() throws IOException {
    long seed = Long.getLong("pollux.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    byte[] whole = Files.readAllBytes(write("m.safetensors", HEADER, new byte[40], 40));
    Path path = temp.resolve("mutant.safetensors");
    int opened = 0;
    int mutants = Integer.getInteger("pollux.fuzz", 500);
    for (int i = 0; i < mutants; i++) {
      byte[] mutant =
          Arrays.copyOf(
              whole, random.nextInt(4) == 0 ? random.nextInt(whole.length) : whole.length);
      for (int k = random.nextInt(4); k >= 0 && mutant.length > 0; k--) {
        int at = random.nextInt(mutant.length);
        byte[] choices = "0123456789\"{}[],: -eFBU\\".getBytes(StandardCharsets.US_ASCII);
        mutant[at] =
            random.nextBoolean()
                ? choices[random.nextInt(choices.length)]
                : (byte) random.nextInt();
      }
      Files.write(path, mutant);
      try (Arena arena = Arena.ofConfined()) {
        SafetensorsFile file = SafetensorsFile.open(path, arena);
        for (String name : file.names()) {
          if (SafetensorsFile.elementType(file.entry(name).type()) != null) {
            file.tensor(name).data().toArray(ValueLayout.JAVA_BYTE);
          }
        }
        opened++;
      } catch (BadInputException e) {
        assertThat(e.getMessage()).as("seed " + seed).contains("mutant.safetensors");
      } catch (RuntimeException e) {
        throw new AssertionError("mutant " + i + " of seed " + seed, e);
      }
    }
    System.out.println("seed " + seed + ": " + opened + " of " + mutants + " mutants opened");
  }

  private void refused(Path path, String problem) {
    try (Arena arena = Arena.ofConfined()) {
      assertThatThrownBy(() -> SafetensorsFile.open(path, arena))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining(problem)
          .hasMessageStartingWith(temp.toString());
    }
  }

  private void index(String map) throws IOException {
    Files.writeString(
        temp.resolve("model.safetensors.index.json"),
        ("{'weight_map': " + map + "}").replace('\'', '"'));
  }

  private Path write(String name, String header, byte[] data, int size) throws IOException {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).array());
    out.write(json);
    out.write(Arrays.copyOf(data, size));
    return Files.write(temp.resolve(name), out.toByteArray());
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return bytes.array();
  }
}
