package pollux.skills;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import pollux.media.GifWriter;
import pollux.media.PngWriter;
import pollux.media.WavWriter;
import pollux.model.Part;

/**
 * Writes the files of {@code examples/}: one case each of some skills' test side, which training
 * never saw.
 *
 * <p>{@code java … pollux.skills.ExampleFiles examples}, with the test class path of this room.
 */
final class ExampleFiles {
  /**
   * Which case of which skill becomes which file; chosen before there were weights to answer them.
   */
  private static final Map<String, Map.Entry<String, Integer>> FILES =
      Map.of(
          "leaves.png", Map.entry("leaves", 2),
          "angle.png", Map.entry("angle", 1),
          "word.png", Map.entry("reading", 3),
          "thing.png", Map.entry("naming", 1),
          "hands.gif", Map.entry("rock-paper-scissors", 0),
          "word.wav", Map.entry("hearing", 0));

  private ExampleFiles() {}

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    Files.createDirectories(folder);
    for (Map.Entry<String, Map.Entry<String, Integer>> file : FILES.entrySet()) {
      String skill = file.getValue().getKey();
      Case drawn =
          Skills.named(skill).draw(Split.TEST.caseSeed(skill, 1, file.getValue().getValue()));
      write(folder.resolve(file.getKey()), drawn.question());
      System.out.println(file.getKey() + ": " + drawn.answer());
    }
  }

  private static void write(Path path, List<Part> question) throws IOException {
    for (Part part : question) {
      switch (part) {
        case Part.Image image -> PngWriter.write(image.picture(), path);
        case Part.Video video -> GifWriter.write(video.film(), path);
        case Part.Audio audio -> WavWriter.write(audio.sound(), path);
        default -> {}
      }
    }
  }
}
