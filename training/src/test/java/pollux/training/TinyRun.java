package pollux.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import pollux.model.ControlTokens;
import pollux.model.Lesson;
import pollux.model.MediaFrontEnd;
import pollux.model.Message;
import pollux.model.Part;
import pollux.model.Prompt;
import pollux.model.PromptEncoder;
import pollux.model.Tokenizer;
import pollux.tensor.WorkTeam;

/**
 * A run that takes a second: a decoder of width 32, and lessons made of nothing. Also a program of
 * its own.
 */
final class TinyRun {
  private TinyRun() {}

  /** Trains or goes on, and says each step; for a process that is killed. */
  public static void main(String[] args) throws IOException {
    Path shards = Path.of(args[0]);
    Path out = Path.of(args[1]);
    Recipe recipe = recipe(Long.parseLong(args[2]), Integer.parseInt(args[3]));
    boolean resume = Files.exists(out.resolve("checkpoint.gguf"));
    try (Trainer trainer = trainer(recipe, shards, out, resume, Integer.parseInt(args[4]))) {
      trainer.run(Integer.MAX_VALUE, report -> System.out.println("step " + report.step()));
    }
  }

  static Recipe recipe(long seed, int steps) {
    return recipe(seed, schedule(steps, 0.02, 0.003));
  }

  static Recipe recipe(long seed, Recipe.Schedule schedule) {
    Map<String, Recipe.Ingredient> sources = new LinkedHashMap<>();
    sources.put("sums", new Recipe.Ingredient(60, 2));
    sources.put("patches", new Recipe.Ingredient(20, 1));
    return recipe(seed, sources, schedule);
  }

  static Recipe recipe(
      long seed, Map<String, Recipe.Ingredient> sources, Recipe.Schedule schedule) {
    Recipe.Model model =
        new Recipe.Model(
            32,
            2,
            1,
            16,
            Map.of("nano", 32, "pro", 32, "ultra", 64),
            List.of("nano", "ultra", "pro"),
            1e4,
            128);
    return new Recipe("tiny", seed, ".", 300, sources, model, schedule);
  }

  /** 4 bits from the middle on; a checkpoint after every step. */
  static Recipe.Schedule schedule(int steps, double muon, double adam) {
    return new Recipe.Schedule(steps, 96, 2, 4, 0.6, 0.5, 0.5, 0.5, muon, adam, 0.01, 1, 0);
  }

  /** Sums in words, and patches and sound whose bytes follow from the index. */
  static Map<String, Source> sources() {
    Map<String, Source> sources = new LinkedHashMap<>();
    sources.put("sums", source("sums", TinyRun::sum));
    sources.put("patches", source("patches", TinyRun::media));
    return sources;
  }

  interface Maker {
    Lesson make(PromptEncoder encoder, Random random, long index);
  }

  static Source source(String name, Maker maker) {
    return new Source() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public List<String> missing() {
        return List.of();
      }

      @Override
      public long size() {
        return Long.MAX_VALUE;
      }

      @Override
      public Lesson lesson(PromptEncoder encoder, long seed, long index) {
        return maker.make(encoder, new Random(seed * 31 + index), index);
      }
    };
  }

  private static Lesson sum(PromptEncoder encoder, Random random, long index) {
    int a = random.nextInt(10);
    int b = random.nextInt(10);
    return encoder.teach(
        List.of(
            Message.user(new Part.Text("what is " + a + " + " + b + "?")),
            Message.model(new Part.Thought(a + " and " + b), new Part.Text("" + (a + b)))));
  }

  private static Lesson media(PromptEncoder encoder, Random random, long index) {
    Tokenizer tokenizer = encoder.tokenizer();
    int[] tokens = new int[1 + 9 + 2 + 1 + 1 + 1];
    Arrays.fill(tokens, Prompt.MEDIA);
    tokens[0] = tokenizer.control(ControlTokens.USER);
    tokens[12] = tokenizer.control(ControlTokens.MODEL);
    tokens[13] = '0' + (int) (index % 10);
    tokens[14] = tokenizer.control(ControlTokens.END);
    boolean[] learned = new boolean[tokens.length];
    learned[13] = true;
    learned[14] = true;
    byte[] patches = new byte[9 * MediaFrontEnd.PATCH_BYTES];
    byte[] sound = new byte[2 * MediaFrontEnd.SOUND_BYTES];
    random.nextBytes(patches);
    random.nextBytes(sound);
    return new Lesson(
        new Prompt(
            tokens,
            List.of(
                new Prompt.Span(Prompt.Kind.PATCHES, 1, 3, 3, patches),
                new Prompt.Span(Prompt.Kind.SOUND, 10, 2, 1, sound))),
        learned);
  }

  static Iterator<String> texts() {
    return Stream.of("what is 1 + 2? what is it? 1 and 2 and 3 and so on").iterator();
  }

  static Path prepare(Recipe recipe, Path folder) throws IOException {
    return prepare(recipe, sources(), folder, 1);
  }

  /** Prepares {@code recipe}; returns the folder. */
  static Path prepare(Recipe recipe, Map<String, Source> sources, Path folder, int threads)
      throws IOException {
    new Preparation(recipe, sources, folder).run(null, TinyRun::texts, threads, words -> {});
    return folder;
  }

  /** A trainer that does not measure the machine, which would take longer than the run. */
  static Trainer trainer(Recipe recipe, Path shards, Path out, boolean resume, int threads)
      throws IOException {
    Trainer.Start start = resume ? new Trainer.Start.Checkpointed() : new Trainer.Start.Random();
    return new Trainer(recipe, shards, out, start, new WorkTeam(threads), team -> 1);
  }

  /** Trains to the end in this process; returns the run's folder. */
  static Path train(Recipe recipe, Path shards, Path out, int threads) throws IOException {
    try (Trainer trainer = trainer(recipe, shards, out, false, threads)) {
      trainer.run(Integer.MAX_VALUE, report -> {});
    }
    return out;
  }

  /** The names of what lies in {@code folder}. */
  static List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.map(f -> f.getFileName().toString()).sorted().forEach(names::add);
    }
    return names;
  }
}
