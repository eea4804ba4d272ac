package pollux.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Runs a test's {@code main} in a JVM of its own. */
final class OwnProcess {
  private OwnProcess() {}

  /** What {@code main} with {@code args} says; it must end well. */
  static String run(Class<?> main, List<String> options, List<String> args) throws Exception {
    // Surefire puts some jars on the module path, some on the class path; here all are on one.
    Set<String> path = new LinkedHashSet<>();
    for (Class<?> known : List.of(main, Engine.class)) {
      URI own = known.getResource(known.getSimpleName() + ".class").toURI();
      path.add(Path.of(own).getParent().getParent().getParent().toString());
    }
    for (String property : List.of("jdk.module.path", "java.class.path")) {
      path.addAll(List.of(System.getProperty(property, "").split(File.pathSeparator)));
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(options);
    command.addAll(List.of("-cp", String.join(File.pathSeparator, path), main.getName()));
    command.addAll(args);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
      return said;
    } finally {
      process.destroyForcibly();
    }
  }
}
