package pollux.skills;

import java.awt.Font;
import java.awt.FontFormatException;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.font.GlyphVector;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * The outlines of one face's letters and digits, {@value #EM} units to the em. Immutable, so that
 * many threads may draw with it; far quicker than asking the font for each picture anew.
 */
final class Typeface {
  /** The characters that a face gives, and that words are made of. */
  static final String CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private static final int EM = 100;

  private final String name;
  private final Shape[] outlines;
  private final double[] advances;

  private Typeface(String name, Shape[] outlines, double[] advances) {
    this.name = name;
    this.outlines = outlines;
    this.advances = advances;
  }

  /** Reads the face from a TrueType or OpenType file. */
  static Typeface read(String name, InputStream file) throws IOException {
    Font font;
    try {
      font = Font.createFont(Font.TRUETYPE_FONT, file).deriveFont((float) EM);
    } catch (FontFormatException e) {
      throw new IOException(name + " is not a TrueType or OpenType font: " + e.getMessage(), e);
    }
    FontRenderContext context = new FontRenderContext(null, true, true);
    Shape[] outlines = new Shape[CHARACTERS.length()];
    double[] advances = new double[CHARACTERS.length()];
    for (int i = 0; i < outlines.length; i++) {
      if (!font.canDisplay(CHARACTERS.charAt(i))) {
        throw new IOException(name + " has no glyph for " + CHARACTERS.charAt(i));
      }
      GlyphVector glyph = font.createGlyphVector(context, new char[] {CHARACTERS.charAt(i)});
      outlines[i] = new Path2D.Double(glyph.getOutline());
      advances[i] = glyph.getGlyphMetrics(0).getAdvanceX();
    }
    return new Typeface(name, outlines, advances);
  }

  /** The file's name. */
  String name() {
    return name;
  }

  /**
   * The outlines of the characters of {@code text}, a line from the origin to the right.
   *
   * @param spacing added between characters, in ems
   */
  List<Path2D> outlines(String text, double spacing) {
    List<Path2D> line = new ArrayList<>(text.length());
    double x = 0;
    for (int i = 0; i < text.length(); i++) {
      int at = CHARACTERS.indexOf(text.charAt(i));
      Path2D.Double character = new Path2D.Double(Path2D.WIND_NON_ZERO);
      character.append(
          outlines[at].getPathIterator(AffineTransform.getTranslateInstance(x, 0)), false);
      line.add(character);
      x += advances[at] + spacing * EM;
    }
    return line;
  }

  /** How far the outline of one character reaches. */
  Rectangle2D bounds(char character) {
    return outlines[CHARACTERS.indexOf(character)].getBounds2D();
  }
}
