package pollux.model.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What {@code keys()}, {@code values()} and {@code items()} of a mapping give. */
record DictView(Mapping mapping, Kind kind) implements Value {
  enum Kind {
    KEYS("dict_keys"),
    VALUES("dict_values"),
    ITEMS("dict_items");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  @Override
  public long weight() {
    return mapping.weight();
  }

  @Override
  public int depth() {
    return mapping.depth();
  }

  List<Value> items() {
    return switch (kind) {
      case KEYS -> new ArrayList<>(mapping.entries().keySet());
      case VALUES -> new ArrayList<>(mapping.entries().values());
      case ITEMS -> pairs(mapping);
    };
  }

  /** The entries as tuples of key and value. */
  static List<Value> pairs(Mapping mapping) {
    List<Value> pairs = new ArrayList<>(mapping.entries().size());
    for (Map.Entry<Value, Value> entry : mapping.entries().entrySet()) {
      pairs.add(new Sequence(List.of(entry.getKey(), entry.getValue()), true));
    }
    return pairs;
  }
}
