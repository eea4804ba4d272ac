package pollux.generation;

import java.time.Clock;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pollux.model.ChatLayout;
import pollux.model.ControlTokens;
import pollux.model.ConversationEncoder;
import pollux.model.DecoderSpec;
import pollux.model.FamilyFile;
import pollux.model.GgufFile;
import pollux.model.Message;
import pollux.model.Prompt;
import pollux.model.PromptEncoder;
import pollux.model.TemplateEncoder;
import pollux.model.TemplateFile;
import pollux.model.Tokenizer;
import pollux.model.TokenizerFile;
import pollux.model.template.ChatTemplate;
import pollux.tensor.BadInputException;

/**
 * What stands between a conversation and a decoder's token ids. An engine without it still says
 * what its decoder makes of token ids.
 *
 * @param encoder lays a conversation out
 * @param ends the tokens that end an answer
 * @param forbidden tokens that no answer holds
 */
record Speech(
    Tokenizer tokenizer,
    ConversationEncoder encoder,
    ThoughtMarks marks,
    BitSet ends,
    BitSet forbidden) {
  /** What the family may say besides text; all other control tokens are for the question alone. */
  private static final Set<String> SAID =
      Set.of(ControlTokens.END, ControlTokens.THINK, ControlTokens.THINK_END);

  /** That of {@code file}; null where it has no tokenizer of a kind that is known here. */
  static @Nullable Speech of(GgufFile file, DecoderSpec spec) {
    if (!spec.family().equals(FamilyFile.ARCHITECTURE) && !TokenizerFile.isKnown(file)) {
      return null;
    }
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
    BitSet forbidden = new BitSet();
    forbidden.set(tokenizer.size(), spec.vocabulary());
    return spec.family().equals(FamilyFile.ARCHITECTURE)
        ? ofPollux(file, tokenizer, forbidden)
        : ofOther(file, tokenizer, forbidden);
  }

  private static Speech ofPollux(GgufFile file, Tokenizer tokenizer, BitSet forbidden) {
    try {
      ControlTokens.ALL.forEach(tokenizer::control);
    } catch (BadInputException e) {
      throw new BadInputException(file.path() + ": " + e.getMessage(), e);
    }
    for (String name : ControlTokens.ALL) {
      int id = tokenizer.control(name);
      if (!SAID.contains(name)) {
        forbidden.set(id);
      }
    }
    BitSet ends = new BitSet();
    ends.set(tokenizer.control(ControlTokens.END));
    return new Speech(
        tokenizer, new PromptEncoder(tokenizer), ThoughtMarks.of(tokenizer), ends, forbidden);
  }

  private static Speech ofOther(GgufFile file, Tokenizer tokenizer, BitSet forbidden) {
    BitSet ends = new BitSet();
    for (int id = 0; id < tokenizer.size(); id++) {
      if (tokenizer.isEndOfGeneration(id)) {
        ends.set(id);
      }
    }
    TemplateFile templates = TemplateFile.read(file);
    String source = templates.sources().get(TemplateFile.DEFAULT);
    ConversationEncoder encoder = new WithoutTemplate(file);
    if (source != null) {
      ChatTemplate template = ChatTemplate.parse(source, file.path().toString());
      ChatLayout layout = new ChatLayout(template, templates.bos(), templates.eos());
      encoder = new TemplateEncoder(layout, tokenizer, Clock.systemDefaultZone());
    }
    return new Speech(tokenizer, encoder, ThoughtMarks.of(tokenizer), ends, forbidden);
  }

  /** A model that was made to go on with a text, not to answer. */
  private record WithoutTemplate(GgufFile file) implements ConversationEncoder {
    @Override
    public Prompt encode(List<Message> conversation) {
      throw new BadInputException(
          file.path()
              + " has no chat template, so that it does not say how to ask it: give the text as it is,"
              + " with --raw on the command line");
    }
  }
}
