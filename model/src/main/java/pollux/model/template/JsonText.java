package pollux.model.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The filter {@code tojson} of transformers: Python's {@code json.dumps}. */
final class JsonText {
  private final TextBuilder out;
  private final Budget budget;
  private final boolean ascii;
  private final boolean sorted;
  private final @Nullable String indent;
  private final String itemSeparator;
  private final String keySeparator;

  private JsonText(Arguments.Bound options, Budget budget) {
    this.out = new TextBuilder(budget);
    this.budget = budget;
    this.ascii = options.flag(0, false);
    this.indent = options.present(1) ? indent(options.required(1), budget) : null;
    this.sorted = options.flag(3, false);
    if (options.present(2)) {
      List<Value> separators = Iteration.list(options.required(2), budget);
      if (separators.size() == 2
          && separators.get(0) instanceof Value.Text(String item, boolean _)
          && separators.get(1) instanceof Value.Text(String key, boolean _)) {
        this.itemSeparator = item;
        this.keySeparator = key;
      } else {
        throw new TemplateError("'tojson': 'separators' must be two texts");
      }
    } else {
      this.itemSeparator = indent == null ? ", " : ",";
      this.keySeparator = ": ";
    }
  }

  static String of(Value value, Arguments arguments, Budget budget) {
    JsonText json =
        new JsonText(
            arguments.bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys"), budget);
    json.write(value, 1);
    return json.out.toString();
  }

  private static String indent(Value value, Budget budget) {
    Long width = Numbers.whole(value);
    if (width != null) {
      return new TextBuilder(budget).repeat(" ", width).toString();
    }
    return PythonText.of(value, budget);
  }

  private void write(Value value, int level) {
    budget.spend(1);
    switch (value) {
      case Value.None _ -> out.append("null");
      case Value.Bool(boolean b) -> out.append(b ? "true" : "false");
      case Value.Int(long i) -> out.append(Long.toString(i));
      case Value.Big(BigInteger big) -> out.append(big.toString());
      case Value.Real(double d) -> out.append(real(d));
      case Value.Text(String text, boolean _) -> quote(text);
      case Value.Sequence sequence -> {
        List<Value> items = sequence.items();
        out.append('[');
        for (int i = 0; i < items.size(); i++) {
          separate(i > 0, level);
          write(items.get(i), level + 1);
        }
        close(items.isEmpty(), level, ']');
      }
      case Value.Mapping mapping -> {
        out.append('{');
        boolean more = false;
        for (Map.Entry<Value, Value> entry : entries(mapping)) {
          separate(more, level);
          quote(key(entry.getKey()));
          out.append(keySeparator);
          write(entry.getValue(), level + 1);
          more = true;
        }
        close(mapping.entries().isEmpty(), level, '}');
      }
      default ->
          throw new TemplateError("'tojson' cannot write a value of type " + Types.name(value));
    }
  }

  private List<Map.Entry<Value, Value>> entries(Value.Mapping mapping) {
    List<Map.Entry<Value, Value>> entries = new ArrayList<>(mapping.entries().entrySet());
    if (sorted) {
      entries.sort((a, b) -> Comparisons.compare(a.getKey(), b.getKey(), budget));
    }
    return Collections.unmodifiableList(entries);
  }

  private static String key(Value key) {
    return switch (key) {
      case Value.Text(String text, boolean _) -> text;
      case Value.None _ -> "null";
      case Value.Bool(boolean b) -> b ? "true" : "false";
      case Value.Int(long i) -> Long.toString(i);
      case Value.Real(double d) -> real(d);
      default -> throw new TemplateError("'tojson' cannot write a key of type " + Types.name(key));
    };
  }

  private static String real(double d) {
    return Double.isNaN(d)
        ? "NaN"
        : Double.isInfinite(d) ? (d > 0 ? "Infinity" : "-Infinity") : PythonText.real(d);
  }

  private void separate(boolean more, int level) {
    if (more) {
      out.append(itemSeparator);
    }
    if (indent != null) {
      out.append('\n').repeat(indent, level);
    }
  }

  private void close(boolean empty, int level, char bracket) {
    if (indent != null && !empty) {
      out.append('\n').repeat(indent, level - 1);
    }
    out.append(bracket);
  }

  private void quote(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < 0x20 || (ascii && c > 0x7e)) {
            out.append("\\u").append(HexFormat.of().toHexDigits(c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
