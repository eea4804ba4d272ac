package pollux.model;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pollux.tensor.BadInputException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A JSON file of a Hugging Face folder, {@code config.json} for example: its values by their keys,
 * with errors that name the file and the key.
 */
public final class ModelConfig {
  private static final long LARGEST = 32 << 20;

  private final Path path;
  private final String prefix;
  private final JsonNode node;

  private ModelConfig(Path path, String prefix, JsonNode node) {
    this.path = path;
    this.prefix = prefix;
    this.node = node;
  }

  /** Reads {@code path}, which holds an object. */
  public static ModelConfig read(Path path) {
    try {
      JsonNode root = JsonMapper.shared().readTree(text(path));
      if (!root.isObject()) {
        throw new BadInputException(path + ": expected a JSON object");
      }
      return new ModelConfig(path, "", root);
    } catch (JacksonException e) {
      throw new BadInputException(path + ": expected JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** The text of a file of the folder, of a bounded size. */
  static String text(Path path) {
    try {
      if (Files.size(path) > LARGEST) {
        throw new BadInputException(
            path + ": expected at most " + LARGEST + " bytes, found " + Files.size(path));
      }
      return Files.readString(path);
    } catch (NoSuchFileException e) {
      throw new BadInputException(path + ": there is no such file", e);
    } catch (CharacterCodingException e) {
      throw new BadInputException(path + ": expected UTF-8 text", e);
    } catch (IOException e) {
      throw new BadInputException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  public Path path() {
    return path;
  }

  /** The keys, in the order of the file. */
  public Collection<String> keys() {
    return node.propertyNames();
  }

  /** Whether the key is there and not null. */
  public boolean has(String key) {
    return value(key) != null;
  }

  /** Whether the key is there with an object. */
  public boolean hasSection(String key) {
    JsonNode value = value(key);
    return value != null && value.isObject();
  }

  /** The object at {@code key}. */
  public ModelConfig section(String key) {
    JsonNode value = required(key);
    if (!value.isObject()) {
      throw bad(key, "an object", value);
    }
    return new ModelConfig(path, prefix + key + ".", value);
  }

  public String text(String key) {
    JsonNode value = required(key);
    if (!value.isString()) {
      throw bad(key, "a text", value);
    }
    return value.stringValue();
  }

  public String text(String key, String otherwise) {
    return has(key) ? text(key) : otherwise;
  }

  /** A number from 0 to 2^31 - 1. */
  public int integer(String key) {
    JsonNode value = required(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) {
      throw bad(key, "a whole number from 0 to " + Integer.MAX_VALUE, value);
    }
    return value.intValue();
  }

  public int integer(String key, int otherwise) {
    return has(key) ? integer(key) : otherwise;
  }

  public double real(String key) {
    JsonNode value = required(key);
    if (!value.isNumber()) {
      throw bad(key, "a number", value);
    }
    return value.doubleValue();
  }

  public double real(String key, double otherwise) {
    return has(key) ? real(key) : otherwise;
  }

  public boolean flag(String key, boolean otherwise) {
    JsonNode value = value(key);
    if (value == null) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw bad(key, "true or false", value);
    }
    return value.booleanValue();
  }

  /** A list of texts; empty where the key is not there. */
  public List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : list(key)) {
      if (!item.isString()) {
        throw bad(key, "a list of texts", item);
      }
      texts.add(item.stringValue());
    }
    return texts;
  }

  /** A list of whole numbers; empty where the key is not there. */
  public List<Integer> integers(String key) {
    List<Integer> integers = new ArrayList<>();
    for (JsonNode item : list(key)) {
      if (!item.isIntegralNumber() || !item.canConvertToInt()) {
        throw bad(key, "a list of whole numbers", item);
      }
      integers.add(item.intValue());
    }
    return integers;
  }

  /** A list of numbers; empty where the key is not there. */
  public float[] reals(String key) {
    List<Float> reals = new ArrayList<>();
    for (JsonNode item : list(key)) {
      if (!item.isNumber()) {
        throw bad(key, "a list of numbers", item);
      }
      reals.add(item.floatValue());
    }
    float[] array = new float[reals.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = reals.get(i);
    }
    return array;
  }

  private Iterable<JsonNode> list(String key) {
    JsonNode value = value(key);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray()) {
      throw bad(key, "a list", value);
    }
    return value;
  }

  private @Nullable JsonNode value(String key) {
    JsonNode value = node.get(key);
    return value == null || value.isNull() ? null : value;
  }

  private JsonNode required(String key) {
    JsonNode value = value(key);
    if (value == null) {
      throw new BadInputException(path + ": " + prefix + key + ": it is missing");
    }
    return value;
  }

  private BadInputException bad(String key, String expected, JsonNode found) {
    String shown = found.toString();
    return new BadInputException(
        path
            + ": "
            + prefix
            + WeightsFile.readable(key)
            + ": expected "
            + expected
            + ", found "
            + (shown.length() > 60 ? shown.substring(0, 60) + "…" : shown));
  }
}
