package pollux.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import pollux.model.Part;

/** One {@code --image}, {@code --audio} or {@code --video}: as a repeated group, they keep their order. */
final class MediaOption {
  @Option(
      names = {"-i", "--image"},
      paramLabel = "FILE",
      required = true,
      description = "A picture: PNG, JPEG, GIF, BMP, WebP or SVG.")
  @Nullable Path image;

  @Option(
      names = {"-a", "--audio"},
      paramLabel = "FILE",
      required = true,
      description = "A sound: WAV, FLAC, MP3 or Ogg Vorbis.")
  @Nullable Path audio;

  @Option(
      names = {"-v", "--video"},
      paramLabel = "FILE",
      required = true,
      description = "A film: MP4 (H.264), animated GIF or WebP, or a folder of frames.")
  @Nullable Path video;

  Part read() {
    if (image != null) {
      return MediaFiles.picture(image);
    }
    if (audio != null) {
      return MediaFiles.sound(audio);
    }
    if (video != null) {
      return MediaFiles.film(video);
    }
    throw new IllegalStateException("a media option without a file");
  }
}
