package pollux.model.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.tensor.BadInputException;

/** Templates that want too much end with one sentence, soon, in little memory and little stack. */
class HostileTemplatesTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ 'x' * 10**9 }}",
        "{{ 'x' * 9223372036854775807 }}",
        "{{ 'xy' * 9223372036854775807 }}",
        "{{ [0] * 10**9 }}",
        "{{ [[]] * 99999 * 99999 }}",
        "{{ range(10**12) }}",
        "{{ range(-9223372036854775807, 9223372036854775807) }}",
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m(n) %}{{ m(n + 1) }}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}",
        "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{% macro m() %}{% call m() %}{{ caller() }}{% endcall %}{% endmacro %}{{ m() }}",
        "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
        "{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x * 2 %}{% endfor %}",
        "{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
        "{% set ns = namespace(x=['ab']) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x=[]) %}{% for i in range(90) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
        "{% set ns = namespace(x=[]) %}{% for i in range(90) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x|tojson }}",
        "{% set ns = namespace(x=()) %}{% for i in range(90) %}{% set ns.x = (ns.x, ns.x) %}{% endfor %}{{ {ns.x: 1} }}",
        "{% set ns = namespace(x=[]) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}",
        "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(90) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
        "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(90) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x < ns.y }}",
        "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(90) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ [ns.x]|select('sameas', ns.y)|list or ns.x in [ns.y] }}",
        "{{ ('a' * 10**6).replace('a', 'b' * 10**6) }}",
        "{{ ('a' * 10**6)|replace('', 'b' * 10**6) }}",
        "{% for i in range(9999) %}{{ ('a' * 10**6).replace('a', '') }}{% endfor %}",
        "{% for i in range(9999) %}{{ ('a' * 10**6 ~ 'b') in ('a' * 10**7) }}{% endfor %}",
        "{% for i in range(99999) %}{{ ('a' * 31 ~ 'b') in ('a' * 10**6) }}{% endfor %}",
        "{% for i in range(99999) %}{{ ('a' * 10**6).upper()|length }}{% endfor %}",
        "{% for i in range(99999) %}{{ ('é' * 10**6)[-1] }}{% endfor %}",
        "{{ ' '.join(['x' * 10**6] * 1000) }}",
        "{{ (['x' * 10**6] * 1000)|join }}",
        "{{ 'x'|center(10**9) }}",
        "{{ 'x'.ljust(10**9) }}",
        "{{ 'x'.zfill(10**9) }}",
        "{{ ('\\t' * 1000).expandtabs(10**9) }}",
        "{{ ('a\\n' * 1000)|indent(10**9) }}",
        "{{ [[[1]]]|tojson(indent=10**9) }}",
        "{{ ([[1]] * 1000)|tojson(indent='x' * 10**6) }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '%.999999999f' % 1.5 }}",
        "{{ '%*d' % (10**9, 1) }}",
        "{{ '{:999999999}'.format(1) }}",
        "{{ '{:.999999999f}'.format(1.5) }}",
        "{{ 2 ** 10**9 }}",
        "{{ 2 ** 63 }}",
        "{{ 9223372036854775807 + 1 }}",
        "{{ -9223372036854775807 - 2 }}",
        "{{ 99999999999999999999 }}",
        "{{ '99999999999999999999'|int }}",
        "{{ 1e300|int }}",
        "{{ [1]|batch(10**9, 0)|list }}",
        "{{ [1]|slice(10**9)|list }}",
        "{{ strftime_now('%c' * 10**6) }}",
        "{{ ('%c' * 500)|list|map('upper')|map('lower')|list * 99999 }}",
        "{% for i in range(99999) %}{% filter upper %}{{ 'x' * 10**5 }}{% endfilter %}{% endfor %}",
        "{% for i in range(99999) %}{% set x %}{{ 'x' * 10**5 }}{% endset %}{% endfor %}",
        "{{ range(99999)|map('string')|map('length')|list * 1000 }}",
        "{% for i in range(99999) %}{{ range(99999)|list|length }}{% endfor %}",
        "{% for i in range(99999) %}{{ range(99999)|sum }}{% endfor %}",
        "{% for i in range(99999) %}{{ range(99999)|sort|first }}{% endfor %}",
        "{% for i in range(99999) %}{{ 100000 in range(99999)|list }}{% endfor %}"
      })
  void endsSoonWithOneSentence(String template) throws InterruptedException {
    onLittleStack(() ->
        assertThatThrownBy(() -> render(template))
            .isInstanceOf(BadInputException.class)
            .message()
            .startsWith("bad.jinja: chat template, line 1: ")
            .hasSizeLessThan(400)
            .doesNotContain("\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        "[",
        "{'a':",
        "-",
        "not ",
        "x[",
        "f(",
        "1 + (",
        "x|f(",
        "x is f(",
        "1 if ",
        "a if b else ",
        "x.",
        "1 ~ ",
        "1 + ",
        "1 ** ",
        "x|string|",
        "a and ",
        "a or ",
        "a < ",
        "'a' "
      })
  void deeplyNestedExpressionsAreRefusedOrRendered(String piece) throws InterruptedException {
    mayFail("{{ " + piece.repeat(200_000 / piece.length()));
    mayFail("{{ " + piece.repeat(20_000) + "1 }}");
    mayFail("{{ " + "1 + ".repeat(700) + "1 }}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% if 1 %}",
        "{% for x in [1] %}",
        "{% macro m() %}",
        "{% call m() %}",
        "{% set x %}",
        "{% filter upper %}",
        "{% with %}",
        "{% generation %}",
        "{% raw %}",
        "{# ",
        "{% block b %}",
        "{% if 1 %}{% elif 1 %}",
        "{% set ((((",
        "{% for ((((a, b"
      })
  void deeplyNestedBlocksAreRefused(String piece) throws InterruptedException {
    mayFail(piece.repeat(20_000));
  }

  @Test
  void theLineOfTheMistakeIsNamed() {
    assertThatThrownBy(() -> render("a\n{% if true %}\n\n  {{ x.y }}\n{% endif %}"))
        .hasMessage("bad.jinja: chat template, line 4: 'x' is undefined");
    assertThatThrownBy(() -> render("a\n{# b\nc #}\n{{ 'd\ne' }}{% nosuch %}"))
        .hasMessage("bad.jinja: chat template, line 5: there is no tag 'nosuch'");
    assertThatThrownBy(() -> render("{% if true %}\n{{ 1 }}\n"))
        .hasMessage("bad.jinja: chat template, line 1: 'if' has no end");
    assertThatThrownBy(() -> render("{% macro m() %}\n{{ 1 / 0 }}\n{% endmacro %}\n\n{{ m() }}"))
        .hasMessage("bad.jinja: chat template, line 2: a division by zero");
  }

  @Test
  void messagesAreOneShortSentence() {
    assertThatThrownBy(() -> render("{{ raise_exception('a\n\n b' * 10000) }}"))
        .message()
        .startsWith("bad.jinja: chat template, line 1: the template refuses this conversation: a b")
        .hasSizeLessThan(400)
        .doesNotContain("\n");
  }

  @Test
  void nothingOfJavaIsReached() {
    for (String name : List.of("getClass", "class", "__class__", "hashCode", "value", "items_")) {
      for (String object : List.of("'a'", "1", "[]", "{}", "none", "range", "namespace()")) {
        assertThat(render("{{ (" + object + ")." + name + " is defined }}"))
            .as(object + "." + name)
            .isEqualTo("False");
      }
    }
  }

  @Test
  void aLongConversationIsNotCutOff() {
    Value message = Value.of(Map.of("role", "user", "content", "word ".repeat(2000)));
    List<Value> messages = java.util.Collections.nCopies(1000, message);
    String text =
        ChatTemplate.parse(
                "{% set ns = namespace(all='') %}"
                    + "{% for m in messages %}{{ m.role }}: {{ m.content | trim }}\n{% endfor %}",
                "long")
            .render(
                new Conversation(
                    messages, null, true, "", "", LocalDateTime.of(2026, 1, 1, 0, 0), Map.of()));
    assertThat(text).hasSize(1000 * (9999 + 7));
  }

  private static void mayFail(String template) throws InterruptedException {
    onLittleStack(() -> {
      try {
        render(template);
      } catch (BadInputException e) {
        assertThat(e.getMessage()).startsWith("bad.jinja: chat template, line ");
      }
    });
  }

  /** Half a megabyte, where Java gives one or eight; so that an overflow would show. */
  private static void onLittleStack(Runnable check) throws InterruptedException {
    AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
    Thread thread = new Thread(null, check, "little stack", 512 << 10);
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((_, e) -> thrown.set(e));
    thread.start();
    thread.join(SOON);
    assertThat(thread.isAlive()).as("still at it after " + SOON).isFalse();
    assertThat(thrown.get()).isNull();
  }

  private static String render(String template) {
    return ChatTemplate.parse(template, "bad.jinja")
        .render(
            new Conversation(
                List.of(),
                null,
                false,
                "",
                "",
                LocalDateTime.of(2026, 11, 23, 9, 30),
                Map.of("f", Value.of("x"))));
  }
}
