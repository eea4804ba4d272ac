package pollux.model.template;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The variable {@code loop}: looks ahead only when it is asked, as Jinja2's does. */
final class LoopState implements Value {
  private Iterator<Value> items;
  private final Statement.For loop;
  private final Scope scope;
  private final int depth;
  private long length;
  private long index = -1;
  private Value current = NONE;
  private @Nullable Value before;
  private @Nullable Value after;
  private @Nullable List<Value> lastChanged;

  /**
   * @param length how many items there are, -1 where only their end tells
   * @param depth recursive calls around this one
   */
  LoopState(Iterator<Value> items, long length, Statement.For loop, Scope scope, int depth) {
    this.items = items;
    this.length = length;
    this.loop = loop;
    this.scope = scope;
    this.depth = depth;
  }

  /** Goes to the next item; false after the last. */
  boolean advance() {
    Value next = peek();
    if (next == null) {
      return false;
    }
    after = null;
    before = index < 0 ? null : current;
    current = next;
    index++;
    return true;
  }

  Value current() {
    return current;
  }

  long length() {
    if (length < 0) {
      List<Value> rest = new ArrayList<>();
      items.forEachRemaining(rest::add);
      length = rest.size() + index + 1 + (after == null ? 0 : 1);
      items = rest.iterator();
    }
    return length;
  }

  /** The attribute {@code name}, or null. */
  @Nullable Value attribute(String name) {
    return switch (name) {
      case "index" -> Value.of(index + 1);
      case "index0" -> Value.of(index);
      case "revindex" -> Value.of(length() - index);
      case "revindex0" -> Value.of(length() - index - 1);
      case "first" -> Value.of(index == 0);
      case "last" -> Value.of(peek() == null);
      case "length" -> Value.of(length());
      case "depth" -> Value.of(depth + 1L);
      case "depth0" -> Value.of((long) depth);
      case "previtem" -> before == null ? new Undefined("there is no previous item") : before;
      case "nextitem" -> {
        Value next = peek();
        yield next == null ? new Undefined("there is no next item") : next;
      }
      case "cycle" -> new Callable("loop.cycle", (_, arguments) -> cycle(arguments));
      case "changed" -> new Callable("loop.changed", this::changed);
      default -> null;
    };
  }

  /** {@code loop(children)}: the loop again, over other items. */
  Value recurse(Evaluator evaluator, Arguments arguments) {
    if (!loop.recursive()) {
      throw new TemplateError("'loop' is called, but the loop is not marked 'recursive'");
    }
    Value iterable = arguments.bind("loop", "iterable").required(0);
    return Value.of(evaluator.renderer().captureLoop(loop, iterable, scope, depth + 1));
  }

  private @Nullable Value peek() {
    if (after == null && items.hasNext()) {
      after = items.next();
    }
    return after;
  }

  private Value cycle(Arguments arguments) {
    List<Value> choices = arguments.positional();
    if (choices.isEmpty()) {
      throw new TemplateError("'loop.cycle' needs values to choose from");
    }
    return choices.get((int) (index % choices.size()));
  }

  private Value changed(Evaluator evaluator, Arguments arguments) {
    List<Value> values = arguments.positional();
    evaluator.budget().spend(Nesting.weight(values));
    boolean changed = !values.equals(lastChanged);
    lastChanged = values;
    return Value.of(changed);
  }
}
