package pollux.skills;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import pollux.media.Sound;
import pollux.media.SoundReader;
import pollux.media.WavWriter;
import pollux.tensor.BadInputException;

/**
 * Speaks texts with the synthesisers of the machine, and keeps what was spoken in a folder.
 *
 * <p>Both programs are deterministic, so a clip from the folder and one spoken anew are the same,
 * bit by bit, as long as the program's version stays: empty the folder after an upgrade. Safe for
 * many threads, and for many processes on one folder.
 */
public final class Speech {
  /** A question of ten words takes 35 ms; a program that has not ended by now never will. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Bytes of WAV that a clip may have: 45 seconds at 22,050 Hz. */
  private static final int MAX_WAV = 2_000_000;

  private final Path folder;
  private final Map<SpeechEngine, String> programs;
  private final Duration patience;
  private final Map<SpeechEngine, String> listings = new ConcurrentHashMap<>();

  /** Speech that keeps its clips under {@code folder}, which is made when needed. */
  public Speech(Path folder) {
    this(
        folder,
        Map.of(
            SpeechEngine.ESPEAK_NG, SpeechEngine.ESPEAK_NG.program(),
            SpeechEngine.FLITE, SpeechEngine.FLITE.program()),
        PATIENCE);
  }

  Speech(Path folder, Map<SpeechEngine, String> programs, Duration patience) {
    this.folder = folder;
    this.programs = Map.copyOf(programs);
    this.patience = patience;
  }

  /**
   * Speech that keeps its clips in {@code ~/.cache/pollux/speech}, or below {@code XDG_CACHE_HOME}
   * where that is set.
   */
  public static Speech inHome() {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache == null || cache.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(cache);
    return new Speech(base.resolve("pollux").resolve("speech"));
  }

  /** The synthesisers that this machine lacks, each with how to install it. */
  public List<String> missing() {
    return Arrays.stream(SpeechEngine.values())
        .filter(engine -> !installed(program(engine)))
        .map(SpeechEngine::howToInstall)
        .toList();
  }

  private String program(SpeechEngine engine) {
    return programs.getOrDefault(engine, engine.program());
  }

  private static boolean installed(String program) {
    if (program.contains("/")) {
      return Files.isExecutable(Path.of(program));
    }
    String path = System.getenv("PATH");
    return path != null
        && Arrays.stream(path.split(File.pathSeparator))
            .filter(place -> !place.isEmpty())
            .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
  }

  /**
   * The spoken {@code clip}, from the folder if it is there, without the silence before and after.
   *
   * @throws BadInputException if the program is missing, hangs, fails, or lacks the voice
   */
  public Sound say(SpeechClip clip) {
    Path file = folder.resolve(clip.file());
    if (Files.isReadable(file)) {
      try {
        return SoundReader.read(file);
      } catch (BadInputException e) {
        // A clip that cannot be read, say after a full disk, is spoken anew.
      }
    }
    Sound heard = trim(SoundReader.read(speak(clip), program(clip.engine())));
    if (heard.samples().length == 0) {
      throw new BadInputException(
          program(clip.engine())
              + " gave silence for \""
              + clip.text()
              + "\" in the voice "
              + clip.voice()
              + " where speech was expected; run it by hand to see why.");
    }
    byte[] wave = WavWriter.bytes(heard);
    keep(file, wave);
    // Not `heard`: what a first call gives must equal what later calls read, to the last bit.
    return SoundReader.read(wave, file.toString());
  }

  /** Like {@link #say}, but spoken faster if it would take longer than {@code seconds}. */
  Sound sayWithin(SpeechClip clip, double seconds) {
    Sound sound = say(clip);
    for (int tries = 0; sound.seconds() > seconds && clip.rate() < 450 && tries < 3; tries++) {
      clip = clip.at((int) Math.min(450, Math.ceil(clip.rate() * sound.seconds() / seconds) + 5));
      sound = say(clip);
    }
    return sound;
  }

