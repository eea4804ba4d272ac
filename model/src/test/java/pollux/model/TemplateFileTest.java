package pollux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.tensor.BadInputException;

class TemplateFileTest {
  @TempDir Path temp;

  @Test
  void aGgufFileMayHoldSeveral() throws IOException {
    Path path = temp.resolve("m.gguf");
    new GgufWriter()
        .text("tokenizer.chat_template", "default {{ bos_token }}")
        .text("tokenizer.chat_template.tool_use", "tools")
        .texts("tokenizer.ggml.tokens", List.of("<unk>", "<s>", "</s>"))
        .integer("tokenizer.ggml.bos_token_id", 1)
        .integer("tokenizer.ggml.eos_token_id", 2)
        .write(path);

    TemplateFile file = TemplateFile.open(path);
    assertThat(file.bos()).isEqualTo("<s>");
    assertThat(file.eos()).isEqualTo("</s>");
    assertThat(file.template("default").source()).isEqualTo("default {{ bos_token }}");
    assertThat(file.template("tool_use").source()).isEqualTo("tools");
    assertThatThrownBy(() -> file.template("rag"))
        .isInstanceOf(BadInputException.class)
        .hasMessageEndingWith(
            "it holds no chat template 'rag', expected one of [default, tool_use]");
  }

  @Test
  void aTokenOutsideTheVocabularyIsNamed() throws IOException {
    Path path = temp.resolve("m.gguf");
    new GgufWriter()
        .texts("tokenizer.ggml.tokens", List.of("a"))
        .integer("tokenizer.ggml.bos_token_id", 1)
        .write(path);
    assertThatThrownBy(() -> TemplateFile.open(path))
        .isInstanceOf(BadInputException.class)
        .hasMessageEndingWith(
            "metadata 'tokenizer.ggml.bos_token_id': expected one of the 1 tokens, found 1");
  }

  @Test
  void aFolderHasItInItsConfiguration() throws IOException {
    write(
        "tokenizer_config.json",
        """
        {"bos_token": {"content": "<s>", "lstrip": false}, "eos_token": "</s>",
         "chat_template": [{"name": "default", "template": "A"}, {"name": "rag", "template": "B"}]}
        """);
    TemplateFile file = TemplateFile.open(temp);
    assertThat(file.bos()).isEqualTo("<s>");
    assertThat(file.eos()).isEqualTo("</s>");
    assertThat(file.template("rag").source()).isEqualTo("B");

    write("chat_template.jinja", "newer");
    assertThat(TemplateFile.open(temp).template("default").source()).isEqualTo("newer");
  }

  @Test
  void aFolderWithoutATemplateSaysSo() throws IOException {
    write("tokenizer_config.json", "{\"chat_template\": null}");
    TemplateFile file = TemplateFile.open(temp);
    assertThat(file.isEmpty()).isTrue();
    assertThatThrownBy(() -> file.template("default"))
        .isInstanceOf(BadInputException.class)
        .hasMessageEndingWith("it holds no chat template; give one as a file");
  }

  @Test
  void aDamagedConfigurationIsNamed() throws IOException {
    write("tokenizer_config.json", "{\"chat_template\": ");
    assertThatThrownBy(() -> TemplateFile.open(temp))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("tokenizer_config.json: expected JSON: ");
    write("tokenizer_config.json", "{\"chat_template\": [{\"name\": \"default\"}]}");
    assertThatThrownBy(() -> TemplateFile.open(temp))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("chat_template: expected a text, or a list of objects");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(temp.resolve(name), text);
  }
}
