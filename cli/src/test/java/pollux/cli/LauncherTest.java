package pollux.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./pollux} in a house of cardboard: a JDK that prints its arguments, a Maven that makes
 * empty jars.
 */
class LauncherTest {
  /** What the launcher may call; nothing else is on its PATH. */
  private static final List<String> TOOLS =
      List.of(
          "cat",
          "cp",
          "date",
          "dirname",
          "find",
          "head",
          "ls",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sleep",
          "sort",
          "touch");

  private static final List<String> PLACES =
      List.of("/usr/lib/jvm", "/usr/java", "/opt", "/Library");

  @TempDir Path temp;
  private Path home;
  private Path tools;

  private record Result(int status, String out, String err) {}

  @BeforeEach
  void buildHouse() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "needs /bin/sh");
    home = temp.resolve("a house with spaces");
    Files.createDirectories(home.resolve("cli/src/main"));
    Files.createDirectories(home.resolve("cli/target"));
    Files.writeString(home.resolve("pom.xml"), "");
    Files.writeString(home.resolve("cli/pom.xml"), "");
    Files.writeString(home.resolve("cli/src/main/A.java"), "");
    String launcher = Files.readString(Repository.folder().resolve("pollux"));
    for (String place : PLACES) { // the JDKs of this machine are out of sight
      launcher = launcher.replace(" " + place + "/", " " + temp + place + "/");
    }
    script(home.resolve("pollux"), launcher);

    tools = Files.createDirectories(temp.resolve("tools"));
    for (String tool : TOOLS) {
      Path found =
          Files.exists(Path.of("/bin", tool)) ? Path.of("/bin", tool) : Path.of("/usr/bin", tool);
      script(tools.resolve(tool), "#!/bin/sh\nexec " + found + " \"$@\"\n");
    }
    script(
        tools.resolve("mvn"),
        """
        #!/bin/sh
        echo "$JAVA_HOME $*" >>mvn.log
        sleep 1
        mkdir -p cli/target/lib && : >cli/target/cli-0.jar && : >cli/target/lib/other.jar
        """);
  }

  @Test
  void withoutJdk25ItSaysWhereItLookedAndWhatToInstall() throws Exception {
    jdk("usr/lib/jvm/old", "17.0.15");
    jdk("opt/early", "25.0.2");

    Result result = pollux(Map.of("JAVA_HOME", "/nowhere"), "ask", "hello");

    assertThat(result.status).isEqualTo(2);
    assertThat(result.out).isEmpty();
    assertThat(result.err)
        .startsWith("pollux: needs JDK 25.0.3")
        .contains(
            "JAVA_HOME (/nowhere)",
            temp + "/usr/lib/jvm/old is JDK 17.0.15",
            temp + "/opt/early is JDK 25.0.2",
            "apt install");
    assertThat(home.resolve("mvn.log")).doesNotExist();
  }

  @Test
  void javaHomeComesFirstThenTheUsualPlaces() throws Exception {
    Path usual = jdk("usr/lib/jvm/temurin", "25.0.3");
    Path preferred = jdk("preferred", "25.0.10");

    assertThat(pollux(Map.of(), "x").out).startsWith(usual + " ");
    assertThat(pollux(Map.of("JAVA_HOME", preferred.toString()), "x").out)
        .startsWith(preferred + " ");
    assertThat(pollux(Map.of("JAVA_HOME", "/nowhere"), "x").out).startsWith(usual + " ");
  }

  @Test
  void javaOnThePathIsFollowedToItsJdk() throws Exception {
    Path jdk = jdk("elsewhere/jdk", "25.0.3");
    Files.createSymbolicLink(tools.resolve("java"), jdk.resolve("bin/java"));

    assertThat(pollux(Map.of(), "x").out).startsWith(jdk + " ");
  }

  @Test
  void firstUseBuildsAndSaysSoAndTheSecondDoesNot() throws Exception {
    Path jdk = jdk("opt/jdk", "25.0.3");

    Result first = pollux(Map.of(), "ask", "--json", "how many leaves?");
    Result second = pollux(Map.of(), "doctor");

    assertThat(first.err).startsWith("Building Pollux (first use").hasLineCount(1);
    assertThat(first.out).contains("pollux.cli.Main|ask|--json|how many leaves?|");
    assertThat(first.status).isEqualTo(7).as("the status of the program itself");
    assertThat(second.err).isEmpty();
    assertThat(builds())
        .hasSize(1)
        .first()
        .asString()
        .startsWith(jdk + " ")
        .contains("-Dquick", "package");
  }

  @Test
  void changedAndDeletedSourcesAreBuiltAgain() throws Exception {
    jdk("opt/jdk", "25.0.3");
    pollux(Map.of(), "x");
    Path source = home.resolve("cli/src/main/A.java");
    FileTime later = FileTime.from(Instant.now().plusSeconds(5));

    Files.setLastModifiedTime(source, later);
    assertThat(pollux(Map.of(), "x").err)
        .startsWith("Building Pollux, as its sources have changed");
    Files.setLastModifiedTime(source, FileTime.from(Instant.EPOCH));
    assertThat(pollux(Map.of(), "x").err).isEmpty();
    Files.delete(source);
    Files.setLastModifiedTime(source.getParent(), later);
    assertThat(pollux(Map.of(), "x").err).startsWith("Building Pollux");
    assertThat(builds()).hasSize(3);
  }

  @Test
  void severalFirstUsesAtOnceBuildOnce() throws Exception {
    jdk("opt/jdk", "25.0.3");
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      processes.add(start(home.resolve("pollux"), Map.of(), "ask"));
    }
    for (Process process : processes) {
      assertThat(result(process).out).contains("pollux.cli.Main|ask|");
    }
    assertThat(builds()).hasSize(1);
  }

  @Test
  void aBuildThatWasKilledDoesNotBlockTheNext() throws Exception {
    jdk("opt/jdk", "25.0.3");
    Path lock = Files.createDirectories(home.resolve("target/pollux/lock"));
    Process gone = new ProcessBuilder("/bin/sh", "-c", "exit 0").start();
    gone.waitFor();
    Files.writeString(lock.resolve("pid"), gone.pid() + "\n");

    assertThat(pollux(Map.of(), "ask").out).contains("pollux.cli.Main|ask|");
  }

  @Test
  void aFailedBuildIsReportedAndTriedAgain() throws Exception {
    jdk("opt/jdk", "25.0.3");
    Path mvn = tools.resolve("mvn");
    String works = Files.readString(mvn);
    script(mvn, "#!/bin/sh\necho 'no such class' \nexit 1\n");

    Result failed = pollux(Map.of(), "ask");
    script(mvn, works);

    assertThat(failed.status).isEqualTo(1);
    assertThat(failed.out).isEmpty();
    assertThat(failed.err).contains("no such class", "pollux: the build failed");
    assertThat(pollux(Map.of(), "ask").out).contains("pollux.cli.Main|ask|");
  }

  @Test
  void withoutMavenItSaysWhatToInstall() throws Exception {
    jdk("opt/jdk", "25.0.3");
    Files.delete(tools.resolve("mvn"));

    Result result = pollux(Map.of(), "ask");

    assertThat(result.status).isEqualTo(2);
    assertThat(result.err).startsWith("pollux: needs Apache Maven").contains("apt install maven");
  }

  @Test
  void aLinkFromElsewhereLeadsHome() throws Exception {
    jdk("opt/jdk", "25.0.3");
    Path bin = Files.createDirectories(temp.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("first"), bin.relativize(home.resolve("pollux")));
    Files.createSymbolicLink(bin.resolve("second"), Path.of("first"));

    Result result = result(start(bin.resolve("second"), Map.of(), "ask"));

    assertThat(result.out).contains("pollux.cli.Main|ask|");
    assertThat(home.resolve("target/pollux/current")).exists();
  }

  @Test
  void classPathAndHomeAreNamedInTheOptionsFile() throws Exception {
    jdk("opt/jdk", "25.0.3");
    pollux(Map.of(), "ask");

    Path build = Path.of(Files.readString(home.resolve("target/pollux/current")).strip());
    assertThat(Files.readString(build.resolve("java.args")))
        .contains(
            build + "/cli-0.jar:" + build + "/other.jar",
            "\"-Dpollux.home=" + home.toRealPath() + "\"");
  }

  @Test
  void whereWeightsShipAFirstAnswerIsKeptForTheNextStart() throws Exception {
    jdk("opt/jdk", "25.0.3");
    pollux(Map.of(), "ask");
    Path without = Path.of(Files.readString(home.resolve("target/pollux/current")).strip());
    assertThat(without.resolve("quick.args")).content().doesNotContain("AOTCache");

    Files.createFile(Files.createDirectories(home.resolve("nano")).resolve("pollux.gguf"));
    Files.setLastModifiedTime(home.resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(5)));
    Result result = pollux(Map.of(), "ask");
    Path with = Path.of(Files.readString(home.resolve("target/pollux/current")).strip());

    assertThat(with.resolve("quick.args"))
        .content()
        .contains("\"-XX:AOTCache=" + with + "/pollux.aot\"");
    assertThat(result.out).contains("@" + with + "/quick.args|", "pollux.cli.Main|ask|");
    assertThat(pollux(Map.of(), "train", "x").out)
        .contains("-XX:+UseParallelGC|")
        .doesNotContain("quick.args");
  }

  private List<String> builds() throws IOException {
    return Files.readAllLines(home.resolve("mvn.log"));
  }

  /** A JDK of this version, whose java prints its home and arguments and exits with 7. */
  private Path jdk(String where, String version) throws IOException {
    Path jdk = temp.resolve(where);
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(
        jdk.resolve("release"), "IMPLEMENTOR=\"Cardboard\"\nJAVA_VERSION=\"" + version + "\"\n");
    script(
        jdk.resolve("bin/java"),
        """
        #!/bin/sh
        for argument; do
          case $argument in -XX:AOTCacheOutput=*) : >"${argument#*=}"; exit 0 ;; esac
        done
        printf '%%s ' '%s'
        printf '%%s|' "$@"
        exit 7
        """
            .formatted(jdk));
    script(jdk.resolve("bin/javac"), "#!/bin/sh\n");
    return jdk;
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Result pollux(Map<String, String> environment, String... args) throws Exception {
    return result(start(home.resolve("pollux"), environment, args));
  }

  private Process start(Path launcher, Map<String, String> environment, String... args)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).directory(temp.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    builder.environment().put("HOME", temp.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  private static Result result(Process process) throws Exception {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Result(process.exitValue(), out, err);
  }
}
