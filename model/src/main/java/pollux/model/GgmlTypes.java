package pollux.model;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import pollux.tensor.ElementType;

/** The numbers of ggml's tensor types, for the reader of an error. */
final class GgmlTypes {
  /** Those that {@link ElementType} does not have (enum ggml_type of ggml.h). */
  private static final Map<Integer, String> OTHERS =
      Map.ofEntries(
          Map.entry(9, "Q8_1"),
          Map.entry(15, "Q8_K"),
          Map.entry(16, "IQ2_XXS"),
          Map.entry(17, "IQ2_XS"),
          Map.entry(18, "IQ3_XXS"),
          Map.entry(19, "IQ1_S"),
          Map.entry(21, "IQ3_S"),
          Map.entry(22, "IQ2_S"),
          Map.entry(24, "I8"),
          Map.entry(25, "I16"),
          Map.entry(26, "I32"),
          Map.entry(27, "I64"),
          Map.entry(28, "F64"),
          Map.entry(29, "IQ1_M"),
          Map.entry(40, "NVFP4"),
          Map.entry(41, "Q1_0"),
          Map.entry(42, "Q2_0"));

  private GgmlTypes() {}

  /** The number, and the name where there is one. */
  static String describe(int id) {
    ElementType type = ElementType.ofId(id);
    String name = type == null ? OTHERS.get(id) : type.toString();
    return Integer.toUnsignedString(id) + (name == null ? "" : " (" + name + ")");
  }

  /** The names of all types that can be read. */
  static String known() {
    return Arrays.stream(ElementType.values())
        .filter(type -> type.id() != ElementType.NOT_IN_GGUF)
        .map(ElementType::toString)
        .collect(Collectors.joining(", "));
  }
}
