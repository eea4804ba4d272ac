package pollux.model.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pollux.tensor.BadInputException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Small templates against what Python's Jinja2 3.1.6 made of them, set up as transformers does
 * ({@code jinja.jsonl}, a case a line: the template, its variables, and its text or that it fails).
 */
class JinjaReferenceTest {
  record Case(String template, Map<String, Object> variables, String text, boolean fails) {
    @Override
    public String toString() {
      return template;
    }
  }

  static Stream<Case> cases() throws IOException {
    try (InputStream in = JinjaReferenceTest.class.getResourceAsStream("jinja.jsonl")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines().map(line -> JsonMapper.shared().readValue(line, Case.class)).toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void rendersAsJinja2Does(Case c) {
    if (c.fails) {
      assertThatThrownBy(() -> render(c))
          .isInstanceOf(BadInputException.class)
          .message()
          .startsWith("a case: chat template, line ")
          .doesNotContain("\n");
    } else {
      assertThat(render(c)).isEqualTo(c.text);
    }
  }

  private static String render(Case c) {
    Map<String, Value> variables = new HashMap<>();
    c.variables.forEach((name, value) -> variables.put(name, Value.of(value)));
    return ChatTemplate.parse(c.template, "a case")
        .render(
            new Conversation(
                List.of(),
                null,
                false,
                "<BOS>",
                "<EOS>",
                LocalDateTime.of(2026, 11, 23, 9, 30),
                variables));
  }
}
