package pollux.model;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import pollux.tensor.BadInputException;

/** Which shard holds which tensor: {@code model.safetensors.index.json} of a folder. */
final class SafetensorsIndex {
  static final String NAME = "model.safetensors.index.json";

  private static final int MOST_SHARDS = 4096;

  private SafetensorsIndex() {}

  /** The shard of each tensor, a name of a file in the folder of {@code index}. */
  static Map<String, String> read(Path index) {
    ModelConfig map = ModelConfig.read(index).section("weight_map");
    Map<String, String> shards = new LinkedHashMap<>();
    for (String tensor : map.keys()) {
      String shard = map.text(tensor);
      if (!shard.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*\\.safetensors")) {
        throw new BadInputException(
            index
                + ": weight_map: expected names of safetensors files in the same folder, found '"
                + WeightsFile.readable(shard)
                + "'");
      }
      shards.put(tensor, shard);
    }
    long files = shards.values().stream().distinct().count();
    if (files == 0 || files > MOST_SHARDS) {
      throw new BadInputException(
          index + ": weight_map: expected 1 to " + MOST_SHARDS + " files, found " + files);
    }
    return shards;
  }
}
