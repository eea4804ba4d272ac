/**
 * The parts of a tokenizer: a {@link pollux.model.tokenizer.Vocabulary}, a {@link
 * pollux.model.tokenizer.PreTokenizer} that cuts text into words, a {@link
 * pollux.model.tokenizer.WordModel} that turns a word into ids, and the special tokens that stand
 * between texts. {@code pollux.model.Tokenizer} puts them together. All work on UTF-8 bytes.
 */
@NullMarked
package pollux.model.tokenizer;

import org.jspecify.annotations.NullMarked;
