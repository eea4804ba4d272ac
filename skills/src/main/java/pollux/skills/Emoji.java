package pollux.skills;

import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.LoaderContext;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.view.ViewBox;
import java.awt.Component;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Emoji and icons: of the training styles, from the assets folder, and of the held-out style, which
 * the module brings along. Each is rasterised once and kept.
 */
final class Emoji {
  static final String ROCK = "raised-fist";
  static final String PAPER = "raised-hand";
  static final String SCISSORS = "victory-hand";

  /** In the order of the lists, which is part of what a seed means. */
  private static final Map<String, List<Icon>> TRAINING = read("training-emoji.tsv");

  private static final Map<String, List<Icon>> TEST = read("test-emoji.tsv");

  private static final Map<Raster, BufferedImage> RASTERS = new ConcurrentHashMap<>();

  private Emoji() {}

  /**
   * One drawing of a thing.
   *
   * @param thing a hand of this class, or what {@link Things} calls it in English
   * @param style the set it belongs to; hands of other skin tones than the set's own have the tone
   *     after the set's name
   * @param file under the assets folder's {@code emoji}, or beside this class
   */
  record Icon(String thing, String style, String file) {}

  private record Raster(Split split, String file, int side) {}

  /** Where {@code scripts/install-preparation.sh} puts what training draws with. */
  static Path assets() {
    String given = System.getProperty("POLLUX_ASSETS", System.getenv("POLLUX_ASSETS"));
    return given == null
        ? Path.of(System.getProperty("user.home"), ".cache", "pollux", "assets")
        : Path.of(given);
  }

  /** The drawings of a thing on a side. */
  static List<Icon> icons(Split split, String thing) {
    return (split == Split.TRAINING ? TRAINING : TEST).getOrDefault(thing, List.of());
  }

  /** The styles of a side that have all three hands. */
  static List<String> styles(Split split) {
    Set<String> styles = new LinkedHashSet<>(styles(split, ROCK));
    styles.retainAll(styles(split, PAPER));
    styles.retainAll(styles(split, SCISSORS));
    return List.copyOf(styles);
  }

  private static List<String> styles(Split split, String thing) {
    return icons(split, thing).stream().map(Icon::style).distinct().toList();
  }

  /**
   * The drawing of {@code thing} in {@code style}, shared by all callers: draw it, do not draw on
   * it.
   *
   * @param side of the square, in pixels
   * @return ARGB, transparent around the drawing
   */
  static BufferedImage image(String thing, String style, int side) {
    for (Split split : Split.values()) {
      for (Icon icon : icons(split, thing)) {
        if (icon.style().equals(style)) {
          return image(split, icon, side);
        }
      }
    }
    throw new IllegalArgumentException("No emoji of " + thing + " in the style " + style);
  }

  /** As {@link #image(String, String, int)}, for one of several drawings in a style. */
  static BufferedImage image(Split split, Icon icon, int side) {
    return RASTERS.computeIfAbsent(
        new Raster(split, icon.file(), side), raster -> rasterise(raster.split, raster.file, side));
  }

  /** Emoji sets that drawing on this side needs and the assets folder lacks. */
  static List<String> missing(Split split) {
    if (split == Split.TEST) {
      return List.of();
    }
    Set<String> missing = new LinkedHashSet<>();
    Path folder = assets().resolve("emoji");
    for (List<Icon> icons : TRAINING.values()) {
      for (Icon icon : icons) {
        String set = icon.file().substring(0, icon.file().indexOf('/'));
        if (!Files.isRegularFile(folder.resolve(icon.file()))) {
          missing.add("emoji set " + set + " in " + folder + " (scripts/install-preparation.sh)");
        }
      }
    }
    return List.copyOf(missing);
  }

  /** The bytes of a drawing's SVG file. */
  static byte[] svg(Split split, String file) throws IOException {
    if (split == Split.TRAINING) {
      return Files.readAllBytes(assets().resolve("emoji").resolve(file));
    }
    try (InputStream in = Typefaces.resource(file)) {
      return in.readAllBytes();
    }
  }

  private static BufferedImage rasterise(Split split, String file, int side) {
    try {
      // One-colour sets leave the colour to the page; on its own such a drawing is black.
      String text =
          new String(svg(split, file), StandardCharsets.UTF_8).replace("currentColor", "#000");
      @Nullable SVGDocument document =
          new SVGLoader()
              .load(
                  new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                  null,
                  LoaderContext.createDefault());
      if (document == null) {
        throw new IOException(file + " is not an SVG drawing");
      }
      BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_ARGB);
      Graphics2D g = image.createGraphics();
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      document.render((Component) null, g, new ViewBox(0, 0, side, side));
      g.dispose();
      return image;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, List<Icon>> read(String list) {
    Map<String, List<Icon>> icons = new LinkedHashMap<>();
    for (String[] fields : Things.rows(list)) {
      icons
          .computeIfAbsent(fields[0], thing -> new ArrayList<>())
          .add(new Icon(fields[0], fields[1], fields[2]));
    }
    icons.replaceAll((thing, drawings) -> List.copyOf(drawings));
    return icons;
  }
}
