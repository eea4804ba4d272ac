package pollux.model.template;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a call, a filter or a test is given. */
record Arguments(List<Value> positional, Map<String, Value> named) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  /** The arguments in the places that {@code names} give them. */
  Bound bind(String what, String... names) {
    @Nullable Value[] places = new @Nullable Value[names.length];
    if (positional.size() > names.length) {
      throw new TemplateError(
          "'" + what + "' takes at most " + names.length + " arguments, not " + positional.size());
    }
    for (int i = 0; i < positional.size(); i++) {
      places[i] = positional.get(i);
    }
    named.forEach((name, value) -> {
      int place = List.of(names).indexOf(name);
      if (place < 0) {
        throw new TemplateError("'" + what + "' takes no argument '" + name + "'");
      }
      if (places[place] != null) {
        throw new TemplateError("'" + what + "' is given '" + name + "' twice");
      }
      places[place] = value;
    });
    return new Bound(what, names, places);
  }

  /** {@code value}, which must be a text. */
  static String asText(String what, Value value) {
    return switch (value) {
      case Value.Text(String text, boolean _) -> text;
      case Undefined undefined -> throw undefined.error();
      default -> throw new TemplateError("'" + what + "' needs a text, not " + Types.name(value));
    };
  }

  /** Arguments by their place; null where one is not given. */
  record Bound(String what, String[] names, @Nullable Value[] places) {
    @Nullable Value get(int place) {
      return places[place];
    }

    Value get(int place, Value otherwise) {
      Value value = places[place];
      return value == null ? otherwise : value;
    }

    /** The argument, which must be given. */
    Value required(int place) {
      Value value = places[place];
      if (value == null) {
        throw new TemplateError("'" + what + "' needs the argument '" + names[place] + "'");
      }
      return value;
    }

    boolean flag(int place, boolean otherwise) {
      Value value = places[place];
      return value == null ? otherwise : Types.truth(value);
    }

    String text(int place) {
      return text(required(place), place);
    }

    String text(int place, String otherwise) {
      Value value = places[place];
      return value == null ? otherwise : text(value, place);
    }

    long integer(int place) {
      return integer(required(place), place);
    }

    long integer(int place, long otherwise) {
      Value value = places[place];
      return value == null ? otherwise : integer(value, place);
    }

    /** Whether the argument is given and is not None. */
    boolean present(int place) {
      Value value = places[place];
      return value != null && !(value instanceof Value.None);
    }

    private String text(Value value, int place) {
      if (value instanceof Value.Text(String s, boolean _)) {
        return s;
      }
      throw wrong(place, "a text", value);
    }

    private long integer(Value value, int place) {
      Long whole = Numbers.whole(value);
      if (whole == null) {
        throw wrong(place, "an integer", value);
      }
      return whole;
    }

    private TemplateError wrong(int place, String expected, Value found) {
      if (found instanceof Undefined undefined) {
        return undefined.error();
      }
      return new TemplateError(
          "'"
              + what
              + "': the argument '"
              + names[place]
              + "' must be "
              + expected
              + ", not "
              + Types.name(found));
    }
  }
}
