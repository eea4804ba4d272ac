package pollux.model.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pollux.tensor.BadInputException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Reads the tokenizer of a Hugging Face model: {@code tokenizer.json}, and beside it, where they
 * are, {@code tokenizer_config.json}, {@code generation_config.json} and {@code
 * chat_template.jinja}. What this does not know is an error that names it, never left out.
 */
public final class TokenizerJson {
  private static final String FILE = "tokenizer.json";
  private static final long MOST_BYTES = 256 << 20;
  private static final JsonNode NOTHING = JsonNodeFactory.instance.missingNode();

  private final Path folder;
  private final JsonMapper mapper =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private final JsonModel model = new JsonModel();

  /** All of the file but the model, by key. */
  private final Map<String, JsonNode> sections = new HashMap<>();

  private TokenizerJson(Path folder) {
    this.folder = folder;
  }

  /**
   * The tokenizer in {@code folder}.
   *
   * @throws BadInputException when there is none, or none that works
   */
  public static TokenizerParts read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new BadInputException(
          folder + ": expected a folder with " + FILE + ", found none in it");
    }
    TokenizerJson reader = new TokenizerJson(folder);
    reader.parse(file);
    try {
      return reader.parts();
    } catch (BadInputException e) {
      throw e.getMessage() != null && e.getMessage().startsWith(folder.toString())
          ? e
          : new BadInputException(file + ": " + e.getMessage(), e);
    }
  }

  private void parse(Path file) {
    checkSize(file);
    try (JsonParser in = mapper.createParser(file.toFile())) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new BadInputException(file + ": expected a JSON object");
      }
      while (in.nextToken() == JsonToken.PROPERTY_NAME) {
        String key = in.currentName();
        in.nextToken();
        if (key.equals("model")) {
          model.read(in);
        } else {
          sections.put(key, mapper.readTree(in));
        }
      }
    } catch (JacksonException e) {
      throw new BadInputException(file + ": " + said(e), e);
    } catch (BadInputException e) {
      throw new BadInputException(file + ": model: " + e.getMessage(), e);
    }
  }

  private static String said(JacksonException e) {
    String message = String.valueOf(e.getOriginalMessage());
    return "no JSON that can be read, "
        + message.lines().findFirst().orElse("")
        + (e.getLocation() == null ? "" : " (line " + e.getLocation().getLineNr() + ")");
  }

  private static void checkSize(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new BadInputException(
            file + ": expected at most " + MOST_BYTES + " bytes, found " + Files.size(file));
      }
    } catch (IOException e) {
      throw new BadInputException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private JsonNode section(String key) {
    return sections.getOrDefault(key, NOTHING);
  }

  private TokenizerParts parts() {
    JsonSteps steps = new JsonSteps();
    steps.normalizer(section("normalizer"));
    steps.preTokenizer(section("pre_tokenizer"));
    JsonDecoder decoder = JsonDecoder.of(section("decoder"));
    BitSet left = new BitSet();
    BitSet right = new BitSet();
    addTokens(left, right);
    JsonNode config = optional("tokenizer_config.json");
    TextArray texts = model.texts();
    byte[] kinds = model.kinds(texts);
    int bos = named(texts, config, "bos_token");
    int eos = named(texts, config, "eos_token");
    // Only tokens that the file sets apart end an answer; it says what kind each is.
    BitSet ends = EndOfGeneration.find(texts, kinds.clone());
    ends.and(model.controls());
    for (int id : ends(eos, texts.size())) {
      ends.set(id);
    }
    List<Integer> before = new ArrayList<>();
    List<Integer> behind = new ArrayList<>();
    template(section("post_processor"), texts, before, behind);
    if (config.path("add_bos_token").asBoolean(false) && bos >= 0 && !before.contains(bos)) {
      before.addFirst(bos);
    }
    if (config.path("add_eos_token").asBoolean(false) && eos >= 0 && !behind.contains(eos)) {
      behind.addLast(eos);
    }
    int unknown = model.unknown(texts);
    Marks marks =
        new Marks(bos, eos, unknown, named(texts, config, "pad_token"), before, behind, ends);
    Spelling spelling = model.spelling(steps.byteLevel() || decoder.byteLevel());
    Vocabulary vocabulary = new Vocabulary(texts, kinds, model.scores(texts.size()), spelling);
    Merges merges = model.merges(vocabulary);
    WordModel words = model.build(vocabulary, merges, unknown);
    return new TokenizerParts(
        model.kind(),
        vocabulary,
        merges == null ? List.of() : merges.texts(),
        new TextEncoder(steps.normalizer(), steps.words(), words),
        new SpecialTokens(vocabulary, left, right),
        marks,
        decoder.stripFirstSpace(),
        chatTemplate(config));
  }

  private void addTokens(BitSet left, BitSet right) {
    for (JsonNode token : section("added_tokens")) {
      int id = token.path("id").asInt(-1);
      String content = token.path("content").asString("");
      if (id < 0 || content.isEmpty()) {
        throw new BadInputException(
            "added_tokens: expected an id and a content for each, found " + shortened(token));
      }
      model.addToken(content, id, token.path("special").asBoolean(false));
      left.set(id, token.path("lstrip").asBoolean(false));
      right.set(id, token.path("rstrip").asBoolean(false));
    }
  }

  /** What the post-processor puts before and behind a single text. */
  private static void template(
      JsonNode node, TextArray texts, List<Integer> before, List<Integer> behind) {
    String type = node.path("type").asString("");
    switch (type) {
      case "", "ByteLevel" -> {}
      case "Sequence" -> {
        for (JsonNode step : node.path("processors")) {
          template(step, texts, before, behind);
        }
      }
      case "BertProcessing", "RobertaProcessing" -> {
        before.add(checked(node.path("cls").path(1).asInt(-1), texts, "post_processor: cls"));
        behind.add(checked(node.path("sep").path(1).asInt(-1), texts, "post_processor: sep"));
      }
      case "TemplateProcessing" -> {
        boolean seen = false;
        for (JsonNode piece : node.path("single")) {
          if (piece.has("Sequence")) {
            seen = true;
            continue;
          }
          String name = piece.path("SpecialToken").path("id").asString("");
          JsonNode ids = node.path("special_tokens").path(name).path("ids");
          if (ids.isEmpty()) {
            throw new BadInputException(
                "post_processor: no ids for the special token '" + name + "'");
          }
          for (JsonNode id : ids) {
            (seen ? behind : before)
                .add(checked(id.asInt(-1), texts, "post_processor: special_tokens: " + name));
          }
        }
      }
      default ->
          throw new BadInputException("post_processor: the type '" + type + "' is not known");
    }
  }

  private static int checked(int id, TextArray texts, String field) {
    if (id < 0 || id >= texts.size()) {
      throw new BadInputException(
          field + ": expected an id from 0 to " + (texts.size() - 1) + ", found " + id);
    }
    return id;
  }

  /** The id of a token that the configuration names, or -1. */
  private static int named(TextArray texts, JsonNode config, String key) {
    JsonNode node = config.path(key);
    String name = node.isObject() ? node.path("content").asString("") : node.asString("");
    return name.isEmpty() ? -1 : texts.indexOf(name);
  }

  /** EOS, and what {@code generation_config.json} names. */
  private List<Integer> ends(int eos, int size) {
    List<Integer> ids = new ArrayList<>(Marks.present(eos));
    JsonNode node = optional("generation_config.json").path("eos_token_id");
    for (JsonNode id : node.isArray() ? node : List.of(node)) {
      int value = id.asInt(-1);
      ids.addAll(Marks.present(value < size ? value : -1));
    }
    return ids;
  }

  private @Nullable String chatTemplate(JsonNode config) {
    Path file = folder.resolve("chat_template.jinja");
    if (Files.isRegularFile(file)) {
      checkSize(file);
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new BadInputException(file + " cannot be read: " + e.getMessage(), e);
      }
    }
    JsonNode node = config.path("chat_template");
    if (node.isArray()) {
      for (JsonNode one : node) {
        if (one.path("name").asString("").equals("default")) {
          return one.path("template").asString(null);
        }
      }
    }
    return node.isString() ? node.asString() : null;
  }

  /** A file beside {@code tokenizer.json} that need not be there. */
  private JsonNode optional(String name) {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      return NOTHING;
    }
    checkSize(file);
    try {
      return mapper.readTree(file.toFile());
    } catch (JacksonException e) {
      throw new BadInputException(file + ": " + said(e), e);
    }
  }

  static String shortened(JsonNode node) {
    String text = node.toString();
    return text.length() > 80 ? text.substring(0, 80) + "…" : text;
  }
}
