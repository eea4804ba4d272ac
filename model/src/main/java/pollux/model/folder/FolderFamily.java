package pollux.model.folder;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How transformers write a family: a dictionary from their words to those of GGUF.
 *
 * @param architecture GGUF's name of the family
 * @param classes what {@code architectures} of {@code config.json} may be
 * @param activations names of the one activation that the family computes
 * @param tied whether the embedding is the output where {@code tie_word_embeddings} is not said
 * @param keys what {@code config.json} says beyond the usual
 * @param tensors names without suffix; of a layer, {@code #} stands for its number, {@code *} for
 *     that of an expert
 * @param turned GGUF's names of matrices that lie as {@code [in, out]}
 * @param gainsLackOne whether norms multiply by one more than the gain that is stored
 * @param passed starts of the names of tensors that a decoder has no use for
 */
record FolderFamily(
    String architecture,
    List<String> classes,
    Set<String> activations,
    boolean tied,
    Consumer<ConfigKeys> keys,
    Map<String, String> tensors,
    Set<String> turned,
    boolean gainsLackOne,
    List<String> passed) {

  /** What most families call their tensors. */
  private static final Map<String, String> USUAL =
      Map.ofEntries(
          Map.entry("embed_tokens", "token_embd"),
          Map.entry("norm", "output_norm"),
          Map.entry("lm_head", "output"),
          Map.entry("layers.#.input_layernorm", "attn_norm"),
          Map.entry("layers.#.self_attn.q_proj", "attn_q"),
          Map.entry("layers.#.self_attn.k_proj", "attn_k"),
          Map.entry("layers.#.self_attn.v_proj", "attn_v"),
          Map.entry("layers.#.self_attn.o_proj", "attn_output"),
          Map.entry("layers.#.self_attn.q_norm", "attn_q_norm"),
          Map.entry("layers.#.self_attn.k_norm", "attn_k_norm"),
          Map.entry("layers.#.post_attention_layernorm", "ffn_norm"),
          Map.entry("layers.#.mlp.gate_proj", "ffn_gate"),
          Map.entry("layers.#.mlp.up_proj", "ffn_up"),
          Map.entry("layers.#.mlp.down_proj", "ffn_down"));

  /** A family of {@code classes} with the usual keys and tensors and SiLU gates. */
  static FolderFamily of(String architecture, String... classes) {
    return new FolderFamily(
        architecture,
        List.of(classes),
        Set.of("silu", "swish"),
        false,
        keys -> {},
        USUAL,
        Set.of(),
        false,
        List.of());
  }

  FolderFamily activation(String... names) {
    return new FolderFamily(
        architecture, classes, Set.of(names), tied, keys, tensors, turned, gainsLackOne, passed);
  }

  FolderFamily tiedUnlessSaid() {
    return new FolderFamily(
        architecture, classes, activations, true, keys, tensors, turned, gainsLackOne, passed);
  }

  FolderFamily keys(Consumer<ConfigKeys> more) {
    return new FolderFamily(
        architecture,
        classes,
        activations,
        tied,
        keys.andThen(more),
        tensors,
        turned,
        gainsLackOne,
        passed);
  }

  /** With another name for what transformers call {@code theirs}, or a tensor more. */
  FolderFamily tensor(String theirs, String name) {
    Map<String, String> more = new HashMap<>(tensors);
    more.put(theirs, name);
    return new FolderFamily(
        architecture,
        classes,
        activations,
        tied,
        keys,
        Map.copyOf(more),
        turned,
        gainsLackOne,
        passed);
  }

  FolderFamily turned(String... names) {
    return new FolderFamily(
        architecture,
        classes,
        activations,
        tied,
        keys,
        tensors,
        Set.of(names),
        gainsLackOne,
        passed);
  }

  FolderFamily withGainsThatLackOne() {
    return new FolderFamily(
        architecture, classes, activations, tied, keys, tensors, turned, true, passed);
  }

  FolderFamily passing(String... starts) {
    List<String> all = new ArrayList<>(passed);
    all.addAll(List.of(starts));
    return new FolderFamily(
        architecture,
        classes,
        activations,
        tied,
        keys,
        tensors,
        turned,
        gainsLackOne,
        List.copyOf(all));
  }
}
