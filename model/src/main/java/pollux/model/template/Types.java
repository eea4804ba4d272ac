package pollux.model.template;

/** What Python calls the types of values, for messages. */
final class Types {
  private Types() {}

  static String name(Value value) {
    return switch (value) {
      case Value.None _ -> "None";
      case Value.Bool _ -> "bool";
      case Value.Int _, Value.Big _ -> "int";
      case Value.Real _ -> "float";
      case Value.Text _ -> "str";
      case Value.Sequence s -> s.tuple() ? "tuple" : "list";
      case Value.Mapping _ -> "dict";
      case Undefined _ -> "undefined";
      case Range _ -> "range";
      case Generator _ -> "generator";
      case DictView v -> v.kind().label();
      case Namespace _ -> "namespace";
      case LoopState _ -> "loop";
      case Callable _ -> "function";
    };
  }

  static boolean truth(Value value) {
    return switch (value) {
      case Value.None _ -> false;
      case Undefined _ -> false;
      case Value.Bool(boolean b) -> b;
      case Value.Int(long i) -> i != 0;
      case Value.Real(double d) -> d != 0;
      case Value.Text(String s, boolean _) -> !s.isEmpty();
      case Value.Sequence s -> !s.items().isEmpty();
      case Value.Mapping m -> !m.entries().isEmpty();
      case Range r -> r.length() != 0;
      case DictView v -> !v.mapping().entries().isEmpty();
      case LoopState l -> l.length() != 0;
      case Value.Big _, Generator _, Namespace _, Callable _ -> true;
    };
  }
}
