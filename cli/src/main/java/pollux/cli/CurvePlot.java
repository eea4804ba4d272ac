package pollux.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws the columns of a table over its first one, on a logarithmic scale, as SVG. */
final class CurvePlot {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 480;
  private static final int LEFT = 60;
  private static final int RIGHT = 190;
  private static final int TOP = 20;
  private static final int BOTTOM = 40;

  /** Colours that stay apart for most eyes (Okabe and Ito 2008), then darker ones. */
  private static final String[] COLOURS = {
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#999999", "#000000",
    "#7a3b00", "#5b2a86", "#00504f", "#8a8a00"
  };

  private final List<String> names;
  private final List<double[]> rows = new ArrayList<>();
  private double low = Double.MAX_VALUE;
  private double high = -Double.MAX_VALUE;

  /**
   * @param table a header, then rows of numbers; an empty cell is a gap
   */
  CurvePlot(List<String> table) {
    names = List.of(table.getFirst().split(",", -1));
    for (String line : table.subList(1, table.size())) {
      String[] cells = line.split(",", -1);
      double[] row = new double[names.size()];
      for (int i = 0; i < row.length; i++) {
        row[i] =
            i < cells.length && !cells[i].isEmpty() ? Double.parseDouble(cells[i]) : Double.NaN;
        if (i > 0 && row[i] > 0) {
          low = Math.min(low, row[i]);
          high = Math.max(high, row[i]);
        }
      }
      rows.add(row);
    }
    low = Math.clamp(low, 1e-3, 1);
    high = Math.max(high, low * 10);
  }

  String svg() {
    StringBuilder out = new StringBuilder();
    out.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
        <rect width="100%%" height="100%%" fill="white"/>
        """
            .formatted(WIDTH, HEIGHT));
    for (double value : new double[] {0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30}) {
      if (value >= low && value <= high) {
        double y = y(value);
        add(out, "<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/>", LEFT, y, WIDTH - RIGHT);
        add(
            out,
            "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
            LEFT - 6,
            y + 4,
            value >= 1 ? Long.toString((long) value) : Double.toString(value));
      }
    }
    double last = rows.getLast()[0];
    for (int i = 0; i <= 4; i++) {
      double step = last * i / 4;
      add(
          out,
          "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f</text>",
          x(step),
          HEIGHT - BOTTOM + 18,
          step);
    }
    add(
        out,
        "<text x=\"%d\" y=\"%d\">step; loss in nats per learned token</text>",
        LEFT,
        HEIGHT - 6);
    for (int column = 1; column < names.size(); column++) {
      String colour = COLOURS[(column - 1) % COLOURS.length];
      add(
          out,
          "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"/>",
          path(column),
          colour);
      int y = TOP + 16 * column;
      add(
          out,
          "<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"3\" fill=\"%s\"/>",
          WIDTH - RIGHT + 12,
          y - 5,
          colour);
      add(
          out,
          "<text x=\"%d\" y=\"%d\">%s</text>",
          WIDTH - RIGHT + 30,
          y,
          escape(names.get(column)));
    }
    return out.append("</svg>\n").toString();
  }

  private String path(int column) {
    StringBuilder path = new StringBuilder();
    for (double[] row : rows) {
      if (row[column] >= 0) {
        path.append(path.isEmpty() ? 'M' : 'L')
            .append(String.format(Locale.ROOT, "%.1f %.1f", x(row[0]), y(row[column])));
      }
    }
    return path.toString();
  }

  private double x(double step) {
    return LEFT + (WIDTH - LEFT - RIGHT) * step / Math.max(1, rows.getLast()[0]);
  }

  private double y(double value) {
    double share = Math.log(Math.max(value, low) / low) / Math.log(high / low);
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share;
  }

  private static void add(StringBuilder out, String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
