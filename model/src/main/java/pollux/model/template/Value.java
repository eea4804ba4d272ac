package pollux.model.template;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pollux.tensor.BadInputException;

/**
 * What a template computes with, equal and hashed as in Python: {@code 1 == 1.0 == true}, texts by
 * their characters, lists and mappings by their contents.
 */
public sealed interface Value
    permits Value.None,
        Value.Bool,
        Value.Int,
        Value.Big,
        Value.Real,
        Value.Text,
        Value.Sequence,
        Value.Mapping,
        Undefined,
        Range,
        Generator,
        DictView,
        Namespace,
        LoopState,
        Callable {

  Value NONE = new None();
  Value TRUE = new Bool(true);
  Value FALSE = new Bool(false);

  /** What it costs to walk all of it: one for each value within, and one for eight characters. */
  default long weight() {
    return 1;
  }

  /** Levels of sequences and mappings within. */
  default int depth() {
    return 0;
  }

  static Value of(boolean value) {
    return value ? TRUE : FALSE;
  }

  static Value of(long value) {
    return new Int(value);
  }

  static Value of(String value) {
    return new Text(value, false);
  }

  /** A list. */
  static Value list(List<? extends Value> items) {
    return new Sequence(items, false);
  }

  /** A mapping from texts, in the order of {@code entries}. */
  static Value mapping(Map<String, ? extends Value> entries) {
    Map<Value, Value> values = new LinkedHashMap<>();
    entries.forEach((key, value) -> values.put(of(key), value));
    return new Mapping(values);
  }

  /**
   * The value of a tree of null, Boolean, Integer, Long, BigInteger, Float, Double, String, List
   * and Map from String, as JSON readers give it.
   *
   * @throws IllegalArgumentException for any other object
   * @throws BadInputException if lists or maps are nested more than 100 deep
   */
  static Value of(@Nullable Object tree) {
    return Tree.value(tree, 0);
  }

  /** Python's {@code None}. */
  record None() implements Value {}

  record Bool(boolean value) implements Value {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Value v && Numbers.equal(this, v);
    }

    @Override
    public int hashCode() {
      return Long.hashCode(value ? 1 : 0);
    }
  }

  /** An integer; Python's are unbounded, these end with an error beyond 64 bits. */
  record Int(long value) implements Value {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Value v && Numbers.equal(this, v);
    }

    @Override
    public int hashCode() {
      return Long.hashCode(value);
    }
  }

  /** An integer beyond 64 bits, which can be given and printed, and not computed with. */
  record Big(BigInteger value) implements Value {}

  record Real(double value) implements Value {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Value v && Numbers.equal(this, v);
    }

    @Override
    public int hashCode() {
      return value == (long) value ? Long.hashCode((long) value) : Double.hashCode(value);
    }
  }

  /**
   * A text.
   *
   * @param safe whether the filter {@code safe} marked it: what is added to it is escaped
   */
  record Text(String value, boolean safe) implements Value {
    @Override
    public long weight() {
      return 1 + (value.length() >> 3);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Text text && text.value.equals(value);
    }

    @Override
    public int hashCode() {
      return value.hashCode();
    }
  }

  /** A list or a tuple; never changes. */
  final class Sequence implements Value {
    private final List<Value> items;
    private final boolean tuple;
    private final long weight;
    private final int depth;
    private final int hash;

    Sequence(List<? extends Value> items, boolean tuple) {
      this.items = List.copyOf(items);
      this.tuple = tuple;
      this.weight = Nesting.weight(this.items);
      this.depth = Nesting.depth(this.items);
      this.hash = this.items.hashCode();
    }

    public List<Value> items() {
      return items;
    }

    boolean tuple() {
      return tuple;
    }

    @Override
    public long weight() {
      return weight;
    }

    @Override
    public int depth() {
      return depth;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Sequence s && s.tuple == tuple && s.items.equals(items);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /** A dictionary in the order of its entries; never changes. */
  final class Mapping implements Value {
    private final Map<Value, Value> entries;
    private final long weight;
    private final int depth;
    private final int hash;

    /** Keeps {@code entries}, which nobody may change any more. */
    Mapping(Map<Value, Value> entries) {
      this.entries = entries;
      this.weight =
          Nesting.plus(Nesting.weight(entries.keySet()), Nesting.weight(entries.values()));
      this.depth = Math.max(Nesting.depth(entries.keySet()), Nesting.depth(entries.values()));
      this.hash = entries.hashCode();
    }

    Map<Value, Value> entries() {
      return entries;
    }

    /** The value of the key {@code name}, or null. */
    public @Nullable Value get(String name) {
      return entries.get(of(name));
    }

    @Override
    public long weight() {
      return weight;
    }

    @Override
    public int depth() {
      return depth;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Mapping m && m.entries.equals(entries);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }
}
