package pollux.model;

import java.util.Locale;
import pollux.tensor.BadInputException;

/** The nested members of the family: each is a view of the next one's weights. */
public enum Tier {
  NANO,
  PRO,
  ULTRA;

  /** The name on the command line and in files: lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The tier called {@code label}. */
  public static Tier of(String label) {
    for (Tier t : values()) {
      if (t.label().equals(label)) {
        return t;
      }
    }
    throw new BadInputException("there is no tier '" + label + "': expected nano, pro or ultra");
  }
}
