package pollux.model;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import pollux.tensor.BadInputException;
import pollux.tensor.ElementType;

/**
 * Which type each tensor of a file gets: most that of the {@link FileType}, some more bits, norms
 * and small tables none fewer than they have. The rules are those of llama.cpp without an
 * importance matrix (src/llama-quant.cpp, {@code llama_tensor_get_type}).
 */
final class TypeChoice {
  /** Layer by layer, what belongs to none first: the order of llama.cpp's files. */
  static final Comparator<String> ORDER =
      Comparator.<String>comparingInt(TypeChoice::layer).thenComparing(Comparator.naturalOrder());

  private static final Pattern LAYER = Pattern.compile("^blk\\.(\\d{1,6})\\.");

  /** Parts of names that are never quantised: gates, positions, recurrent and media details. */
  private static final List<String> KEPT =
      List.of(
          "_norm.weight",
          "ffn_gate_inp.weight",
          "ffn_gate_tid2eid.weight",
          "altup",
          "laurel",
          "per_layer_model_proj",
          "ssm_conv1d",
          "shortconv.conv.weight",
          "indexer.k_proj.weight",
          "indexer.q_proj.weight",
          "time_mix_first.weight",
          "time_mix_w0.weight",
          "time_mix_w1.weight",
          "time_mix_w2.weight",
          "time_mix_v0.weight",
          "time_mix_v1.weight",
          "time_mix_v2.weight",
          "time_mix_a0.weight",
          "time_mix_a1.weight",
          "time_mix_a2.weight",
          "time_mix_g1.weight",
          "time_mix_g2.weight",
          "time_mix_decay_w1.weight",
          "time_mix_decay_w2.weight",
          "time_mix_lerp_fused.weight",
          "attn_rel_b.weight",
          ".position_embd",
          "sam.pos_embd",
          "sam.neck.",
          "sam.net_",
          ".rel_pos",
          ".patch_embd",
          ".patch_merger",
          "a.rvq.codebook",
          "mm.a.code_embd");

  private static final List<String> KEPT_WHOLE =
      List.of("position_embd.weight", "token_types.weight");

  /** What a matrix is for, as far as the rules care. */
  private enum Role {
    OUTPUT,
    EMBEDDING,
    VALUE,
    KEY,
    ATTENTION_OUTPUT,
    UP,
    GATE,
    DOWN,
    OTHER;

    static Role of(String name) {
      return switch (name) {
        case "output.weight" -> OUTPUT;
        case "token_embd.weight", "per_layer_token_embd.weight" -> EMBEDDING;
        case String n when n.contains("attn_qkv.weight") -> VALUE;
        case String n when n.contains("attn_kv_b.weight") -> VALUE;
        case String n when n.contains("attn_v.weight") -> VALUE;
        case String n when n.contains("attn_k.weight") -> KEY;
        case String n when n.contains("attn_output.weight") -> ATTENTION_OUTPUT;
        case String n when n.contains("ffn_up") -> UP;
        case String n when n.contains("ffn_gate") -> GATE;
        case String n when n.contains("ffn_down") -> DOWN;
        default -> OTHER;
      };
    }
  }

  /**
   * What the rules ask of a model.
   *
   * @param architecture {@code general.architecture}
   * @param layers number of blocks
   * @param heads query heads for each head of keys and values
   * @param experts 0 for a dense model
   */
  record Facts(String architecture, int layers, int heads, int experts) {
    static Facts of(GgufFile file) {
      String architecture = file.text("general.architecture", "");
      int queries = first(file, architecture + ".attention.head_count", 1);
      int keys = first(file, architecture + ".attention.head_count_kv", queries);
      return new Facts(
          architecture,
          file.integer(architecture + ".block_count", 0),
          keys == 0 ? 0 : queries / keys,
          file.integer(architecture + ".expert_count", 0));
    }

    /** Some models have a number for each layer: the first. */
    private static int first(GgufFile file, String key, int otherwise) {
      if (file.metadata().get(key) instanceof GgufValue.Wholes(GgufValue.Type _, long[] values)) {
        return values.length == 0 ? otherwise : (int) values[0];
      }
      return file.integer(key, otherwise);
    }

