package pollux.model.template;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import pollux.tensor.BadInputException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Mutants of templates: each renders or is refused with one sentence, soon, and in the memory that
 * the tests have. 500 of them, or as many as {@code -Dpollux.fuzz=N} says; {@code -Dpollux.seed=S}
 * repeats a run.
 */
class TemplateFuzzTest {
  private static final double MOST_SECONDS = 2;

  private static final String[] PIECES = {
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "-",
    "+",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "|",
    "~",
    "*",
    "**",
    "//",
    "%",
    "==",
    "<",
    ".",
    ",",
    ":",
    "'",
    "\"",
    "\\",
    "\n",
    " ",
    "0",
    "1",
    "99999999999",
    "1e308",
    "none",
    "true",
    "not ",
    " in ",
    " is ",
    " if ",
    " else ",
    "loop",
    "messages",
    "x",
    "range(9999)",
    "{% for m in messages %}",
    "{% endfor %}",
    "{% if x %}",
    "{% else %}",
    "{% endif %}",
    "{% macro x(a) %}",
    "{% endmacro %}",
    "{% call x(1) %}",
    "{% endcall %}",
    "{% set x %}",
    "{% set x = x ~ x %}",
    "{% endset %}",
    "{% filter upper %}",
    "{% endfilter %}",
    "{% break %}",
    "|tojson",
    "|join",
    "|sort",
    "|list",
    "|map('upper')",
    "|length",
    "|replace('', x)",
    "* 9999",
    ".split('')",
    ".format(x)",
    "loop(messages)",
    "x()",
    "caller()",
    "namespace(x=1)",
    "{% raw %}",
    "{% endraw %}",
    "recursive",
    "[::-1]",
    "\ud83d",
    "\u00e9",
    "\u0000"
  };

  private static final Conversation GIVEN =
      new Conversation(
          List.of(
              Value.of(Map.of("role", "system", "content", "Answer in one word.")),
              Value.of(
                  Map.of("role", "user", "content", List.of(Map.of("type", "text", "text", "Hi")))),
              Value.of(Map.of("role", "assistant", "content", "你好 <b>\"quoted\"</b>"))),
          null,
          true,
          "<s>",
          "</s>",
          LocalDateTime.of(2026, 11, 23, 9, 30),
          Map.of(
              "x", Value.of("ab"), "n", Value.of(3L), "d", Value.of(Map.of("a", List.of(1, "b")))));

  @Test
  void mutantsRenderOrAreRefused() throws IOException {
    int mutants = Integer.getInteger("pollux.fuzz", 500);
    long seed = Long.getLong("pollux.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    List<String> seeds = seeds();
    int rendered = 0;
    for (int i = 0; i < mutants; i++) {
      String template = mutant(seeds, random);
      String what = "mutant " + i + " of seed " + seed + ": " + template;
      long start = System.nanoTime();
      try {
        ChatTemplate.parse(template, "mutant").render(GIVEN);
        rendered++;
      } catch (BadInputException e) {
        assertThat(e.getMessage())
            .as(what)
            .matches("mutant: chat template, line \\d+: [^\\n]{1,310}");
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        throw new AssertionError(what, e);
      }
      assertThat((System.nanoTime() - start) / 1e9)
          .as("seconds of " + what)
          .isLessThan(MOST_SECONDS);
    }
    System.out.println(
        "seed " + seed + ": " + rendered + " of " + mutants + " mutants still rendered");
    assertThat(rendered).as("some mutants still work").isBetween(mutants / 20, mutants - 1);
  }

  private static List<String> seeds() throws IOException {
    List<String> seeds = new ArrayList<>();
    try (InputStream in = TemplateFuzzTest.class.getResourceAsStream("jinja.jsonl")) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .forEach(line ->
              seeds.add((String) JsonMapper.shared().readValue(line, Map.class).get("template")));
    }
    return seeds;
  }

  private static String mutant(List<String> seeds, SplittableRandom random) {
    StringBuilder template = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      template.append(seeds.get(random.nextInt(seeds.size())));
    }
    for (int i = random.nextInt(6); i > 0; i--) {
      int from = random.nextInt(template.length() + 1);
      int to = Math.min(template.length(), from + random.nextInt(8));
      switch (random.nextInt(5)) {
        case 0 -> template.delete(from, to);
        case 1 -> template.insert(from, template.substring(from, to));
        case 2 -> template.setLength(Math.max(from, template.length() / 2));
        default -> template.insert(from, PIECES[random.nextInt(PIECES.length)]);
      }
    }
    return template.toString();
  }
}
