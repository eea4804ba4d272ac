package pollux.model.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What prints, decides, repeats or defines. {@code line} counts from 1. */
sealed interface Statement {
  record Literal(String text) implements Statement {}

  record Print(Expression value, int line) implements Statement {}

  record If(List<Branch> branches, List<Statement> otherwise) implements Statement {
    record Branch(Expression test, List<Statement> body, int line) {}
  }

  record For(
      Target target,
      Expression iterable,
      @Nullable Expression test,
      boolean recursive,
      List<Statement> body,
      List<Statement> otherwise,
      int line)
      implements Statement {}

  record Assign(Target target, Expression value, int line) implements Statement {}

  /** {@code {% set x | filter %}…{% endset %}}. */
  record AssignBlock(
      Target target, List<Expression.FilterCall> filters, List<Statement> body, int line)
      implements Statement {}

  record MacroDefinition(Macro macro, int line) implements Statement {}

  /** {@code {% call(x) f() %}…{% endcall %}}: the body is the macro {@code caller} of the call. */
  record CallBlock(Expression.Call call, Macro caller, int line) implements Statement {}

  record FilterBlock(List<Expression.FilterCall> filters, List<Statement> body, int line)
      implements Statement {}

  record With(List<Target> targets, List<Expression> values, List<Statement> body, int line)
      implements Statement {}

  /** A body with a scope of its own: {@code block} and transformers' {@code generation}. */
  record Scoped(List<Statement> body) implements Statement {}

  /** {@code break} and {@code continue}. */
  record Jump(Flow flow) implements Statement {}

  /** How a body ended. */
  enum Flow {
    NEXT,
    BREAK,
    CONTINUE
  }

  /** Where a value goes. */
  sealed interface Target {
    record Variable(String name) implements Target {}

    /** A member of a namespace. */
    record Member(String namespace, String name) implements Target {}

    record Several(List<Target> targets) implements Target {}
  }
}