    private boolean falcon() {
      return architecture.equals("falcon");
    }

    /** Models of this size share each value head among eight: more bits cost little there. */
    private boolean seventyBillion() {
      return switch (architecture) {
        case "llama" -> layers == 80 && heads != 1;
        case "qwen2", "deci", "olmo" -> layers == 80;
        case "jais2" -> layers == 68;
        default -> false;
      };
    }
  }

  private final FileType target;
  private final Facts facts;
  private final boolean tied;
  private final int values;
  private int value;
  private int down;

  private TypeChoice(FileType target, Facts facts, Map<String, GgufFile.Info> tensors) {
    this.target = target;
    this.facts = facts;
    this.tied = !tensors.containsKey("output.weight");
    this.values = (int) tensors.keySet().stream().filter(n -> Role.of(n) == Role.VALUE).count();
  }

  /**
   * The type of each tensor that changes, by name, in {@link #ORDER}; one that is not named keeps
   * its own.
   *
   * @param pure whether all matrices get the type of {@code target}, without the mixture
   */
  static Map<String, ElementType> of(
      Map<String, GgufFile.Info> tensors, Facts facts, FileType target, boolean pure) {
    TypeChoice choice = new TypeChoice(target, facts, tensors);
    Map<String, ElementType> types = new LinkedHashMap<>();
    tensors.keySet().stream()
        .sorted(ORDER)
        .forEach(name -> {
          GgufFile.Info info = tensors.get(name);
          if (info != null && changes(name, info.shape())) {
            types.put(name, choice.type(name, info.shape(), pure));
          }
        });
    return types;
  }

  static int layer(String name) {
    Matcher layer = LAYER.matcher(name);
    return layer.find() ? Integer.parseInt(layer.group(1)) : -1;
  }

  private static boolean changes(String name, long[] shape) {
    boolean matrix = false;
    for (int d = 0; d < shape.length - 1; d++) {
      matrix |= shape[d] > 1;
    }
    return matrix
        && name.endsWith("weight")
        && !KEPT_WHOLE.contains(name)
        && KEPT.stream().noneMatch(name::contains);
  }

  private ElementType type(String name, long[] shape, boolean pure) {
    ElementType type = target.elements();
    if (!type.quantised()) {
      return type;
    }
    long columns = shape[shape.length - 1];
    return fitting(pure ? type : mixed(name, shape, columns), columns);
  }

  /** A smaller block where the rows do not fill that of {@code type}. */
  private static ElementType fitting(ElementType type, long columns) {
    if (columns % type.blockLength() == 0) {
      return type;
    }
    ElementType smaller =
        switch (type) {
          case IQ4_XS -> ElementType.IQ4_NL;
          case Q2_K, Q3_K, TQ1_0, TQ2_0 -> ElementType.Q4_0;
          case Q4_K -> ElementType.Q5_0;
          case Q5_K -> ElementType.Q5_1;
          case Q6_K -> ElementType.Q8_0;
          default -> type;
        };
    return columns % smaller.blockLength() == 0 ? smaller : ElementType.F16;
  }

  private ElementType mixed(String name, long[] shape, long columns) {
    ElementType usual = target.elements();
    Role role = Role.of(name);
    if (role == Role.OUTPUT || tied && role == Role.EMBEDDING) {
      boolean plain = facts.falcon() || columns % usual.blockLength() != 0;
      return plain || target == FileType.MXFP4_MOE || usual == ElementType.Q8_0
          ? ElementType.Q8_0
          : ElementType.Q6_K;
    }
    if (target == FileType.MXFP4_MOE) {
      return experts(role, shape) ? usual : ElementType.Q8_0;
    }
    return switch (role) {
      case EMBEDDING ->
          usual == ElementType.TQ1_0 || usual == ElementType.TQ2_0 ? ElementType.Q4_K : usual;
      case VALUE -> valueType(usual, value++);
      case KEY -> facts.experts == 8 ? ElementType.Q8_0 : usual;
      case DOWN -> downType(usual, layerOfDown(name));
      case ATTENTION_OUTPUT -> attentionOutputType(usual);
      default -> usual;
    };
  }

