package pollux.model.tokenizer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a tokenizer is made of.
 *
 * @param kind what people call the algorithm: BPE, SentencePiece, unigram, WordPiece
 * @param merges as a GGUF file holds them; empty where the algorithm has none
 * @param stripFirstSpace whether a decoded text begins without the space that was put before it
 * @param chatTemplate how conversations are laid out (Jinja), where the file says
 */
public record TokenizerParts(
    String kind,
    Vocabulary vocabulary,
    List<String> merges,
    TextEncoder encoder,
    SpecialTokens special,
    Marks marks,
    boolean stripFirstSpace,
    @Nullable String chatTemplate) {}
