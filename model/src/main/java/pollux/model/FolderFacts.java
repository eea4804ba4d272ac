package pollux.model;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import pollux.model.ModelFacts.Sizes;
import pollux.tensor.BadInputException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/** What a Hugging Face folder says of its model: config.json and its neighbours. */
final class FolderFacts {
  private final Path folder;
  private final ModelConfig config;

  /** Where the decoder's sizes are: models of several modalities have them in a section. */
  private final ModelConfig text;

  private FolderFacts(Path folder) {
    this.folder = folder;
    this.config = ModelConfig.read(folder.resolve("config.json"));
    this.text = config.hasSection("text_config") ? config.section("text_config") : config;
  }

  static ModelFacts of(Path folder, Arena arena) {
    FolderFacts facts = new FolderFacts(folder);
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return new ModelFacts(
        folder,
        "safetensors",
        facts.config.text("model_type", ""),
        name == null ? "" : name.toString(),
        facts.licence(),
        facts.sizes(),
        facts.modalities(),
        facts.tokenizer(),
        List.copyOf(new TreeSet<>(TemplateFile.readFolder(folder).sources().keySet())),
        ModelFacts.count(SafetensorsFile.open(folder, arena)));
  }

  private Sizes sizes() {
    int layers = number("num_hidden_layers", "n_layer", "num_layers");
    int width = number("hidden_size", "n_embd", "d_model");
    int heads = number("num_attention_heads", "n_head");
    int kvHeads = text.has("num_key_value_heads") ? number("num_key_value_heads") : heads;
    int headLength = text.has("head_dim") ? number("head_dim") : heads == 0 ? 0 : width / heads;
    int rank = number("kv_lora_rank");
    long perLayer = rank > 0 ? rank + (long) number("qk_rope_head_dim") : 2L * kvHeads * headLength;
    return new Sizes(
        layers,
        width,
        heads,
        kvHeads,
        headLength,
        number("intermediate_size", "n_inner", "d_ff"),
        number("num_local_experts", "num_experts", "n_routed_experts"),
        number("num_experts_per_tok", "experts_per_token"),
        number("vocab_size"),
        number("max_position_embeddings", "n_positions", "n_ctx"),
        Math.multiplyExact(layers, perLayer));
  }

  /** The first of {@code keys} that is there, 0 where none is. */
  private int number(String... keys) {
    for (String key : keys) {
      if (text.has(key)) {
        return text.integer(key);
      }
    }
    return 0;
  }

  private List<String> modalities() {
    List<String> modalities = new ArrayList<>(List.of("text"));
    if (config.hasSection("vision_config")) {
      modalities.add("pictures");
    }
    if (config.hasSection("audio_config")) {
      modalities.add("sound");
    }
    return modalities;
  }

  /** The licence that the front matter of the model card names. */
  private String licence() {
    Path card = folder.resolve("README.md");
    if (!Files.isRegularFile(card)) {
      return "";
    }
    String licence = "";
    List<String> lines = ModelConfig.text(card).lines().limit(200).toList();
    for (int i = 1; i < lines.size() && lines.getFirst().strip().equals("---"); i++) {
      String line = lines.get(i).strip();
      if (line.equals("---")) {
        break;
      }
      if (line.startsWith("license:")
          || (licence.equals("other") && line.startsWith("license_name:"))) {
        licence = line.substring(line.indexOf(':') + 1).strip();
      }
    }
    return licence;
  }

  private String tokenizer() {
    Path json = folder.resolve("tokenizer.json");
    if (Files.isRegularFile(json)) {
      return kind(json);
    }
    return Files.isRegularFile(folder.resolve("tokenizer.model")) ? "SentencePiece" : "";
  }

  /** The type of the tokenizer's model, read as a stream: the file holds the whole vocabulary. */
  private static String kind(Path path) {
    try (JsonParser json = JsonMapper.shared().createParser(path)) {
      boolean within = false;
      json.nextToken();
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String key = json.currentName();
        JsonToken value = json.nextToken();
        if (!within && key.equals("model") && value == JsonToken.START_OBJECT) {
          within = true;
        } else if (within && key.equals("type") && value == JsonToken.VALUE_STRING) {
          return json.getString();
        } else {
          json.skipChildren();
        }
      }
      return "";
    } catch (JacksonException e) {
      throw new BadInputException(path + ": expected JSON: " + e.getOriginalMessage(), e);
    }
  }
}
