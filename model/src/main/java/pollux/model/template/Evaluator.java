package pollux.model.template;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What expressions are worth, in one rendering. */
final class Evaluator {
  private final Budget budget;
  private final LocalDateTime now;
  private final Renderer renderer;

  /** Where the evaluation is, for messages. */
  private int line;

  Evaluator(Budget budget, LocalDateTime now) {
    this.budget = budget;
    this.now = now;
    this.renderer = new Renderer(this);
  }

  Budget budget() {
    return budget;
  }

  /** What {@code strftime_now} shows. */
  LocalDateTime now() {
    return now;
  }

  Renderer renderer() {
    return renderer;
  }

  int line() {
    return line;
  }

  void at(int newLine) {
    line = newLine;
  }

  /** Its own frame on Java's stack is small: it is what nested expressions repeat. */
  Value evaluate(Expression expression, Scope scope) {
    budget.enter();
    Value value =
        switch (expression) {
          case Expression.Constant constant -> constant.value();
          case Expression.Name name -> variable(name, scope);
          case Expression.Attribute attribute -> attribute(attribute, scope);
          case Expression.Item item -> item(item, scope);
          case Expression.Slice slice -> slice(slice, scope);
          case Expression.Call call -> call(call, scope, null);
          case Expression.Filtered f -> filter(evaluate(f.operand(), scope), f.filter(), scope);
          case Expression.Tested tested -> tested(tested, scope);
          case Expression.Items items ->
              new Value.Sequence(all(items.items(), scope), items.tuple());
          case Expression.Dictionary dictionary -> dictionary(dictionary, scope);
          case Expression.Conditional conditional -> conditional(conditional, scope);
          case Expression.Comparison comparison -> comparison(comparison, scope);
          case Expression.And and -> either(and.left(), and.right(), false, scope);
          case Expression.Or or -> either(or.left(), or.right(), true, scope);
          case Expression.Not not -> Value.of(!Types.truth(evaluate(not.operand(), scope)));
          case Expression.Arithmetic arithmetic -> arithmetic(arithmetic, scope);
          case Expression.Sign sign -> sign(sign, scope);
          case Expression.Concatenation concatenation -> concatenation(concatenation, scope);
        };
    budget.leave();
    return value;
  }

  private Value attribute(Expression.Attribute attribute, Scope scope) {
    Value object = evaluate(attribute.object(), scope);
    line = attribute.line();
    return Attributes.attribute(object, attribute.name());
  }

  private Value item(Expression.Item item, Scope scope) {
    Value object = evaluate(item.object(), scope);
    Value key = evaluate(item.key(), scope);
    line = item.line();
    return Attributes.item(object, key, budget);
  }

  private Value tested(Expression.Tested tested, Scope scope) {
    Value operand = evaluate(tested.operand(), scope);
    Arguments arguments = arguments(tested.inputs(), scope, null);
    line = tested.line();
    return Value.of(ValueTests.test(this, tested.test(), operand, arguments));
  }

  /** The left value where its truth decides, the right one otherwise. */
  private Value either(Expression left, Expression right, boolean decisive, Scope scope) {
    Value first = evaluate(left, scope);
    return Types.truth(first) == decisive ? first : evaluate(right, scope);
  }

  private Value arithmetic(Expression.Arithmetic arithmetic, Scope scope) {
    Value left = evaluate(arithmetic.left(), scope);
    Value right = evaluate(arithmetic.right(), scope);
    line = arithmetic.line();
    return Operators.apply(arithmetic.operator(), left, right, budget);
  }

  private Value sign(Expression.Sign sign, Scope scope) {
    Value operand = evaluate(sign.operand(), scope);
    line = sign.line();
    return Operators.sign(sign.minus(), operand);
  }

  private Value concatenation(Expression.Concatenation concatenation, Scope scope) {
    TextBuilder text = new TextBuilder(budget);
    for (Expression part : concatenation.parts()) {
      PythonText.print(evaluate(part, scope), text, budget);
    }
    return Value.of(text.toString());
  }

  private static Value variable(Expression.Name name, Scope scope) {
    Value value = scope.get(name.name());
    if (value == null) {
      value = Globals.get(name.name());
    }
    return value == null ? Undefined.variable(name.name()) : value;
  }

