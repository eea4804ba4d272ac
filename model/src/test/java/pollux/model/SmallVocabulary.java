package pollux.model;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import pollux.model.tokenizer.ByteLevel;

/** A tokenizer by hand: the 256 bytes (id = byte), some merges, and the control tokens. */
final class SmallVocabulary {
  private SmallVocabulary() {}

  static Tokenizer with(String... merges) {
    List<String> vocabulary = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      vocabulary.add(ByteLevel.toText(new byte[] {(byte) b}));
    }
    for (String merge : merges) {
      vocabulary.add(merge.replace(" ", ""));
    }
    BitSet control = new BitSet();
    for (String name : ControlTokens.ALL) {
      control.set(vocabulary.size());
      vocabulary.add(name);
    }
    return new Tokenizer(vocabulary, List.of(merges), control);
  }
}
