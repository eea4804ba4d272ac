package pollux.model.template;

import java.util.Iterator;
import java.util.List;
import pollux.model.template.Statement.Flow;
import pollux.model.template.Statement.Target;

/** What statements print, in one rendering. */
final class Renderer {
  /** What a round of a loop costs beside its body, which has a scope of its own. */
  private static final int ROUND = 4;

  private final Evaluator evaluator;
  private final Budget budget;
  private TextBuilder out;

  Renderer(Evaluator evaluator) {
    this.evaluator = evaluator;
    this.budget = evaluator.budget();
    this.out = new TextBuilder(budget);
  }

  /** What {@code body} prints. */
  String capture(List<Statement> body, Scope scope) {
    TextBuilder outer = begin();
    run(body, scope);
    return end(outer);
  }

  /** What a recursive loop prints for {@code iterable}. */
  String captureLoop(Statement.For loop, Value iterable, Scope scope, int depth) {
    TextBuilder outer = begin();
    run(loop, iterable, scope, depth);
    return end(outer);
  }

  /** Prints aside from now on; gives where it printed before. */
  private TextBuilder begin() {
    budget.enter(Budget.CAPTURE);
    TextBuilder outer = out;
    out = new TextBuilder(budget);
    return outer;
  }

  private String end(TextBuilder outer) {
    String text = out.toString();
    out = outer;
    budget.leave(Budget.CAPTURE);
    return text;
  }

  private Flow run(List<Statement> body, Scope scope) {
    budget.enter();
    Flow flow = Flow.NEXT;
    for (int i = 0; i < body.size() && flow == Flow.NEXT; i++) {
      flow = run(body.get(i), scope);
    }
    budget.leave();
    return flow;
  }

  private Flow run(Statement statement, Scope scope) {
    return switch (statement) {
      case Statement.If conditional -> run(conditional, scope);
      case Statement.With with -> run(with, scope);
      case Statement.Scoped scoped -> run(scoped.body(), new Scope(scope));
      case Statement.Jump jump -> jump.flow();
      case Statement.Literal literal -> {
        out.append(literal.text());
        yield Flow.NEXT;
      }
      case Statement.Print print -> {
        evaluator.at(print.line());
        print(evaluator.evaluate(print.value(), scope));
        yield Flow.NEXT;
      }
      case Statement.For loop -> {
        run(loop, scope);
        yield Flow.NEXT;
      }
      case Statement.Assign assign -> {
        Value value = evaluator.evaluate(assign.value(), scope);
        evaluator.at(assign.line());
        assign(assign.target(), value, scope);
        yield Flow.NEXT;
      }
      case Statement.AssignBlock block -> {
        Value text = filtered(block.filters(), block.body(), scope);
        evaluator.at(block.line());
        assign(block.target(), text, scope);
        yield Flow.NEXT;
      }
      case Statement.MacroDefinition definition -> {
        scope.set(definition.macro().name(), definition.macro().in(scope));
        yield Flow.NEXT;
      }
      case Statement.CallBlock block -> {
        print(evaluator.call(block.call(), scope, block.caller().in(scope)));
        yield Flow.NEXT;
      }
      case Statement.FilterBlock block -> {
        print(filtered(block.filters(), block.body(), scope));
        yield Flow.NEXT;
      }
    };
  }

  private void print(Value value) {
    PythonText.print(value, out, budget);
  }

  private void run(Statement.For loop, Scope scope) {
    Value iterable = evaluator.evaluate(loop.iterable(), scope);
    evaluator.at(loop.line());
    run(loop, iterable, scope, 0);
  }

  private Flow run(Statement.With with, Scope scope) {
    Scope inner = new Scope(scope);
    for (int i = 0; i < with.targets().size(); i++) {
      // Values are computed outside: they do not see each other.
      assign(with.targets().get(i), evaluator.evaluate(with.values().get(i), scope), inner);
    }
    return run(with.body(), inner);
  }

  private Flow run(Statement.If conditional, Scope scope) {
    for (Statement.If.Branch branch : conditional.branches()) {
      evaluator.at(branch.line());
      if (Types.truth(evaluator.evaluate(branch.test(), scope))) {
        return run(branch.body(), scope);
      }
    }
    return run(conditional.otherwise(), scope);
  }

  private Value filtered(List<Expression.FilterCall> filters, List<Statement> body, Scope scope) {
    Scope inner = new Scope(scope);
    Value value = Value.of(capture(body, inner));
    for (Expression.FilterCall filter : filters) {
      value = evaluator.filter(value, filter, inner);
    }
    return value;
  }

  private void run(Statement.For loop, Value iterable, Scope scope, int depth) {
    budget.enter();
    Iterator<Value> items = Iteration.of(iterable, budget);
    long known = Iteration.knownLength(iterable);
    if (loop.test() != null) {
      items = chosen(loop, loop.test(), items, scope);
      known = -1;
    }
    LoopState state = new LoopState(items, known, loop, scope, depth);
    boolean any = false;
    while (state.advance()) {
      budget.spend(ROUND);
      any = true;
      // Each round begins anew: what a round sets is gone with it.
      Scope inner = new Scope(scope);
      inner.set("loop", state);
      assign(loop.target(), state.current(), inner);
      if (run(loop.body(), inner) == Flow.BREAK) {
        break;
      }
    }
    if (!any) {
      run(loop.otherwise(), new Scope(scope));
    }
    budget.leave();
  }

  /** The items for which the loop's {@code if} holds, looked at one by one as the loop goes on. */
  private Iterator<Value> chosen(
      Statement.For loop, Expression test, Iterator<Value> items, Scope scope) {
    return Iteration.filtered(
        items,
        item -> {
          Scope inner = new Scope(scope);
          assign(loop.target(), item, inner);
          return Types.truth(evaluator.evaluate(test, inner));
        });
  }

  private void assign(Target target, Value value, Scope scope) {
    switch (target) {
      case Target.Variable(String name) -> scope.set(name, value);
      case Target.Member(String namespace, String name) -> {
        Value object = scope.get(namespace);
        if (!(object instanceof Namespace ns)) {
          throw new TemplateError(
              "'"
                  + namespace
                  + "."
                  + name
                  + "' cannot be set: '"
                  + namespace
                  + "' is no namespace");
        }
        ns.members().put(name, value);
      }
      case Target.Several(List<Target> targets) -> {
        List<Value> values = Iteration.list(value, budget);
        if (values.size() != targets.size()) {
          throw new TemplateError(
              "expected " + targets.size() + " values to unpack, found " + values.size());
        }
        for (int i = 0; i < values.size(); i++) {
          assign(targets.get(i), values.get(i), scope);
        }
      }
    }
  }
}
