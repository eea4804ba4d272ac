package pollux.cli;

import java.nio.file.Path;
import java.util.Objects;

/** Where things lie: Pollux's own folder, and what it keeps for a user. */
final class Home {
  private Home() {}

  /** The folder of the repository, which the launcher names. */
  static Path folder() {
    return Path.of(System.getProperty("pollux.home", "."));
  }

  /** The shipped family. */
  static Path weights() {
    return folder().resolve("nano").resolve("pollux.gguf");
  }

  /** Where a user's state goes, as the XDG base directories say. */
  static Path state() {
    String xdg = System.getenv("XDG_STATE_HOME");
    if (xdg != null && Path.of(xdg).isAbsolute()) {
      return Path.of(xdg, "pollux");
    }
    String home =
        Objects.requireNonNullElse(System.getenv("HOME"), System.getProperty("user.home"));
    return Path.of(home, ".local", "state", "pollux");
  }
}
