package pollux.generation;

import java.util.BitSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pollux.model.ControlTokens;
import pollux.model.DecoderSpec;
import pollux.model.FamilyFile;
import pollux.model.GgufFile;
import pollux.model.PromptEncoder;
import pollux.model.Tokenizer;
import pollux.model.TokenizerFile;
import pollux.tensor.BadInputException;

/**
 * What stands between a conversation and a decoder's token ids. An engine without it still says
 * what its decoder makes of token ids.
 *
 * @param encoder lays a conversation out
 * @param end the token that ends an answer
 * @param forbidden tokens that no answer holds
 */
record Speech(Tokenizer tokenizer, PromptEncoder encoder, int end, BitSet forbidden) {
  /** What the model may say besides text; all other control tokens are for the question alone. */
  private static final Set<String> SAID =
      Set.of(ControlTokens.END, ControlTokens.THINK, ControlTokens.THINK_END);

  /** That of {@code file}; null for a family whose tokenizer and prompt layout are not read yet. */
  static @Nullable Speech of(GgufFile file, DecoderSpec spec) {
    return spec.family().equals(FamilyFile.ARCHITECTURE) ? ofPollux(file, spec) : null;
  }

  private static Speech ofPollux(GgufFile file, DecoderSpec spec) {
    Tokenizer tokenizer = TokenizerFile.read(file);
    if (tokenizer.size() > spec.vocabulary()) {
      throw new BadInputException(
          file.path()
              + ": the tokenizer has "
              + tokenizer.size()
              + " tokens, more than the "
              + spec.vocabulary()
              + " of the decoder");
    }
    try {
      ControlTokens.ALL.forEach(tokenizer::control);
    } catch (BadInputException e) {
      throw new BadInputException(file.path() + ": " + e.getMessage(), e);
    }
    BitSet forbidden = new BitSet();
    ControlTokens.ALL.stream()
        .filter(name -> !SAID.contains(name))
        .forEach(name -> forbidden.set(tokenizer.control(name)));
    forbidden.set(tokenizer.size(), spec.vocabulary());
    return new Speech(
        tokenizer, new PromptEncoder(tokenizer), tokenizer.control(ControlTokens.END), forbidden);
  }
}
