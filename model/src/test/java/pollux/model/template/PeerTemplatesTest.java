package pollux.model.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import pollux.tensor.BadInputException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The templates of published models against what transformers renders. The folder {@code
 * -Dpollux.peer=FOLDER}, or the one beside the repository, holds {@code templates/} with {@code
 * conversations.json}, {@code NAME.jinja} and {@code NAME.expected.json}.
 */
class PeerTemplatesTest {
  @TestFactory
  Stream<DynamicTest> textsAreEqualToTheLetter() throws IOException {
    String peer = System.getProperty("pollux.peer", "../../shared/peer");
    Path folder = Path.of(peer, "templates");
    assumeTrue(Files.isDirectory(folder), folder + " is missing");
    List<Path> templates;
    try (Stream<Path> files = Files.list(folder)) {
      templates = files.filter(f -> f.toString().endsWith(".jinja")).sorted().toList();
    }
    assertThat(templates).isNotEmpty();
    Map<String, Map<String, Object>> conversations = json(folder.resolve("conversations.json"));
    return templates.stream()
        .flatMap(template ->
            conversations.entrySet().stream()
                .map(conversation ->
                    DynamicTest.dynamicTest(
                        template.getFileName() + " " + conversation.getKey(),
                        () -> check(template, conversation.getKey(), conversation.getValue()))));
  }

  private static void check(Path template, String name, Map<String, Object> conversation)
      throws IOException {
    Map<String, Object> expected =
        PeerTemplatesTest.<Map<String, Object>>json(
                Path.of(template.toString().replace(".jinja", ".expected.json")))
            .get(name);
    ChatTemplate parsed =
        ChatTemplate.parse(Files.readString(template), template.getFileName().toString());
    Map<String, Value> extra = new HashMap<>();
    conversation.forEach((key, value) -> extra.put(key, Value.of(value)));
    Conversation given =
        new Conversation(
            List.of(), null, false, "<BOS>", "<EOS>", LocalDateTime.of(2026, 11, 23, 9, 30), extra);
    if (expected.containsKey("error")) {
      assertThatThrownBy(() -> parsed.render(given))
          .as("the reference gives %s", expected.get("error"))
          .isInstanceOf(BadInputException.class)
          .hasMessageStartingWith(template.getFileName() + ": chat template, line ");
    } else {
      assertThat(parsed.render(given)).isEqualTo(expected.get("expected"));
    }
  }

  @SuppressWarnings("unchecked")
  private static <T> Map<String, T> json(Path file) throws IOException {
    return JsonMapper.shared().readValue(Files.readString(file), Map.class);
  }
}
