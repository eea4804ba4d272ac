package pollux.model.tokenizer;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The tokens with a role; an id is -1 where a vocabulary has none.
 *
 * @param before what the model expects before a whole text
 * @param behind what it expects behind it
 * @param endOfGeneration the tokens with which an answer ends
 */
public record Marks(
    int bos,
    int eos,
    int unknown,
    int padding,
    List<Integer> before,
    List<Integer> behind,
    BitSet endOfGeneration) {
  /** No token has a role. */
  public static final Marks NONE = new Marks(-1, -1, -1, -1, List.of(), List.of(), new BitSet());

  public Marks {
    before = List.copyOf(before);
    behind = List.copyOf(behind);
  }

  /** The ids among {@code ids} that are no -1. */
  public static List<Integer> present(int... ids) {
    List<Integer> present = new ArrayList<>();
    for (int id : ids) {
      if (id >= 0) {
        present.add(id);
      }
    }
    return present;
  }
}
