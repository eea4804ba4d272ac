package pollux.model.template;

import java.time.LocalDateTime;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;

/** Python's {@code strftime} in the C locale. */
final class Strftime {
  private Strftime() {}

  static String format(String format, LocalDateTime t) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        out.append(c);
        continue;
      }
      char directive = format.charAt(++i);
      // glibc's flag for numbers without their leading zero.
      boolean bare = directive == '-' && i + 1 < format.length();
      String text = field(bare ? format.charAt(++i) : directive, t);
      out.append(bare && text.length() > 1 && text.startsWith("0") ? text.substring(1) : text);
    }
    return out.toString();
  }

  private static String field(char directive, LocalDateTime t) {
    return switch (directive) {
      case 'Y' -> Integer.toString(t.getYear());
      case 'y' -> padded(t.getYear() % 100, 2);
      case 'C' -> padded(t.getYear() / 100, 2);
      case 'm' -> padded(t.getMonthValue(), 2);
      case 'd' -> padded(t.getDayOfMonth(), 2);
      case 'e' -> String.format(Locale.ROOT, "%2d", t.getDayOfMonth());
      case 'H' -> padded(t.getHour(), 2);
      case 'I' -> padded(t.get(ChronoField.CLOCK_HOUR_OF_AMPM), 2);
      case 'M' -> padded(t.getMinute(), 2);
      case 'S' -> padded(t.getSecond(), 2);
      case 'f' -> padded(t.getNano() / 1000, 6);
      case 'j' -> padded(t.getDayOfYear(), 3);
      case 'p' -> t.getHour() < 12 ? "AM" : "PM";
      case 'B' -> t.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'b', 'h' -> t.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH).substring(0, 3);
      case 'A' -> t.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'a' -> t.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'u' -> Integer.toString(t.getDayOfWeek().getValue());
      case 'w' -> Integer.toString(t.getDayOfWeek().getValue() % 7);
      case 'G' -> Integer.toString(t.get(IsoFields.WEEK_BASED_YEAR));
      case 'V' -> padded(t.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2);
      case 'U' -> padded((t.getDayOfYear() + 6 - t.getDayOfWeek().getValue() % 7) / 7, 2);
      case 'W' -> padded((t.getDayOfYear() + 6 - (t.getDayOfWeek().getValue() + 6) % 7) / 7, 2);
      case 'F' -> format("%Y-%m-%d", t);
      case 'D', 'x' -> format("%m/%d/%y", t);
      case 'T', 'X' -> format("%H:%M:%S", t);
      case 'R' -> format("%H:%M", t);
      case 'r' -> format("%I:%M:%S %p", t);
      case 'c' -> format("%a %b %e %H:%M:%S %Y", t);
      case 'n' -> "\n";
      case 't' -> "\t";
      case '%' -> "%";
      // A time without a zone.
      case 'z', 'Z' -> "";
      default -> "%" + directive;
    };
  }

  private static String padded(int value, int width) {
    return String.format(Locale.ROOT, "%0" + width + "d", value);
  }
}
