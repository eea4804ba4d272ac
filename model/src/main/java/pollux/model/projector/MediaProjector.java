package pollux.model.projector;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pollux.media.Picture;
import pollux.media.Sound;
import pollux.model.AttentionSpec;
import pollux.model.DecoderSpec;
import pollux.model.GgufFile;
import pollux.model.Media;
import pollux.model.Ops;
import pollux.model.WeightsFile;
import pollux.model.families.Metadata;
import pollux.model.families.WeightReader;
import pollux.tensor.BadInputException;
import pollux.tensor.Workspace;

/**
 * The picture and sound encoders of an {@code mmproj} file, as llama.cpp writes them beside a text
 * model: what they make of a picture or a sound stands in the place of embedded tokens.
 */
public final class MediaProjector {
  private static final List<String> KNOWN =
      List.of(
          "gemma3",
          "qwen2.5o",
          "qwen2.5vl_merger",
          "qwen2a",
          "qwen2vl_merger",
          "qwen3vl_merger",
          "ultravox");

  private final GgufFile file;
  private final Path path;
  private final @Nullable PictureEncoder pictures;
  private final @Nullable SoundEncoder sounds;

  private MediaProjector(
      GgufFile file, @Nullable PictureEncoder pictures, @Nullable SoundEncoder sounds) {
    this.file = file;
    this.path = file.path();
    this.pictures = pictures;
    this.sounds = sounds;
  }

  /**
   * Maps {@code mmproj} into {@code arena} and reads what encoders it has.
   *
   * @throws BadInputException that names the file, and the key or tensor that is missing, unknown
   *     or of a wrong size
   */
  public static MediaProjector open(Path mmproj, Arena arena) {
    GgufFile file = GgufFile.open(mmproj, arena);
    String architecture = file.text("general.architecture", "");
    if (!architecture.equals("clip")) {
      throw new BadInputException(
          mmproj
              + " holds the architecture '"
              + WeightsFile.readable(architecture)
              + "', not a projector: expected 'clip', as files named mmproj hold");
    }
    Metadata metadata = new Metadata(file);
    WeightReader weights = new WeightReader(file, arena);
    PictureEncoder pictures = null;
    SoundEncoder sounds = null;
    if (metadata.flag("has_vision_encoder", false)) {
      pictures = pictures(new EncoderReader(metadata, weights, "vision"));
    }
    if (metadata.flag("has_audio_encoder", false)) {
      sounds = sounds(new EncoderReader(metadata, weights, "audio"));
    }
    if (pictures == null && sounds == null) {
      throw new BadInputException(
          mmproj + " has neither a picture encoder nor a sound encoder: expected one of them");
    }
    weights.finish();
    MediaProjector projector = new MediaProjector(file, pictures, sounds);
    if (pictures != null && sounds != null && pictures.width() != sounds.width()) {
      throw new BadInputException(
          mmproj
              + ": pictures become rows of "
              + pictures.width()
              + " numbers and sounds rows of "
              + sounds.width()
              + ": expected the same length");
    }
    return projector;
  }

  private static PictureEncoder pictures(EncoderReader file) {
    String type = type(file);
    return switch (type) {
      case "gemma3" -> new Gemma3Pictures(file);
      case "qwen2vl_merger" -> new QwenPictures(file, QwenPictures.Kind.QWEN2);
      case "qwen2.5vl_merger", "qwen2.5o" -> new QwenPictures(file, QwenPictures.Kind.QWEN2_5);
      case "qwen3vl_merger" -> new QwenPictures(file, QwenPictures.Kind.QWEN3);
      default -> throw unknown(file, type);
    };
  }

  private static SoundEncoder sounds(EncoderReader file) {
    String type = type(file);
    return switch (type) {
      case "ultravox" -> new WhisperSounds(file, SoundProjector.Ultravox.of(file));
      case "qwen2a", "qwen2.5o" -> new WhisperSounds(file, SoundProjector.Qwen2Audio.of(file));
      default -> throw unknown(file, type);
    };
  }

  /** Files with two encoders may name a projector for each. */
  private static String type(EncoderReader file) {
    String type = file.metadata.text("projector_type", "");
    return type.isEmpty() ? file.metadata.text(file.key("projector_type"), "") : type;
  }

  private static BadInputException unknown(EncoderReader file, String type) {
    return file.metadata.bad(
        "projector_type",
        "expected one of "
            + String.join(", ", KNOWN)
            + ", found '"
            + WeightsFile.readable(type)
            + "'");
  }

  /** The file. */
  public Path path() {
    return path;
  }

  public boolean readsPictures() {
    return pictures != null;
  }

  public boolean readsSound() {
    return sounds != null;
  }

  /** Length of the hidden rows of the text model that this was made for. */
  public int width() {
    return pictures != null ? pictures.width() : java.util.Objects.requireNonNull(sounds).width();
  }

  /**
   * Refuses a text model that reads other embeddings.
   *
   * @param model its file
   */
  public void requireFit(DecoderSpec spec, Path model) {
    int parts = pictures == null ? 1 : pictures.parts();
    if (spec.width() != width() || spec.embeddingParts() != parts) {
      throw new BadInputException(
          path
              + " makes embeddings of "
              + sizes(parts, width())
              + " numbers, but "
              + model
              + " reads "
              + sizes(spec.embeddingParts(), spec.width())
              + ": use the projector that was made for this model");
    }
    if (pictures != null && pictures.laysGrid() && !knowsGrid(spec)) {
      throw new BadInputException(
          path
              + " lays pictures out in rows and columns, which "
              + model
              + " does not know: use the projector that was made for this model");
    }
  }

  /** Whether the text model's rotary positions have rows and columns. */
  private static boolean knowsGrid(DecoderSpec spec) {
    return spec.layers().stream()
        .anyMatch(layer ->
            layer.mixer() instanceof AttentionSpec attention
                && attention.rotary() != null
                && attention.rotary().hasAxes());
  }

  private static String sizes(int parts, int width) {
    return parts == 1 ? Integer.toString(width) : parts + " x " + width;
  }

  /**
   * The embeddings of {@code picture}.
   *
   * @param workspace that {@code ops} works in; what is carved off is given back
   */
  public Media encode(Ops ops, Workspace workspace, Picture picture) {
    if (pictures == null) {
      throw new BadInputException(path + " reads sound alone: leave pictures out");
    }
    Workspace.Mark mark = workspace.mark();
    Media media = file.reading(() -> pictures.encode(ops, workspace, picture));
    workspace.reset(mark);
    return media;
  }

  /** The embeddings of {@code sound}, as {@link #encode(Ops, Workspace, Picture)}. */
  public Media encode(Ops ops, Workspace workspace, Sound sound) {
    if (sounds == null) {
      throw new BadInputException(path + " reads pictures alone: leave sound out");
    }
    Workspace.Mark mark = workspace.mark();
    Media media = file.reading(() -> sounds.encode(ops, workspace, sound));
    workspace.reset(mark);
    return media;
  }
}