  private Value slice(Expression.Slice slice, Scope scope) {
    Value object = evaluate(slice.object(), scope);
    Value from = slice.from() == null ? Value.NONE : evaluate(slice.from(), scope);
    Value to = slice.to() == null ? Value.NONE : evaluate(slice.to(), scope);
    Value step = slice.step() == null ? Value.NONE : evaluate(slice.step(), scope);
    line = slice.line();
    return Slices.slice(object, from, to, step, budget);
  }

  /**
   * @param caller the body of a call block, which the callee gets as {@code caller}
   */
  Value call(Expression.Call call, Scope scope, @Nullable Value caller) {
    Value callee = evaluate(call.callee(), scope);
    Arguments arguments = arguments(call.inputs(), scope, caller);
    line = call.line();
    Value result = call(callee, arguments);
    line = call.line();
    return result;
  }

  Value call(Value callee, Arguments arguments) {
    return switch (callee) {
      case Callable callable -> callable.body().call(this, arguments);
      case LoopState loop -> loop.recurse(this, arguments);
      case Undefined undefined -> throw undefined.error();
      default ->
          throw new TemplateError("a value of type " + Types.name(callee) + " is no function");
    };
  }

  Value filter(Value operand, Expression.FilterCall filter, Scope scope) {
    Arguments arguments = arguments(filter.inputs(), scope, null);
    line = filter.line();
    return Filters.apply(this, filter.name(), operand, arguments);
  }

  private Arguments arguments(Expression.Inputs inputs, Scope scope, @Nullable Value caller) {
    if (inputs == Expression.Inputs.NONE && caller == null) {
      return Arguments.NONE;
    }
    List<Value> positional = all(inputs.positional(), scope);
    Map<String, Value> named = new LinkedHashMap<>();
    inputs.named().forEach((name, value) -> named.put(name, evaluate(value, scope)));
    if (inputs.spread() != null) {
      positional.addAll(Iteration.list(evaluate(inputs.spread(), scope), budget));
    }
    if (inputs.spreadNamed() != null) {
      spread(evaluate(inputs.spreadNamed(), scope), named);
    }
    if (caller != null) {
      named.put("caller", caller);
    }
    return new Arguments(positional, named);
  }

  private void spread(Value value, Map<String, Value> named) {
    if (!(value instanceof Value.Mapping mapping)) {
      throw new TemplateError("'**' needs a mapping, not " + Types.name(value));
    }
    budget.spend(mapping.entries().size());
    mapping
        .entries()
        .forEach((key, argument) -> {
          if (!(key instanceof Value.Text(String name, boolean _)) || named.containsKey(name)) {
            throw new TemplateError("'**' needs names that are not given otherwise");
          }
          named.put(name, argument);
        });
  }

  private List<Value> all(List<Expression> expressions, Scope scope) {
    List<Value> values = new ArrayList<>(expressions.size());
    for (Expression expression : expressions) {
      values.add(evaluate(expression, scope));
    }
    return values;
  }

  private Value dictionary(Expression.Dictionary dictionary, Scope scope) {
    Map<Value, Value> entries = new LinkedHashMap<>();
    for (Map.Entry<Expression, Expression> entry : dictionary.entries()) {
      Value key = Hashing.key(evaluate(entry.getKey(), scope), budget);
      entries.put(key, evaluate(entry.getValue(), scope));
    }
    return new Value.Mapping(entries);
  }

  private Value conditional(Expression.Conditional c, Scope scope) {
    if (Types.truth(evaluate(c.test(), scope))) {
      return evaluate(c.then(), scope);
    }
    return c.otherwise() != null
        ? evaluate(c.otherwise(), scope)
        : new Undefined("an inline 'if' without 'else' was false");
  }

  private Value comparison(Expression.Comparison comparison, Scope scope) {
    Value left = evaluate(comparison.first(), scope);
    for (Expression.Comparison.Step step : comparison.steps()) {
      Value right = evaluate(step.operand(), scope);
      line = comparison.line();
      if (!Comparisons.holds(step.operator(), left, right, budget)) {
        return Value.FALSE;
      }
      left = right;
    }
    return Value.TRUE;
  }
}
