package pollux.model;

import java.util.LinkedHashMap;
import java.util.Map;

/** Names and shapes of the family's tensors, after those of GGUF where it has one. */
public final class WeightNames {
  public static final String EMBEDDING = "token_embd.weight";
  public static final String PATCH = "media.patch.weight";
  public static final String GRID_ROW = "media.grid_row.weight";
  public static final String GRID_COLUMN = "media.grid_column.weight";
  public static final String SOUND = "media.sound.weight";
  public static final String ATTENTION_NORM = "attn_norm.weight";
  public static final String Q = "attn_q.weight";
  public static final String K = "attn_k.weight";
  public static final String V = "attn_v.weight";
  public static final String ATTENTION_OUTPUT = "attn_output.weight";
  public static final String Q_NORM = "attn_q_norm.weight";
  public static final String K_NORM = "attn_k_norm.weight";
  public static final String FEED_FORWARD_NORM = "ffn_norm.weight";

  private WeightNames() {}

  public static String layer(int layer, String part) {
    return "blk." + layer + "." + part;
  }

  public static String outputNorm(Tier tier) {
    return "output_norm." + tier.label() + ".weight";
  }

  /** The gate rows that {@code tier} adds. */
  public static String gate(Tier tier) {
    return "ffn_gate." + tier.label() + ".weight";
  }

  public static String up(Tier tier) {
    return "ffn_up." + tier.label() + ".weight";
  }

  public static String down(Tier tier) {
    return "ffn_down." + tier.label() + ".weight";
  }

  /**
   * Every tensor of {@code spec} with its shape, outermost dimension first, in the order of the
   * file.
   */
  public static Map<String, long[]> shapes(FamilySpec spec) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    int d = spec.width();
    shapes.put(EMBEDDING, new long[] {spec.vocabulary(), d});
    shapes.put(PATCH, new long[] {d, MediaFrontEnd.PATCH_BYTES});
    shapes.put(GRID_ROW, new long[] {FamilySpec.GRID, d});
    shapes.put(GRID_COLUMN, new long[] {FamilySpec.GRID, d});
    shapes.put(SOUND, new long[] {d, MediaFrontEnd.SOUND_BYTES});
    for (int l = 0; l < spec.layers(); l++) {
      shapes.put(layer(l, ATTENTION_NORM), new long[] {d});
      shapes.put(layer(l, Q), new long[] {spec.queryWidth(), d});
      shapes.put(layer(l, K), new long[] {spec.kvWidth(), d});
      shapes.put(layer(l, V), new long[] {spec.kvWidth(), d});
      shapes.put(layer(l, ATTENTION_OUTPUT), new long[] {d, spec.queryWidth()});
      shapes.put(layer(l, Q_NORM), new long[] {spec.headLength()});
      shapes.put(layer(l, K_NORM), new long[] {spec.headLength()});
      shapes.put(layer(l, FEED_FORWARD_NORM), new long[] {d});
      for (Tier t : Tier.values()) {
        int rows = spec.slabs().get(t.ordinal());
        shapes.put(layer(l, gate(t)), new long[] {rows, d});
        shapes.put(layer(l, up(t)), new long[] {rows, d});
        shapes.put(layer(l, down(t)), new long[] {d, rows});
      }
    }
    for (Tier t : Tier.values()) {
      shapes.put(outputNorm(t), new long[] {d});
    }
    return shapes;
  }
}
