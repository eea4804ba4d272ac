package pollux.generation;

import java.nio.file.Files;
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
import pollux.model.MediaReader;
import pollux.model.Message;
import pollux.model.ModelFile;
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
  /** A folder's tokenizer. */
  private static final String TOKENIZER = "tokenizer.json";

  /** What the family may say besides text; all other control tokens are for the question alone. */
  private static final Set<String> SAID =
      Set.of(ControlTokens.END, ControlTokens.THINK, ControlTokens.THINK_END);

  /**
   * That of {@code file}; null where it has no tokenizer of a kind that is known here.
   *
   * @param media what reads pictures and sounds for another vendor's model; null for none
   */
  static @Nullable Speech of(ModelFile file, DecoderSpec spec, @Nullable MediaReader media) {
    Tokenizer tokenizer = tokenizer(file, spec);
    if (tokenizer == null) {
      return null;
    }
    // Folders of decoders that were part of a whole keep its tokens for pictures, without rows.
    if (tokenizer.size() > spec.vocabulary() && file instanceof GgufFile) {
      throw new BadInputException(
          file.path()
              + ": the tokenizer has "
              + tokenizer.size()
              + " tokens, more than the "
              + spec.vocabulary()
              + " of the decoder");
    }
    BitSet forbidden = new BitSet();
    forbidden.set(Math.min(tokenizer.size(), spec.vocabulary()), spec.vocabulary());
    return spec.family().equals(FamilyFile.ARCHITECTURE)
        ? ofPollux(file, tokenizer, forbidden)
        : ofOther(file, tokenizer, forbidden, media);
  }

  private static @Nullable Tokenizer tokenizer(ModelFile file, DecoderSpec spec) {
    if (file instanceof GgufFile gguf) {
      boolean own = spec.family().equals(FamilyFile.ARCHITECTURE);
      return own || TokenizerFile.isKnown(gguf) ? TokenizerFile.read(gguf) : null;
    }
    return Files.isRegularFile(file.path().resolve(TOKENIZER)) ? Tokenizer.open(file.path()) : null;
  }

  /** Why {@link #of} found no tokenizer in {@code file}. */
  static String without(ModelFile file) {
    return file instanceof GgufFile
        ? "tokenizer.ggml.model is '" + file.text("tokenizer.ggml.model", "") + "'"
        : TOKENIZER + " is not there";
  }

  private static Speech ofPollux(ModelFile file, Tokenizer tokenizer, BitSet forbidden) {
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

  private static Speech ofOther(
      ModelFile file, Tokenizer tokenizer, BitSet forbidden, @Nullable MediaReader media) {
    BitSet ends = new BitSet();
    for (int id = 0; id < tokenizer.size(); id++) {
      if (tokenizer.isEndOfGeneration(id)) {
        ends.set(id);
      }
    }
    TemplateFile templates =
        file instanceof GgufFile gguf
            ? TemplateFile.read(gguf)
            : TemplateFile.readFolder(file.path());
    String source = templates.sources().get(TemplateFile.DEFAULT);
    ConversationEncoder encoder = new WithoutTemplate(file);
    if (source != null) {
      ChatTemplate template = ChatTemplate.parse(source, file.path().toString());
      ChatLayout layout = new ChatLayout(template, templates.bos(), templates.eos());
      encoder = new TemplateEncoder(layout, tokenizer, Clock.systemDefaultZone(), media);
    }
    return new Speech(tokenizer, encoder, ThoughtMarks.of(tokenizer), ends, forbidden);
  }

  /** A model that was made to go on with a text, not to answer. */
  private record WithoutTemplate(ModelFile file) implements ConversationEncoder {
    @Override
    public Prompt encode(List<Message> conversation) {
      throw new BadInputException(
          file.path()
              + " has no chat template, so that it does not say how to ask it: give the text as it is,"
              + " with --raw on the command line");
    }
  }
}
