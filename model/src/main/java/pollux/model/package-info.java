/**
 * Messages, tokenizers, prompts, weights files, and the decoder with its families.
 *
 * <p>Knows tensors and media, and nothing of sessions, HTTP or training.
 */
package pollux.model;