  /** Whether a tensor holds a matrix for each expert. */
  private boolean experts(Role role, long[] shape) {
    boolean many = shape.length > 2 && shape[shape.length - 3] > 1;
    return many
        && (!facts.architecture.equals("bailingmoe3")
            || role == Role.UP
            || role == Role.GATE
            || role == Role.DOWN);
  }

  private ElementType valueType(ElementType usual, int i) {
    ElementType type =
        switch (target) {
          case Q2_K -> facts.heads >= 4 ? ElementType.Q4_K : ElementType.Q3_K;
          case Q3_K_M -> i < 2 ? ElementType.Q5_K : ElementType.Q4_K;
          case Q3_K_L -> ElementType.Q5_K;
          case IQ4_NL, IQ4_XS -> facts.heads >= 4 ? ElementType.Q5_K : usual;
          case Q4_K_M, Q5_K_M -> sensitive(i, values) ? ElementType.Q6_K : usual;
          case Q4_K_S -> i < 4 ? ElementType.Q5_K : usual;
          default -> usual;
        };
    if (facts.seventyBillion() && (type == ElementType.Q3_K || type == ElementType.Q4_K)) {
      type = ElementType.Q5_K;
    }
    return facts.experts == 8 ? ElementType.Q8_0 : type;
  }

  private ElementType downType(ElementType usual, int i) {
    int n = facts.layers;
    boolean sensitive = sensitive(i, n);
    return switch (target) {
      case Q2_K -> ElementType.Q3_K;
      case Q3_K_M ->
          i < n / 16
              ? ElementType.Q5_K
              : !facts.falcon() || sensitive ? ElementType.Q4_K : ElementType.Q3_K;
      case Q3_K_L -> facts.falcon() ? ElementType.Q4_K : ElementType.Q5_K;
      case Q4_K_M -> {
        if (facts.falcon()) {
          yield i < n / 16 ? ElementType.Q6_K : sensitive ? ElementType.Q5_K : usual;
        }
        yield sensitive ? ElementType.Q6_K : usual;
      }
      case IQ4_NL, IQ4_XS -> i < n / 8 ? ElementType.Q5_K : usual;
      case Q5_K_M -> sensitive ? ElementType.Q6_K : usual;
      case Q4_K_S -> !facts.falcon() && i < n / 8 ? ElementType.Q5_K : usual;
      default -> usual;
    };
  }

  /** Dense models are counted, since some have fewer such matrices than layers. */
  private int layerOfDown(String name) {
    int counted = down++;
    if (facts.experts <= 1) {
      return counted;
    }
    int layer = layer(name);
    if (layer < 0 || layer >= facts.layers) {
      throw new BadInputException(
          "tensor '"
              + name
              + "': expected a name that begins with blk.N. for one of "
              + facts.layers
              + " layers");
    }
    return layer;
  }

  private ElementType attentionOutputType(ElementType usual) {
    if (facts.falcon()) {
      return target == FileType.Q3_K_L ? ElementType.Q4_K : usual;
    }
    if (facts.experts == 8) {
      return switch (target) {
        case Q2_K, Q3_K_S, Q3_K_M, IQ4_NL, IQ4_XS, Q4_K_S, Q4_K_M -> ElementType.Q5_K;
        default -> usual;
      };
    }
    return switch (target) {
      case Q2_K -> ElementType.Q3_K;
      case Q3_K_M -> ElementType.Q4_K;
      case Q3_K_L -> ElementType.Q5_K;
      default -> usual;
    };
  }

  /** The first and the last eighth of the layers, and every third between. */
  private static boolean sensitive(int i, int n) {
    return i < n / 8 || i >= 7 * n / 8 || (i - n / 8) % 3 == 2;
  }
}
