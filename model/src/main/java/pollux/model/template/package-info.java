/**
 * Chat templates: a renderer of the Jinja language as Jinja2 3.1 defines it and as Hugging Face's
 * transformers sets it up ({@code trim_blocks}, {@code lstrip_blocks}, loop controls, the immutable
 * sandbox), with Python's rules for text, numbers and comparisons.
 *
 * <p>{@link pollux.model.template.ChatTemplate} is the way in. Templates come with weights files
 * from strangers: they see {@link pollux.model.template.Value}s alone, never a Java object, and
 * time, memory and depth are bounded. Knows nothing of messages, files or tokens.
 */
@org.jspecify.annotations.NullMarked
package pollux.model.template;
