package pollux.cli;

import java.nio.file.Path;
import pollux.media.FilmReader;
import pollux.media.PictureReader;
import pollux.media.SoundReader;
import pollux.model.MediaFrontEnd;
import pollux.model.Part;

/** Media from files, as parts of a message. */
final class MediaFiles {
  private MediaFiles() {}

  static Part picture(Path file) {
    return new Part.Image(PictureReader.read(file));
  }

  static Part sound(Path file) {
    return new Part.Audio(SoundReader.read(file));
  }

  static Part film(Path file) {
    return new Part.Video(FilmReader.read(file, MediaFrontEnd.MAX_FRAMES));
  }
}
