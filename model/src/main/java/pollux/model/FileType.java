package pollux.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import pollux.tensor.BadInputException;
import pollux.tensor.ElementType;

/**
 * What a whole file can be quantised to: the name and number that llama.cpp gives it (llama_ftype),
 * and the type of most of its matrices. {@link TypeChoice} says which get another.
 */
public enum FileType {
  F32(0, ElementType.F32),
  F16(1, ElementType.F16),
  BF16(32, ElementType.BF16),
  Q8_0(7, ElementType.Q8_0),
  Q6_K(18, ElementType.Q6_K),
  Q5_0(8, ElementType.Q5_0),
  Q5_1(9, ElementType.Q5_1),
  Q5_K_S(16, ElementType.Q5_K),
  Q5_K_M(17, ElementType.Q5_K),
  Q4_0(2, ElementType.Q4_0),
  Q4_1(3, ElementType.Q4_1),
  Q4_K_S(14, ElementType.Q4_K),
  Q4_K_M(15, ElementType.Q4_K),
  IQ4_NL(25, ElementType.IQ4_NL),
  IQ4_XS(30, ElementType.IQ4_XS),
  MXFP4_MOE(38, ElementType.MXFP4),
  Q3_K_S(11, ElementType.Q3_K),
  Q3_K_M(12, ElementType.Q3_K),
  Q3_K_L(13, ElementType.Q3_K),
  Q2_K(10, ElementType.Q2_K),
  TQ2_0(37, ElementType.TQ2_0),
  TQ1_0(36, ElementType.TQ1_0);

  private static final Map<String, FileType> ALIASES =
      Map.of("Q5_K", Q5_K_M, "Q4_K", Q4_K_M, "Q3_K", Q3_K_M);

  private final int id;
  private final ElementType elements;

  FileType(int id, ElementType elements) {
    this.id = id;
    this.elements = elements;
  }

  /** The type called {@code name}, in whatever case. */
  public static FileType of(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    FileType alias = ALIASES.get(upper);
    if (alias != null) {
      return alias;
    }
    for (FileType type : values()) {
      if (type.name().equals(upper)) {
        return type;
      }
    }
    throw new BadInputException("there is no quantisation '" + name + "': use one of " + names());
  }

  /** All names, for a reader. */
  public static String names() {
    return Arrays.stream(values()).map(FileType::name).collect(Collectors.joining(", "));
  }

  /** The value of {@code general.file_type}. */
  public int id() {
    return id;
  }

  /** The type of most matrices. */
  public ElementType elements() {
    return elements;
  }
}
