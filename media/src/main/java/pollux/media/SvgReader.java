package pollux.media;

import com.github.weisj.jsvg.SVGDocument;
import com.github.weisj.jsvg.parser.LoaderContext;
import com.github.weisj.jsvg.parser.SVGLoader;
import com.github.weisj.jsvg.parser.resources.ResourcePolicy;
import com.github.weisj.jsvg.renderer.NullPlatformSupport;
import com.github.weisj.jsvg.view.FloatSize;
import com.github.weisj.jsvg.view.ViewBox;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pollux.tensor.BadInputException;

/**
 * Drawings in SVG, by jsvg, over white.
 *
 * <p>A drawing is a program from a stranger. So entities, pictures inside of it and references out
 * of it are refused; what its references would unfold to is counted before it is drawn; and it is
 * drawn in a thread of its own that is given up after {@value #MAX_SECONDS} s.
 */
public final class SvgReader {
  /** The longer side in pixels of a drawing that is read as a file. */
  public static final int SIDE = 512;

  private static final int MAX_BYTES = 8 << 20;

  /** Ample for a machine that is busy with other work. */
  private static final int MAX_SECONDS = 30;

  /** Written so that no text makes the search go back over what it has seen. */
  private static final Pattern ELSEWHERE =
      Pattern.compile(
          "url\\(\\s*+['\"]?+\\s*+[^#'\"\\s)]|@import|<\\?xml-stylesheet|<!ENTITY"
              + "|<(?:\\w{1,20}:)?(?:image|feImage)\\b"
              + "|<(?:\\w{1,20}:)?use\\b[^<>]*href\\s*+=\\s*+['\"]\\s*+[^#'\"\\s]",
          Pattern.CASE_INSENSITIVE);

  /**
   * Held here, since a logger that nobody holds forgets its level: what jsvg says, errors say too.
   */
  private static final Logger JSVG = Logger.getLogger("com.github.weisj.jsvg");

  static {
    JSVG.setLevel(Level.OFF);
  }

  private SvgReader() {}

  /** Whether the beginning of a file is text that holds an svg element. */
  static boolean begins(byte[] head) {
    String text = new String(head, StandardCharsets.ISO_8859_1);
    String start = text.startsWith("\u00EF\u00BB\u00BF") ? text.substring(3) : text;
    return start.stripLeading().startsWith("<") && (text.contains("<svg") || text.contains(":svg"));
  }

  /**
   * Draws the bytes of an SVG file so that its longer side has {@code side} pixels; {@code name} is
   * what errors call it.
   */
  public static Picture read(byte[] bytes, String name, int side) {
    PictureLimits.check(name, side, side);
    if (bytes.length > MAX_BYTES) {
      throw new BadInputException(
          "%s: expected an SVG file of at most %d MB, found %,d MB."
              .formatted(name, MAX_BYTES >> 20, bytes.length >> 20));
    }
    return Deadline.run(
        name, MAX_SECONDS, () -> draw(bytes, name, side), cause -> corrupt(name, cause));
  }

  private static void refuseOthers(String text, String name) {
    Matcher found = ELSEWHERE.matcher(text);
    if (found.find()) {
      throw new BadInputException(
          ("%s: expected a drawing without entities, embedded pictures and references to other"
                  + " files, found \"%s\"; save it as plain shapes.")
              .formatted(name, found.group().strip().replaceAll("\\s+", " ")));
    }
  }

  private static Picture draw(byte[] bytes, String name, int side) {
    // Patterns of ASCII are sought, so that any encoding close to it will do.
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    refuseOthers(text, name);
    // The loader logs what is thrown at it and returns null.
    AtomicReference<@Nullable BadInputException> refusal = new AtomicReference<>();
    SVGDocument document =
        new SVGLoader()
            .load(
                new ByteArrayInputStream(bytes),
                null,
                LoaderContext.builder()
                    .externalResourcePolicy(ResourcePolicy.DENY_ALL)
                    .preProcessor(root -> {
                      try {
                        SvgCost.check(root, text, name);
                      } catch (BadInputException e) {
                        refusal.set(e);
                        throw e;
                      }
                    })
                    .build());
    BadInputException refused = refusal.get();
    if (refused != null) {
      throw refused;
    }
    if (document == null) {
      throw corrupt(name, null);
    }
    FloatSize size = document.size();
    if (!(size.width > 0 && size.height > 0 && size.width < 1e9 && size.height < 1e9)) {
      throw new BadInputException(
          "%s: expected a drawing with a width and a height, found %s x %s."
              .formatted(name, size.width, size.height));
    }
    double scale = side / (double) Math.max(size.width, size.height);
    int width = Math.max(1, (int) Math.round(size.width * scale));
    int height = Math.max(1, (int) Math.round(size.height * scale));
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = image.createGraphics();
    try {
      graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      graphics.setRenderingHint(
          RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
      document.renderWithPlatform(
          NullPlatformSupport.INSTANCE, graphics, new ViewBox(0, 0, width, height));
    } finally {
      graphics.dispose();
    }
    return Pixels.overWhite(image);
  }

  private static BadInputException corrupt(String name, @Nullable Throwable cause) {
    return new BadInputException(
        "%s: expected a well-formed SVG drawing, found a corrupt one%s."
            .formatted(name, cause == null ? "" : " (" + MediaBytes.reason(cause) + ")"),
        cause == null ? new IllegalArgumentException(name) : cause);
  }
}
