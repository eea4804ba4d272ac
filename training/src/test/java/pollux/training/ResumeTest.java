package pollux.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run leaves does not depend on breaks nor on threads. */
class ResumeTest {
  private static final int STEPS = 16;
  private static final int KILLS = 2;

  private static final long SEED = System.nanoTime();
  private static final Recipe RECIPE = TinyRun.recipe(SEED, STEPS);

  @TempDir static Path folder;
  private static Path shards;
  private static Path whole;

  private final Random random = new Random(SEED);

  @BeforeAll
  static void trainAtOnce() throws IOException {
    shards = TinyRun.prepare(RECIPE, folder.resolve("shards"));
    whole = TinyRun.train(RECIPE, shards, folder.resolve("whole"), 1);
  }

  @Test
  void aKilledProcessGoesOnToTheSameBits() throws Exception {
    Path broken = folder.resolve("killed");
    int done = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      done = runUntil(broken, done + 1 + random.nextInt(STEPS / KILLS - 2));
    }
    assertThat(runUntil(broken, Integer.MAX_VALUE)).isEqualTo(STEPS);
    assertSame(broken);
  }

  @Test
  void anOrderlyBreakAndTwoThreadsGiveTheSameBits() throws IOException {
    Path broken = folder.resolve("broken");
    int stop = 1 + random.nextInt(STEPS - 1);
    try (Trainer trainer = TinyRun.trainer(RECIPE, shards, broken, false, 2)) {
      trainer.run(stop, report -> {});
      assertThat(trainer.step()).isEqualTo(stop);
    }
    assertThat(broken.resolve("pollux.gguf")).doesNotExist();
    try (Trainer trainer = TinyRun.trainer(RECIPE, shards, broken, true, 2)) {
      assertThat(trainer.step()).isEqualTo(stop);
      trainer.run(Integer.MAX_VALUE, report -> {});
    }
    assertSame(broken);
  }

  @Test
  void anotherSeedGivesOtherWeights() throws IOException {
    Recipe other = TinyRun.recipe(SEED + 1, STEPS);
    Path trained =
        TinyRun.train(
            other, TinyRun.prepare(other, folder.resolve("s2")), folder.resolve("other"), 1);
    assertThat(Files.mismatch(trained.resolve("pollux.gguf"), whole.resolve("pollux.gguf")))
        .as("seed %d", SEED)
        .isPositive();
  }

  private void assertSame(Path run) throws IOException {
    for (String file : List.of("checkpoint.gguf", "pollux.gguf")) {
      assertThat(Files.mismatch(run.resolve(file), whole.resolve(file)))
          .as("first different byte of %s, seed %d", file, SEED)
          .isEqualTo(-1);
    }
    assertThat(TinyRun.names(run)).containsExactly("checkpoint.gguf", "pollux.gguf");
  }

  /**
   * Runs in a process of its own, which is killed at a random moment within {@code step}; returns
   * the last step seen.
   */
  private int runUntil(Path out, int step) throws Exception {
    Process process = new ProcessBuilder(command(out)).redirectErrorStream(true).start();
    int seen = 0;
    StringBuilder all = new StringBuilder();
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        all.append(line).append('\n');
        if (line.startsWith("step ")) {
          seen = Integer.parseInt(line.substring(5));
          if (seen == step) {
            Thread.sleep(random.nextInt(20)); // within the step, or while its checkpoint is written
            process.destroyForcibly();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return seen;
          }
        }
      }
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor()).as(all.toString()).isZero();
    return seen;
  }

  private List<String> command(Path out) throws Exception {
    // Surefire puts some jars on the module path, some on the class path; here all are on one.
    Set<String> path = new LinkedHashSet<>();
    URI own = TinyRun.class.getResource("TinyRun.class").toURI();
    path.add(Path.of(own).getParent().getParent().getParent().toString());
    for (String property : List.of("jdk.module.path", "java.class.path")) {
      path.addAll(List.of(System.getProperty(property, "").split(File.pathSeparator)));
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xmx512m"));
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    }
    String kernels = System.getProperty("pollux.kernels");
    if (kernels != null) {
      command.add("-Dpollux.kernels=" + kernels);
    }
    command.addAll(List.of("-cp", String.join(File.pathSeparator, path), TinyRun.class.getName()));
    command.addAll(
        List.of(
            shards.toString(),
            out.toString(),
            "" + SEED,
            "" + STEPS,
            "" + (1 + random.nextInt(2))));
    return command;
  }
}
