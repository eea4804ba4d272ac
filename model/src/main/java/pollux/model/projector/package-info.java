/**
 * Picture and sound encoders of other vendors, read from {@code mmproj} files as llama.cpp writes
 * them: what they make stands in the place of embedded tokens.
 */
@NullMarked
package pollux.model.projector;

import org.jspecify.annotations.NullMarked;
