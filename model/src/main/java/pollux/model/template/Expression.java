package pollux.model.template;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What has a value. {@code line} counts from 1. */
sealed interface Expression {
  record Constant(Value value) implements Expression {}

  record Name(String name, int line) implements Expression {}

  /** A list or a tuple. */
  record Items(List<Expression> items, boolean tuple) implements Expression {}

  record Dictionary(List<Map.Entry<Expression, Expression>> entries) implements Expression {}

  /** {@code object.name}. */
  record Attribute(Expression object, String name, int line) implements Expression {}

  /** {@code object[key]}. */
  record Item(Expression object, Expression key, int line) implements Expression {}

  /** {@code object[from:to:step]}. */
  record Slice(
      Expression object,
      @Nullable Expression from,
      @Nullable Expression to,
      @Nullable Expression step,
      int line)
      implements Expression {}

  record Call(Expression callee, Inputs inputs, int line) implements Expression {}

  record Filtered(Expression operand, FilterCall filter) implements Expression {}

  record Tested(Expression operand, String test, Inputs inputs, int line) implements Expression {}

  record Not(Expression operand) implements Expression {}

  /** {@code -x} and {@code +x}. */
  record Sign(boolean minus, Expression operand, int line) implements Expression {}

  /** {@code + - * / // % **}. */
  record Arithmetic(String operator, Expression left, Expression right, int line)
      implements Expression {}

  record And(Expression left, Expression right) implements Expression {}

  record Or(Expression left, Expression right) implements Expression {}

  /** {@code a ~ b ~ c}. */
  record Concatenation(List<Expression> parts) implements Expression {}

  /** {@code a < b <= c}: each operand is compared with the one before. */
  record Comparison(Expression first, List<Step> steps, int line) implements Expression {
    /**
     * @param operator one of {@code == != < <= > >= in notin}
     */
    record Step(String operator, Expression operand) {}
  }

  /** {@code then if test else otherwise}. */
  record Conditional(Expression test, Expression then, @Nullable Expression otherwise, int line)
      implements Expression {}

  /** A filter by its name, with what it is given beside its operand. */
  record FilterCall(String name, Inputs inputs, int line) {}

  /**
   * The arguments of a call.
   *
   * @param spread a sequence whose items follow the positional ones ({@code *args})
   * @param spreadNamed a mapping whose entries follow the named ones ({@code **kwargs})
   */
  record Inputs(
      List<Expression> positional,
      Map<String, Expression> named,
      @Nullable Expression spread,
      @Nullable Expression spreadNamed) {
    static final Inputs NONE = new Inputs(List.of(), Map.of(), null, null);
  }
}
