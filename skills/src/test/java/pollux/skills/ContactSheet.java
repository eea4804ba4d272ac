package pollux.skills;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import pollux.media.Film;
import pollux.media.Picture;
import pollux.model.Part;

/**
 * Draws cases of a skill side by side for the eye: {@code ContactSheet leaves TEST 48} writes
 * {@code target/leaves-TEST.png}. A film is one row of frames.
 */
final class ContactSheet {
  private static final int SCALE = 2;

  private ContactSheet() {}

  public static void main(String[] args) throws IOException {
    Split split = Split.valueOf(args[1]);
    int cases = Integer.parseInt(args[2]);
    Skill skill =
        List.<Skill>of(new Leaves(), new Angle(), new RockPaperScissors()).stream()
            .filter(s -> s.name().equals(args[0]))
            .findFirst()
            .orElseThrow();
    List<List<Picture>> rows = new ArrayList<>();
    List<List<String>> labels = new ArrayList<>();
    for (int i = 0; i < cases; i++) {
      Case drawn = skill.draw(split.caseSeed(skill.name(), 1, i));
      String label = drawn.thought() + " > " + drawn.answer();
      for (Part part : drawn.question()) {
        if (part instanceof Part.Video(Film film)) {
          rows.add(film.frames().stream().map(Film.Frame::picture).toList());
          labels.add(List.of(label));
        } else if (part instanceof Part.Image(Picture picture)) {
          if (rows.isEmpty() || rows.getLast().size() == 10) {
            rows.add(new ArrayList<>());
            labels.add(new ArrayList<>());
          }
          rows.getLast().add(picture);
          labels.getLast().add(label);
        }
      }
    }
    Path file = Path.of("target", skill.name() + "-" + split + ".png");
    Files.createDirectories(file.getParent());
    ImageIO.write(sheet(rows, labels), "png", file.toFile());
  }

  static BufferedImage sheet(List<List<Picture>> rows, List<List<String>> labels) {
    int cell = rows.getFirst().getFirst().width() * SCALE + 4;
    int columns = rows.stream().mapToInt(List::size).max().orElse(1);
    int line = cell + 14;
    BufferedImage sheet =
        new BufferedImage(columns * cell, rows.size() * line, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = sheet.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    g.setColor(Color.BLACK);
    for (int row = 0; row < rows.size(); row++) {
      for (int column = 0; column < rows.get(row).size(); column++) {
        Picture picture = rows.get(row).get(column);
        g.drawImage(
            image(picture),
            column * cell,
            row * line,
            picture.width() * SCALE,
            picture.height() * SCALE,
            null);
      }
      for (int column = 0; column < labels.get(row).size(); column++) {
        g.drawString(labels.get(row).get(column), column * cell, row * line + cell + 8);
      }
    }
    return sheet;
  }

  private static BufferedImage image(Picture picture) {
    BufferedImage image =
        new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0, i = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++, i += 3) {
        byte[] rgb = picture.rgb();
        image.setRGB(x, y, (rgb[i] & 255) << 16 | (rgb[i + 1] & 255) << 8 | rgb[i + 2] & 255);
      }
    }
    return image;
  }
}
