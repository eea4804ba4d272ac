package pollux.model;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pollux.model.template.ChatTemplate;
import pollux.tensor.BadInputException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The chat templates that come with a model, and the two tokens that they print: from a GGUF file's
 * metadata, or from a Hugging Face folder ({@code chat_template.jinja}, {@code
 * tokenizer_config.json}).
 *
 * @param path the file or folder, for errors
 * @param sources the templates by name; the one that is meant unless another is asked for is {@link
 *     #DEFAULT}
 * @param bos the text of the token that begins a sequence, empty where there is none
 * @param eos the text of the token that ends a turn, empty where there is none
 */
public record TemplateFile(Path path, Map<String, String> sources, String bos, String eos) {
  /** The name of the template that is not named. */
  public static final String DEFAULT = "default";

  private static final String KEY = "tokenizer.chat_template";
  private static final String TOKENS = "tokenizer.ggml.tokens";
  private static final long LARGEST_CONFIGURATION = 32 << 20;

  public TemplateFile {
    sources = Map.copyOf(sources);
  }

  /** Of {@code path}, a GGUF file or a folder. */
  public static TemplateFile open(Path path) {
    if (Files.isDirectory(path)) {
      return readFolder(path);
    }
    try (Arena arena = Arena.ofConfined()) {
      return read(GgufFile.open(path, arena));
    }
  }

  /** Of a GGUF file; it may hold none. */
  public static TemplateFile read(GgufFile file) {
    Map<String, String> sources = new LinkedHashMap<>();
    for (String key : file.metadata().keySet()) {
      if (key.equals(KEY)) {
        sources.put(DEFAULT, file.text(key));
      } else if (key.startsWith(KEY + ".")) {
        sources.put(key.substring(KEY.length() + 1), file.text(key));
      }
    }
    return new TemplateFile(
        file.path(), sources, token(file, "bos_token_id"), token(file, "eos_token_id"));
  }

  private static String token(GgufFile file, String name) {
    String key = "tokenizer.ggml." + name;
    if (!file.has(key) || !file.has(TOKENS)) {
      return "";
    }
    int id = file.integer(key);
    List<String> tokens = file.texts(TOKENS);
    if (id >= tokens.size()) {
      throw new BadInputException(
          file.path()
              + ": metadata '"
              + key
              + "': expected one of the "
              + tokens.size()
              + " tokens, found "
              + id);
    }
    return tokens.get(id);
  }

  /** Of a folder as Hugging Face's transformers writes it; it may hold none. */
  public static TemplateFile readFolder(Path folder) {
    Path configuration = folder.resolve("tokenizer_config.json");
    Map<String, String> sources = new LinkedHashMap<>();
    String bos = "";
    String eos = "";
    if (Files.isRegularFile(configuration)) {
      JsonNode root = json(configuration);
      templates(root.get("chat_template"), configuration, sources);
      bos = tokenText(root.get("bos_token"));
      eos = tokenText(root.get("eos_token"));
    }
    // The newer form, which wins in transformers too.
    Path template = folder.resolve("chat_template.jinja");
    if (Files.isRegularFile(template)) {
      sources.put(DEFAULT, text(template));
    }
    return new TemplateFile(folder, sources, bos, eos);
  }

  /** A text, or a list of objects with a name and a template each. */
  private static void templates(
      @Nullable JsonNode node, Path configuration, Map<String, String> sources) {
    if (node == null || node.isNull()) {
      return;
    }
    if (node.isString()) {
      sources.put(DEFAULT, node.stringValue());
      return;
    }
    for (JsonNode entry : node) {
      JsonNode name = entry.get("name");
      JsonNode template = entry.get("template");
      if (name == null || template == null || !name.isString() || !template.isString()) {
        throw new BadInputException(
            configuration
                + ": chat_template: expected a text, or a list of objects with 'name' and 'template'");
      }
      sources.put(name.stringValue(), template.stringValue());
    }
  }

  /** A token is a text, or an object with its {@code content}. */
  private static String tokenText(@Nullable JsonNode node) {
    JsonNode content = node != null && node.isObject() ? node.get("content") : node;
    return content != null && content.isString() ? content.stringValue() : "";
  }

  private static JsonNode json(Path file) {
    try {
      return JsonMapper.shared().readTree(text(file));
    } catch (JacksonException e) {
      throw new BadInputException(file + ": expected JSON: " + e.getOriginalMessage(), e);
    }
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > LARGEST_CONFIGURATION) {
        throw new BadInputException(
            file
                + ": expected at most "
                + LARGEST_CONFIGURATION
                + " bytes, found "
                + Files.size(file));
      }
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new BadInputException(file + ": expected UTF-8 text", e);
    } catch (IOException e) {
      throw new BadInputException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Whether there is any template. */
  public boolean isEmpty() {
    return sources.isEmpty();
  }

  /**
   * The template {@code name}.
   *
   * @throws BadInputException if there is none of that name, or it is no template
   */
  public ChatTemplate template(String name) {
    String source = sources.get(name);
    if (source == null) {
      throw new BadInputException(
          path
              + ": "
              + (sources.isEmpty()
                  ? "it holds no chat template; give one as a file"
                  : "it holds no chat template '"
                      + name
                      + "', expected one of "
                      + new TreeSet<>(sources.keySet())));
    }
    return ChatTemplate.parse(source, path.toString());
  }
}
