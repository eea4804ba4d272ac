/**
 * The families of other vendors, a small file each: it reads a weights file's metadata into a
 * {@link pollux.model.DecoderSpec} and names its tensors. {@link pollux.model.families.Families}
 * lists them; {@code docs/adding-a-family.md} adds one.
 */
@org.jspecify.annotations.NullMarked
package pollux.model.families;
