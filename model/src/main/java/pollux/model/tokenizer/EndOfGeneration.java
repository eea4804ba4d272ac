package pollux.model.tokenizer;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tokens with which an answer ends, found by their names where files do not name them, and the
 * kinds of well-known tokens set right: as {@code llama_vocab::impl::load} of llama.cpp does it.
 */
public final class EndOfGeneration {
  private static final Set<String> ENDS =
      Set.of(
          "<|eot_id|>",
          "<|im_end|>",
          "<|end|>",
          "<|return|>",
          "<|call|>",
          "<|flush|>",
          "<|calls|>",
          "<end_of_turn>",
          "<|endoftext|>",
          "</s>",
          "<|eom_id|>",
          "<EOT>",
          "_<EOT>",
          "[EOT]",
          "[EOS]",
          "<|end_of_text|>",
          "<end_of_utterance>",
          "<eos>",
          "<turn|>",
          "<|tool_response>",
          "<｜end▁of▁sentence｜>",
          "[e~[",
          // padding, the next file or the next repository where code is filled in
          "<|fim_pad|>",
          "<fim-pad>",
          "<fim_pad>",
          "<PAD>",
          "[PAD]",
          "<|fim_repo|>",
          "<|repo_name|>",
          "<fim-repo>",
          "<REPO>",
          "<reponame>",
          "<|file_sep|>");

  /** Control tokens, whatever the file says, with which no answer ends. */
  private static final Set<String> CONTROLS =
      Set.of(
          "<|fim_prefix|>",
          "<fim-prefix>",
          "<fim_prefix>",
          "<｜fim▁begin｜>",
          "<PRE>",
          "▁<PRE>",
          "<|code_prefix|>",
          "<|prefix|>",
          "<|fim_suffix|>",
          "<fim-suffix>",
          "<fim_suffix>",
          "<｜fim▁hole｜>",
          "<SUF>",
          "▁<SUF>",
          "<|code_suffix|>",
          "<|suffix|>",
          "<|fim_middle|>",
          "<fim-middle>",
          "<fim_middle>",
          "<｜fim▁end｜>",
          "<MID>",
          "▁<MID>",
          "<|code_middle|>",
          "<|middle|>");

  /** Marks within an answer (gpt-oss) that are shown. */
  private static final Set<String> SHOWN =
      Set.of("<|channel|>", "<|message|>", "<|start|>", "<|constrain|>");

  private static final int LONGEST_NAME = 32;

  private final BitSet ids = new BitSet();

  private EndOfGeneration() {}

  /**
   * The ids of the tokens with which an answer ends.
   *
   * @param kinds of the tokens; those of well-known ones are set right
   * @param named ids that the file names as ends; negative where it names none
   */
  public static BitSet find(TextArray texts, byte[] kinds, int... named) {
    EndOfGeneration found = new EndOfGeneration();
    Map<String, Integer> names = new HashMap<>();
    for (int id = 0; id < kinds.length; id++) {
      if (mayBeKnown(texts, id)) {
        String text = texts.get(id);
        if (ENDS.contains(text)) {
          found.ids.set(id);
          kinds[id] = control(kinds[id]);
          names.put(text, id);
        } else if (CONTROLS.contains(text)) {
          kinds[id] = control(kinds[id]);
        } else if (SHOWN.contains(text)) {
          kinds[id] = Vocabulary.USER_DEFINED;
        }
      }
    }
    for (int id : named) {
      if (id >= 0) {
        found.ids.set(id);
      }
    }
    // Where calls of tools end an answer, the end of a message does not (gpt-oss, Solar Open).
    boolean calls = names.containsKey("<|call|>") || names.containsKey("<|calls|>");
    boolean more = names.containsKey("<|return|>") && names.containsKey("<|call|>");
    if (more || calls && names.containsKey("<|flush|>")) {
      found.takeOut(names.get("<|end|>"), Vocabulary.USER_DEFINED, kinds);
    }
    // Gemma 4 has the tag for struck-out text of HTML.
    if (names.containsKey("<|tool_response>")) {
      found.takeOut(names.get("</s>"), Vocabulary.NORMAL, kinds);
    }
    return found.ids;
  }

  private static byte control(byte kind) {
    return kind == Vocabulary.NORMAL ? Vocabulary.WRITTEN_CONTROL : Vocabulary.CONTROL;
  }

  private void takeOut(@Nullable Integer id, byte kind, byte[] kinds) {
    if (id != null) {
      ids.clear(id);
      kinds[id] = kind;
    }
  }

  /** Whether the token looks like one of the names: quick, since vocabularies are long. */
  private static boolean mayBeKnown(TextArray texts, int id) {
    int from = texts.start(id);
    int length = texts.end(id) - from;
    if (length < 3 || length > LONGEST_NAME) {
      return false;
    }
    byte first = texts.bytes()[from];
    byte last = texts.bytes()[from + length - 1];
    return (first == '<' || first == '[' || first == '_' || first == (byte) 0xE2)
        && (last == '>' || last == ']' || last == '[');
  }
}
