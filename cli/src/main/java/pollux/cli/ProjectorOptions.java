package pollux.cli;

import static java.util.Objects.requireNonNull;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import pollux.generation.Engine;
import pollux.model.Part;
import pollux.model.Prompt;
import pollux.tensor.BadInputException;

/** A picture or a sound among text, by way of another vendor's projector. */
final class ProjectorOptions {
  /** Stands in the prompt for the picture or the sound. */
  private static final String MARKER = "<media>";

  @Option(
      names = "--projector",
      paramLabel = "MMPROJ",
      description = "The GGUF file of the picture or sound encoder that goes with the model.")
  @Nullable Path projector;

  @Option(names = "--image", paramLabel = "FILE", description = "A picture for --prompt.")
  @Nullable Path image;

  @Option(names = "--audio", paramLabel = "FILE", description = "A sound for --prompt.")
  @Nullable Path audio;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "Text with " + MARKER + " where the picture or sound stands.")
  @Nullable String prompt;

  @Option(
      names = "--embeddings",
      paramLabel = "FILE",
      description = "Also write what the projector makes: float32 [positions, width].")
  @Nullable Path embeddings;

  /** Whether any of them is. */
  boolean given() {
    return projector != null
        || image != null
        || audio != null
        || prompt != null
        || embeddings != null;
  }

  /** The prompt as {@code engine} reads it; writes the embeddings where that is asked for. */
  Prompt prompt(Engine engine) {
    Part media =
        image != null ? MediaFiles.picture(image) : MediaFiles.sound(requireNonNull(audio));
    String text = requireNonNull(prompt);
    int at = text.indexOf(MARKER);
    String behind = text.substring(at + MARKER.length());
    Prompt laid =
        engine.raw(List.of(new Part.Text(text.substring(0, at)), media, new Part.Text(behind)));
    if (embeddings != null) {
      write(embeddings, laid.embeddings().stream().map(Prompt.Embeddings::values).toList());
    }
    return laid;
  }

  /** Refuses options that do not go together. */
  void check() {
    if (projector == null || prompt == null || (image == null) == (audio == null)) {
      throw new BadInputException(
          "--projector needs --prompt, and either --image or --audio beside it");
    }
    int at = prompt.indexOf(MARKER);
    if (at < 0 || prompt.indexOf(MARKER, at + 1) >= 0) {
      throw new BadInputException(
          "--prompt must hold " + MARKER + " once, where the picture or sound stands");
    }
  }

  /** Writes {@code rows} one behind the other, float32, little-endian. */
  static void write(Path file, List<float[]> rows) {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      for (float[] row : rows) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * row.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(row);
        out.write(bytes.array());
      }
    } catch (IOException e) {
      throw new BadInputException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
