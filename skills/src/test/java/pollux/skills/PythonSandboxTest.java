package pollux.skills;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PythonSandboxTest {
  @BeforeEach
  void ready() {
    assumeTrue(PythonSandbox.find().isPresent(), "missing: python3");
  }

  @Test
  void callsTheNamedFunctionOrElseTheLast() {
    String code = "def f(a, b):\n    return a + b\ndef g(a, b):\n    return [a, (b, 'é')]\n";
    assertThat(run(code, "f", "1, 2", "'a', 'b'")).containsExactly("3", "\"ab\"");
    assertThat(run(code, "other", "1, 2")).containsExactly("[1, [2, \"\\u00e9\"]]");
    assertThat(run("from math import gcd\ndef f(a): return gcd(a, 6)", "x", "4"))
        .containsExactly("2");
  }

  @Test
  void aCallThatFailsDoesNotSpoilTheNext() {
    assertThat(run("def f(a):\n  return 6 // a", "f", "0", "2"))
        .containsExactly("!ZeroDivisionError", "3");
    assertThat(run("def f(a):\n  return f(a)", "f", "0")).containsExactly("!RecursionError");
    assertThat(run("def f(a):\n  return [0] * 10**9", "f", "0")).containsExactly("!MemoryError");
    assertThat(run("def f(a):\n  return 'x' * 10**6", "f", "0")).containsExactly("!long");
    assertThat(run("def f(a) return a", "f", "0")).containsExactly("!SyntaxError");
  }

  @Test
  void anEndlessLoopIsStopped() {
    Instant start = Instant.now();
    assertThat(run("def f(a):\n  while True: pass", "f", "0")).isEmpty();
    assertThat(run("import time\ndef f(a):\n  time.sleep(100)", "f", "0"))
        .containsExactly("!ImportError");
    assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(50));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "open('PATH', 'w').write('x')",
        "open('/etc/passwd').read()",
        "__import__('sys').modules['os'] or fork()",
        "os('fork')()",
        "os('system')('touch PATH')",
        "os('open')('PATH', 65)",
        "os('posix_spawn')('/bin/true', ['true'], {})",
        "os('execv')('/bin/true', ['true'])",
        "os('kill')(os('getppid')(), 0)",
        "os('mkdir')('PATH')",
        "__import__('socket').socket()",
        "__import__('subprocess').run(['true'])",
        "__import__('ctypes').CDLL(None)",
        "__import__('_thread').start_new_thread(print, ())",
        "__import__('signal').alarm(0)",
      })
  void filesProcessesAndSocketsAreOutOfReach(String attempt, @TempDir Path folder) {
    Path file = folder.resolve("made");
    // A program that digs the functions of os out of the classes that are loaded.
    String code =
        """
        def os(name):
            for c in ().__class__.__base__.__subclasses__():
                if c.__name__ == "_wrap_close":
                    return c.__init__.__globals__[name]
        def f(a):
            try:
                ATTEMPT
            except ImportError:
                return "refused"
            return "done"
        """
            .replace("ATTEMPT", attempt.replace("PATH", file.toString()));
    assertThat(run(code, "f", "0")).allMatch(r -> r.startsWith("!") || r.equals("\"refused\""));
    assertThat(Files.exists(file)).isFalse();
  }

  @Test
  void outputOfTheProgramIsNotTakenForResults() {
    assertThat(run("print('x 1')\ndef f(a):\n  print(5)\n  return 2", "f", "0"))
        .doesNotContain("1", "5");
  }

  @Test
  void theWorkingFolderIsRemoved() throws Exception {
    long before = leftovers();
    run("def f(a): return a", "f", "0");
    assertThat(leftovers()).isLessThanOrEqualTo(before);
  }

  @Test
  void withoutPythonThereIsNoSandbox(@TempDir Path empty) {
    assertThat(PythonSandbox.search(empty.toString())).isEmpty();
  }

  private static long leftovers() throws Exception {
    try (var files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files.filter(f -> f.getFileName().toString().startsWith("pollux-answer")).count();
    }
  }

  private static List<String> run(String code, String name, String... calls) {
    return PythonSandbox.find().orElseThrow().run(code, name, List.of(calls));
  }
}
