package pollux.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.generation.Engine;
import pollux.media.Film;
import pollux.media.Picture;
import pollux.media.Sound;
import pollux.model.Batch;
import pollux.model.ControlTokens;
import pollux.model.Decoder;
import pollux.model.FamilySpec;
import pollux.model.GgufFile;
import pollux.model.Message;
import pollux.model.Part;
import pollux.model.Prompt;
import pollux.model.Tier;
import pollux.model.Tokenizer;
import pollux.model.WeightNames;
import pollux.model.tokenizer.ByteLevel;
import pollux.tensor.Codec;
import pollux.tensor.ElementType;
import pollux.tensor.KernelChoice;
import pollux.tensor.Tensor;
import pollux.tensor.Workspace;

/** What is served computes what was trained: the engine on a shipped file against the tape. */
class EngineAgreementTest {
  private static final Tokenizer BYTES = bytes();
  private static final FamilySpec SPEC =
      new FamilySpec(
          BYTES.size(),
          64,
          4,
          2,
          16,
          List.of(64, 32, 32),
          List.of(Tier.NANO, Tier.PRO, Tier.ULTRA),
          1e4f,
          1e-6f,
          256);

  @TempDir Path folder;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @Test
  void logitsOfTheEngineAreThoseOfTheTape() {
    Path file = folder.resolve("family.gguf");
    try (Arena arena = Arena.ofShared()) {
      Parameters weights = Parameters.initial(SPEC, seed, arena);
      weights.tensors().values().forEach(this::shake);
      FamilyWriter.write(file, "test", SPEC, BYTES, weights);
      // The tape gets the numbers that the file holds, as floats.
      GgufFile shipped = GgufFile.open(file, arena);
      Map<String, Tensor> floats =
          WeightNames.shapes(SPEC).keySet().stream()
              .collect(
                  Collectors.toMap(
                      name -> name,
                      name -> Codec.convert(arena, shipped.tensor(name), ElementType.F32)));
      Workspace workspace = new Workspace(arena, 1 << 20);
      for (Tier tier : Tier.values()) {
        try (Engine engine = Engine.open(file, tier, 2)) {
          List<Prompt> prompts = conversations().stream().map(engine::prompt).toList();
          workspace.reset();
          Batch batch = Batch.of(prompts, 0, workspace);
          int[] all = java.util.stream.IntStream.range(0, batch.size()).toArray();
          Tape tape = new Tape(KernelChoice.best(), workspace, batch.starts(), Map.of());
          Tensor expected = new Decoder(SPEC, floats::get).forward(tape, batch, tier, all);
          for (int p = 0; p < prompts.size(); p++) {
            int length = prompts.get(p).tokens().length;
            int[] after = java.util.stream.IntStream.range(0, length).toArray();
            float[][] found = engine.logits(prompts.get(p), after);
            for (int i = 0; i < length; i++) {
              int row = batch.starts()[p] + i;
              assertThat(found[i])
                  .as("%s, prompt %d, position %d, seed %d", tier, p, i, seed)
                  .usingComparatorWithPrecision(2e-4f)
                  .containsExactly(expected.rows(row, row + 1).toArray());
            }
          }
        }
      }
    }
  }

  private List<List<Message>> conversations() {
    Part.Text question = new Part.Text("How many?");
    return List.of(
        List.of(Message.user(question)),
        List.of(Message.user(new Part.Image(picture()), question)),
        List.of(
            Message.user(new Part.Audio(sound(9000)), question),
            Message.model(new Part.Thought("1 2"), new Part.Text("two")),
            Message.user(new Part.Text("And now?"), new Part.Image(picture()))),
        List.of(
            Message.user(
                new Part.Video(
                    new Film(
                        List.of(new Film.Frame(0, picture()), new Film.Frame(0.5, picture())),
                        sound(4000))))));
  }

  private Picture picture() {
    byte[] rgb = new byte[30 * 20 * 3];
    random.nextBytes(rgb);
    return new Picture(30, 20, rgb);
  }

  private Sound sound(int samples) {
    float[] values = new float[samples];
    for (int i = 0; i < samples; i++) {
      values[i] = 0.1f * (float) random.nextGaussian();
    }
    return new Sound(values);
  }

  private void shake(Tensor t) {
    for (long i = 0; i < t.elements(); i++) {
      t.set(i, t.get(i) + 0.1f * (float) random.nextGaussian());
    }
  }

  private static Tokenizer bytes() {
    List<String> vocabulary = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      vocabulary.add(ByteLevel.toText(new byte[] {(byte) b}));
    }
    BitSet control = new BitSet();
    for (String name : ControlTokens.ALL) {
      control.set(vocabulary.size());
      vocabulary.add(name);
    }
    return new Tokenizer(vocabulary, List.of(), control);
  }
}
