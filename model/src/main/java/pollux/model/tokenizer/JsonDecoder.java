package pollux.model.tokenizer;

import pollux.tensor.BadInputException;
import tools.jackson.databind.JsonNode;

/**
 * What the {@code decoder} of a {@code tokenizer.json} says of the spelling of its tokens.
 *
 * @param byteLevel whether tokens are in byte-level form
 * @param stripFirstSpace whether a text loses the space with which its first token begins
 */
record JsonDecoder(boolean byteLevel, boolean stripFirstSpace) {
  static JsonDecoder of(JsonNode node) {
    String type = node.path("type").asString("");
    return switch (type) {
      case "", "Replace", "ByteFallback", "Fuse" -> new JsonDecoder(false, false);
      case "ByteLevel" -> new JsonDecoder(true, false);
      case "WordPiece" -> new JsonDecoder(false, true);
      case "Metaspace" -> new JsonDecoder(false, JsonSteps.prefix(node) != Normalizer.Prefix.NEVER);
      case "Strip" -> new JsonDecoder(false, node.path("start").asInt(0) > 0);
      case "Sequence" -> {
        JsonDecoder all = new JsonDecoder(false, false);
        for (JsonNode step : node.path("decoders")) {
          JsonDecoder one = of(step);
          all =
              new JsonDecoder(
                  all.byteLevel || one.byteLevel, all.stripFirstSpace || one.stripFirstSpace);
        }
        yield all;
      }
      default -> throw new BadInputException("decoder: the type '" + type + "' is not known");
    };
  }
}
