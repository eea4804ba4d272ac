package pollux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.model.GgufWriter;

class RenderTemplateCommandTest {
  private static final String TEMPLATE =
      "{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}{{ eos_token }}{% endfor %}"
          + "{% if tools %}{{ tools | tojson }}{% endif %}"
          + "{% if add_generation_prompt %}<assistant>{% endif %}"
          + "{% if date %}{{ strftime_now('%d.%m.%Y %H:%M') }}{% endif %}";

  @TempDir Path temp;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path template = Path.of("");
  private Path conversation = Path.of("");

  @BeforeEach
  void files() throws IOException {
    template = Files.writeString(temp.resolve("t.jinja"), TEMPLATE);
    conversation =
        Files.writeString(
            temp.resolve("c.json"),
            """
            {"messages": [{"role": "user", "content": "Äh?\\n"}],
             "tools": [{"type": "function", "max": 18446744073709551615}],
             "add_generation_prompt": true, "date": true}
            """);
  }

  @Test
  void theTextIsPrintedAsItIs() {
    assertThat(
            pollux("--template", template.toString(), "--bos", "<s>", "--now", "2026-11-23T09:30"))
        .isZero();
    assertThat(out())
        .isEqualTo(
            "<s><user>Äh?\n[{\"type\": \"function\", \"max\": 18446744073709551615}]<assistant>"
                + "23.11.2026 09:30");
    assertThat(err()).isEmpty();
  }

  @Test
  void aModelBringsItsTemplateAndItsTokens() throws IOException {
    Path model = temp.resolve("m.gguf");
    new GgufWriter()
        .text("tokenizer.chat_template", "{{ bos_token }}{{ messages[0].content }}{{ eos_token }}")
        .text("tokenizer.chat_template.tool_use", "{{ tools[0].type }}")
        .texts("tokenizer.ggml.tokens", List.of("<bos>", "<eos>"))
        .integer("tokenizer.ggml.bos_token_id", 0)
        .integer("tokenizer.ggml.eos_token_id", 1)
        .write(model);
    assertThat(pollux("-m", model.toString())).isZero();
    assertThat(pollux("-m", model.toString(), "--eos", "|")).isZero();
    assertThat(pollux("-m", model.toString(), "--name", "tool_use")).isZero();
    assertThat(out()).isEqualTo("<bos>Äh?\n<eos><bos>Äh?\n|function");
  }

  @Test
  void aTemplateThatRefusesIsOneSentence() throws IOException {
    Files.writeString(template, "{{ messages }}\n{{ raise_exception('no\\nthanks') }}");
    assertThat(pollux("--template", template.toString())).isEqualTo(2);
    assertThat(out()).isEmpty();
    assertThat(err())
        .isEqualTo(
            "pollux: "
                + template
                + ": chat template, line 2: the template refuses this conversation: no thanks\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"messages\": 1}",
        "{\"messages\": [], \"tools\": 5}",
        "{\"messages\":"
      })
  void aConversationThatIsNoneIsNamed(String json) throws IOException {
    Files.writeString(conversation, json);
    assertThat(pollux("--template", template.toString())).isEqualTo(2);
    assertThat(err()).startsWith("pollux: " + conversation).hasLineCount(1);
  }

  @Test
  void deepConversationsAreRefused() throws IOException {
    Files.writeString(conversation, "{\"messages\": " + "[".repeat(200) + "]".repeat(200) + "}");
    assertThat(pollux("--template", template.toString())).isEqualTo(2);
    assertThat(err()).contains("nested more than 100 deep").hasLineCount(1);
  }

  @Test
  void optionsThatSayNothingAreRefused() {
    assertThat(pollux()).isEqualTo(2);
    assertThat(pollux("--template", "nowhere.jinja")).isEqualTo(2);
    assertThat(pollux("-m", "nowhere.gguf")).isEqualTo(2);
    assertThat(pollux("--template", template.toString(), "--now", "today")).isEqualTo(2);
    assertThat(out()).isEmpty();
    assertThat(err()).contains("nowhere.jinja", "nowhere.gguf", "2026-11-23T09:30");
  }

  private int pollux(String... options) {
    String[] args = new String[options.length + 3];
    args[0] = "render-template";
    args[1] = "--conversation";
    args[2] = conversation.toString();
    System.arraycopy(options, 0, args, 3, options.length);
    Streams io =
        new Streams(
            new ByteArrayInputStream(new byte[0]),
            out,
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false,
            false);
    return Main.run(io, o -> new Parrot(), args);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