  /**
   * Speaks all {@code clips} that are not in the folder yet.
   *
   * @param seconds how long a clip may take, as in {@link #sayWithin}
   * @param threads how many programs may run at once
   * @param done told the number of clips that are there, after each, from any thread
   * @throws BadInputException the first failure; the clips until then are kept
   */
  void fill(Collection<SpeechClip> clips, double seconds, int threads, IntConsumer done) {
    var count = new AtomicInteger();
    var failed = new AtomicBoolean();
    try (ExecutorService team = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> jobs = new ArrayList<>();
      for (SpeechClip clip : clips) {
        jobs.add(
            team.submit(() -> {
              if (failed.get()) {
                return;
              }
              try {
                sayWithin(clip, seconds);
                done.accept(count.incrementAndGet());
              } catch (RuntimeException e) {
                failed.set(true);
                throw e;
              }
            }));
      }
      for (Future<?> job : jobs) {
        try {
          job.get();
        } catch (ExecutionException e) {
          if (e.getCause() instanceof BadInputException bad) {
            throw bad;
          }
          throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
          failed.set(true);
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  /** Without what is 46 dB or more below the peak at both ends, but for 10 ms. */
  private static Sound trim(Sound sound) {
    float[] samples = sound.samples();
    float peak = 0;
    for (float sample : samples) {
      peak = Math.max(peak, Math.abs(sample));
    }
    if (peak == 0) {
      return new Sound(new float[0]);
    }
    int from = 0;
    while (Math.abs(samples[from]) < 0.005f * peak) {
      from++;
    }
    int to = samples.length;
    while (Math.abs(samples[to - 1]) < 0.005f * peak) {
      to--;
    }
    int margin = Sound.RATE / 100;
    return new Sound(
        Arrays.copyOfRange(
            samples, Math.max(0, from - margin), Math.min(samples.length, to + margin)));
  }

  private byte[] speak(SpeechClip clip) {
    String listing = listings.get(clip.engine());
    if (listing == null) {
      var text = new StringBuilder();
      for (List<String> arguments : clip.engine().listings()) {
        text.append(new String(run(clip.engine(), arguments), StandardCharsets.UTF_8)).append('\n');
      }
      listing = text.toString();
      listings.put(clip.engine(), listing);
    }
    if (!clip.engine().knows(listing, clip.voice())) {
      throw new BadInputException(
          program(clip.engine())
              + " has no voice "
              + clip.voice()
              + "; install all of "
              + clip.engine().howToInstall()
              + " or choose a voice that it lists.");
    }
    byte[] wave = run(clip.engine(), clip.engine().arguments(clip));
    if (clip.engine() == SpeechEngine.ESPEAK_NG && wave.length >= 44) {
      // It cannot know the length when it writes the header to a pipe, and puts 2 GB there.
      ByteBuffer.wrap(wave).order(ByteOrder.LITTLE_ENDIAN).putInt(40, wave.length - 44);
    }
    return wave;
  }

  private byte[] run(SpeechEngine engine, List<String> arguments) {
    String program = program(engine);
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(arguments);
    Process process;
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    } catch (IOException e) {
      throw new BadInputException(
          program + " could not be started; install " + engine.howToInstall() + ".", e);
    }
    var late = new AtomicBoolean();
    Thread watch =
        Thread.startVirtualThread(() -> {
          try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
              late.set(true);
              kill(process);
            }
          } catch (InterruptedException e) {
            // The output is complete: nothing to watch.
          }
        });
    byte[] output;
    int status;
    try (InputStream out = process.getInputStream()) {
      process.getOutputStream().close();
      output = out.readNBytes(MAX_WAV + 1);
      if (output.length > MAX_WAV) {
        throw new BadInputException(
            program
                + " wrote more than "
                + MAX_WAV
                + " bytes for one clip; ask for a shorter text than \""
                + shorten(String.join(" ", arguments))
                + "\".");
      }
      status = process.waitFor();
    } catch (IOException e) {
      output = new byte[0];
      status = -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BadInputException(program + " was interrupted.", e);
    } finally {
      watch.interrupt();
      kill(process);
    }
    if (late.get()) {
      throw new BadInputException(
          program
              + " did not end within "
              + patience.toMillis()
              + " ms and was stopped; run it by hand with "
              + shorten(String.join(" ", arguments))
              + " to see why.");
    }
    if (status != 0) {
      throw new BadInputException(
          program
              + " ended with status "
              + status
              + " where 0 was expected; run it by hand with "
              + shorten(String.join(" ", arguments))
              + " to see why.");
    }
    return output;
  }

  /** The children first: one that still holds the output would keep the reader waiting. */
  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private static String shorten(String text) {
    return text.length() <= 120 ? text : text.substring(0, 120) + "...";
  }

  private static void keep(Path file, byte[] wave) {
    Path part = null;
    try {
      Files.createDirectories(file.getParent());
      part = Files.createTempFile(file.getParent(), "clip", ".part");
      Files.write(part, wave);
      // Whole or not at all, since another process may be reading.
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      if (part != null) {
        part.toFile().delete();
      }
      throw new BadInputException(
          "The clip " + file + " could not be kept: " + e + "; give a folder with room for it.", e);
    }
  }
}
