package pollux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own, with the options that the launcher gives it. */
class ProcessTest {
  @TempDir Path temp;

  private record Result(int status, String out, String err) {}

  @Test
  void doctorFindsNothingWrongHereAndWritesNothingToStderr() throws Exception {
    Result result = run("doctor");
    assertThat(result.err).isEmpty();
    assertThat(result.out).contains("JDK         25", "kernels     ", "0 wrong");
    assertThat(result.status).isZero();
  }

  @Test
  void missingWeightsAreOneSentence() throws Exception {
    Result result = run("ask", "hello");
    assertThat(result.status).isEqualTo(2);
    assertThat(result.out).isEmpty();
    assertThat(result.err).startsWith("pollux: ").contains("pollux.gguf").hasLineCount(1);
  }

  @Test
  void weightsThatAreNoneAreOneSentence() throws Exception {
    Path file =
        Files.write(
            temp.resolve("noise.gguf"),
            new byte[] {'G', 'G', 'U', 'F', 3, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, 127});
    Result result = run("ask", "--model", file.toString(), "hello");
    assertThat(result.status).isEqualTo(2);
    assertThat(result.err).startsWith("pollux: ").contains("noise.gguf").hasLineCount(1);
  }

  @Test
  void unknownOptionsAreUsageErrors() throws Exception {
    Result result = run("ask", "--colour", "x");
    assertThat(result.status).isEqualTo(2);
    assertThat(result.err).startsWith("pollux: Unknown option: '--colour'");
  }

  @Test
  void aReaderThatLeavesEndsItQuietly() throws Exception {
    Process process = start("doctor");
    process
        .getInputStream()
        .close(); // before the first line: a self-check of a second stands between them
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(Failures.PIPE_CLOSED);
    assertThat(err).isEmpty();
  }

  private Result run(String... args) throws Exception {
    Process process = start(args);
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Result(process.exitValue(), out, err);
  }

  private Process start(String... args) throws IOException {
    // Surefire puts some jars on the module path, some on the class path; the launcher has them all
    // on one.
    Set<String> path = new LinkedHashSet<>();
    path.add(Repository.folder().resolve("cli/target/classes").toString());
    for (String property : List.of("jdk.module.path", "java.class.path")) {
      path.addAll(List.of(System.getProperty(property, "").split(File.pathSeparator)));
    }
    path.remove("");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx768m",
                "--enable-native-access=ALL-UNNAMED",
                "--add-exports",
                "java.base/jdk.internal.module=ALL-UNNAMED",
                "-Dpollux.home=" + temp,
                "-cp",
                String.join(File.pathSeparator, path),
                "pollux.cli.Main"));
    command.addAll(List.of(args));
    return new ProcessBuilder(command).directory(temp.toFile()).start();
  }
}
