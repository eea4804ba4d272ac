package pollux.model.families;

import java.util.Arrays;
import pollux.model.GgufValue;
import pollux.model.ModelFile;
import pollux.tensor.BadInputException;

/**
 * A weights file's metadata under the name of its architecture, {@code llama.block_count} as {@code
 * block_count}. Numbers are held within bounds, since sizes are taken from them before anything of
 * the file is read.
 */
public final class Metadata {
  private static final int MOST_LAYERS = 1024;

  private final ModelFile file;
  private final String architecture;

  public Metadata(ModelFile file) {
    this.file = file;
    this.architecture = file.text("general.architecture");
  }

  String architecture() {
    return architecture;
  }

  /** Whether llama.cpp's converter has been at work ({@link ModelFile#isConverted}). */
  boolean isConverted() {
    return file.isConverted();
  }

  public boolean has(String key) {
    return file.has(name(key));
  }

  public String text(String key, String otherwise) {
    return file.text(name(key), otherwise);
  }

  public boolean flag(String key, boolean otherwise) {
    return file.flag(name(key), otherwise);
  }

  public int integer(String key, int low, int high) {
    int value = file.integer(name(key));
    if (value < low || value > high) {
      throw bad(key, "expected a number from " + low + " to " + high + ", found " + value);
    }
    return value;
  }

  public int integer(String key, int otherwise, int low, int high) {
    return has(key) ? integer(key, low, high) : otherwise;
  }

  public float real(String key) {
    float value = (float) file.real(name(key));
    if (!Float.isFinite(value)) {
      throw bad(key, "expected a finite number, found " + value);
    }
    return value;
  }

  float real(String key, float otherwise) {
    return has(key) ? real(key) : otherwise;
  }

  /** The first {@code count} finite numbers of an array of real numbers. */
  public float[] reals(String key, int count) {
    float[] values = new float[count];
    if (!(file.metadata().get(name(key)) instanceof GgufValue.Reals(_, double[] all))
        || all.length < count) {
      throw bad(key, "expected an array of " + count + " floating-point numbers");
    }
    for (int i = 0; i < count; i++) {
      values[i] = (float) all[i];
      if (!Float.isFinite(values[i])) {
        throw bad(key, "expected finite numbers, found " + values[i]);
      }
    }
    return values;
  }

  /** Decoder layers, those that predict further tokens ("next n") left out. */
  int layers() {
    return integer("block_count", 1, MOST_LAYERS) - spareLayers();
  }

  /** Layers at the end that predict further tokens, which this decoder leaves out. */
  int spareLayers() {
    return integer("nextn_predict_layers", 0, 0, integer("block_count", 1, MOST_LAYERS) - 1);
  }

  /** A number for each layer: one for all in the file, or an array. */
  int[] perLayer(String key, int low, int high) {
    int layers = layers();
    int[] values = new int[layers];
    if (file.metadata().get(name(key)) instanceof GgufValue.Wholes(_, long[] all)) {
      if (all.length < layers) {
        throw bad(key, "expected " + layers + " numbers, found " + all.length);
      }
      for (int l = 0; l < layers; l++) {
        if (all[l] < low || all[l] > high) {
          throw bad(key, "expected numbers from " + low + " to " + high + ", found " + all[l]);
        }
        values[l] = (int) all[l];
      }
    } else {
      Arrays.fill(values, integer(key, low, high));
    }
    return values;
  }

  /**
   * A truth value for each layer: an array in the file; or a period, of which all but the last are
   * true; or {@code period} where the file says nothing.
   */
  boolean[] pattern(String key, int period) {
    boolean[] values = new boolean[layers()];
    switch (file.metadata().get(name(key))) {
      case GgufValue.Flags(boolean[] all) when all.length >= values.length ->
          System.arraycopy(all, 0, values, 0, values.length);
      case GgufValue.Wholes(_, long[] all) when all.length >= values.length -> {
        for (int l = 0; l < values.length; l++) {
          values[l] = all[l] != 0;
        }
      }
      case GgufValue.Array array ->
          throw bad(
              key,
              "expected " + values.length + " truth values, found " + array.length() + " elements");
      case null, default -> {
        int n = integer(key, period, 0, MOST_LAYERS);
        for (int l = 0; l < values.length; l++) {
          values[l] = n == 0 || l % n < n - 1;
        }
      }
    }
    return values;
  }

  /** Integers of an array; empty where the file says nothing. */
  long[] integers(String key) {
    return has(key) ? file.integers(name(key)) : new long[0];
  }

  public BadInputException bad(String key, String problem) {
    return file.bad(name(key), problem);
  }

  private String name(String key) {
    return architecture + "." + key;
  }
}
