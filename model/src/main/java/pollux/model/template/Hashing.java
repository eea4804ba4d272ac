package pollux.model.template;

/** Which values may be keys. */
final class Hashing {
  private Hashing() {}

  static boolean isHashable(Value value) {
    return switch (value) {
      case Value.Sequence s -> s.tuple() && s.items().stream().allMatch(Hashing::isHashable);
      case Value.Mapping _, DictView _ -> false;
      default -> true;
    };
  }

  /** {@code value} as a key, paid for. */
  static Value key(Value value, Budget budget) {
    budget.spend(value.weight());
    if (!isHashable(value)) {
      throw new TemplateError("a value of type " + Types.name(value) + " cannot be a key");
    }
    return value;
  }
}
