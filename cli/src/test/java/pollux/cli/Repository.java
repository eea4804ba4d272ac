package pollux.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The checkout that these tests run in. */
final class Repository {
  /** Every room, each after those that it uses. */
  static final List<String> ROOMS =
      List.of("tensor", "media", "model", "generation", "skills", "training", "evaluation", "cli");

  private Repository() {}

  static Path folder() {
    for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
      if (Files.isRegularFile(p.resolve("pollux")) && Files.isDirectory(p.resolve("tensor"))) {
        return p;
      }
    }
    throw new IllegalStateException("these tests run inside the repository");
  }

  /** The Java sources of all rooms, tests and benchmarks too. */
  static List<Path> sources() {
    try (Stream<Path> files = Files.walk(folder())) {
      return files
          .filter(p -> p.toString().endsWith(".java"))
          .filter(p ->
              !folder().relativize(p).toString().matches("(.*/)?(target|\\..*|runs|shards)/.*"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
