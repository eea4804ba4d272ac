package pollux.skills;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs Python code that a model wrote, in a process of its own that can only compute.
 *
 * <p>{@code sandbox.py}, beside this class, limits processor time, memory, files and processes, and
 * an audit hook ends the program at any other contact with the system. Around it stand an empty
 * environment and working directory, a network namespace without interfaces where the machine
 * allows one, a limit on wall time and one on what is read back.
 */
final class PythonSandbox {
  private static final int MAX_OUTPUT = 256 * 1024;
  private static final int MAX_CODE = 16 * 1024;

  /**
   * A program stops for want of processor time long before; this only bounds a wait. So long that a
   * right answer is not called wrong on a machine that is busy with something else.
   */
  private static final int WALL_SECONDS = 30;

  private static final String HARNESS = resource("sandbox.py");

  private final List<String> command;

  private PythonSandbox(List<String> command) {
    this.command = command;
  }

  /** The sandbox of this machine; empty where there is no {@code python3} that can be limited. */
  static Optional<PythonSandbox> find() {
    return Found.SANDBOX;
  }

  /** Found once, when first asked for. */
  private static final class Found {
    static final Optional<PythonSandbox> SANDBOX =
        // The system's own python3 before one found by name, which may be a slow wrapper script.
        search("/usr/bin:" + Objects.requireNonNullElse(System.getenv("PATH"), ""));
  }

  /** The sandbox made of the programs in the folders of {@code path}. */
  static Optional<PythonSandbox> search(String path) {
    Optional<String> python = program(path, "python3");
    if (python.isEmpty()) {
      return Optional.empty();
    }
    List<String> plain = List.of(python.get(), "-I", "-S", "-X", "utf8", "-");
    Optional<String> unshare = program(path, "unshare");
    List<List<String>> commands = new ArrayList<>();
    if (unshare.isPresent()) {
      commands.add(concat(List.of(unshare.get(), "-n"), plain));
      commands.add(concat(List.of(unshare.get(), "-r", "-n"), plain));
    }
    commands.add(plain);
    // The first that can answer a trivial call is the strictest that this machine allows.
    return commands.stream()
        .map(PythonSandbox::new)
        .filter(s -> s.run("def f(a): return a + 1", "f", List.of("1")).equals(List.of("2")))
        .findFirst();
  }

  /**
   * Whether the program runs without any network interface, beside the audit hook that closes
   * sockets.
   */
  boolean withoutNetwork() {
    return command.contains("-n");
  }

  /**
   * Calls a function of {@code code} once with each of {@code calls}.
   *
   * @param name the function to call; another name is taken for the last function that is defined
   * @param calls arguments as Python text, {@code "1, [2, 3]"}
   * @return the results as JSON, in order; {@code !} and a reason for a call that failed. Shorter
   *     than {@code calls} when the program was stopped
   */
  List<String> run(String code, String name, List<String> calls) {
    if (code.length() > MAX_CODE) {
      return List.of();
    }
    String mark = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    StringBuilder program = new StringBuilder(HARNESS);
    program.append("judge(").append(PythonValue.text(code)).append(", ");
    program.append(PythonValue.text(name)).append(", [");
    calls.forEach(call -> program.append('(').append(call).append(",), "));
    program.append("], ").append(PythonValue.text(mark)).append(")\n");
    return execute(program.toString())
        .lines()
        .filter(line -> line.startsWith(mark + " "))
        .map(line -> line.substring(mark.length() + 1))
        .limit(calls.size())
        .toList();
  }

  private String execute(String program) {
    Path folder = null;
    Process process = null;
    try {
      folder = Files.createTempDirectory("pollux-answer");
      ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
      builder.environment().clear();
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
      process = builder.start();
      Process started = process;
      Thread watch = Thread.ofVirtual().start(() -> endAfter(started));
      try (OutputStream in = process.getOutputStream()) {
        in.write(program.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // The program ended before it was read to the end; what it printed says why.
      }
      String output;
      try (InputStream out = process.getInputStream()) {
        output = new String(out.readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8);
      }
      end(process);
      watch.interrupt();
      return output;
    } catch (IOException e) {
      return "";
    } finally {
      if (process != null) {
        end(process);
      }
      if (folder != null) {
        delete(folder);
      }
    }
  }

  private static void endAfter(Process process) {
    try {
      if (!process.waitFor(WALL_SECONDS, TimeUnit.SECONDS)) {
        end(process);
      }
    } catch (InterruptedException e) {
      // The answer came in time.
    }
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> program(String path, String name) {
    return Stream.of(path.split(":"))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  private static List<String> concat(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  /** A text file beside this class. */
  static String resource(String file) {
    try (InputStream in =
        Objects.requireNonNull(PythonSandbox.class.getResourceAsStream(file), file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
