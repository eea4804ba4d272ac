package pollux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in docs/java.md, pasted and run as a reader would. */
class JavaGuideTest {
  @TempDir Path temp;

  @Test
  void theProgramOfTheGuideRuns() throws Exception {
    Path repository = Repository.folder();
    String guide = Files.readString(repository.resolve("docs/java.md"));
    int from = guide.indexOf("```java\n") + "```java\n".length();
    Path program =
        Files.writeString(
            temp.resolve("Ask.java"), guide.substring(from, guide.indexOf("```", from)));
    Set<String> path = new LinkedHashSet<>();
    for (String property : List.of("jdk.module.path", "java.class.path")) {
      path.addAll(List.of(System.getProperty(property, "").split(File.pathSeparator)));
    }
    path.remove("");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                String.join(File.pathSeparator, path),
                program.toString(),
                repository.resolve("nano/pollux.gguf").toString(),
                repository.resolve("examples/leaves.png").toString())
            .redirectError(temp.resolve("err").toFile())
            .start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(temp.resolve("err"))).isZero();
    // A number of leaves, where they are, and the cancelled second answer.
    assertThat(out).containsPattern("^[0-9]+\nthought: ([a-f][1-6])+\ncancelled: enough\n$");
  }
}
