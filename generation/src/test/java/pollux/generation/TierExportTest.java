package pollux.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pollux.model.FamilySpec;
import pollux.model.GgufFile;
import pollux.model.Tier;
import pollux.model.TierExport;
import pollux.model.TokenizerFile;
import pollux.model.WeightNames;
import pollux.tensor.Codec;
import pollux.tensor.ElementType;
import pollux.tensor.Tensor;

class TierExportTest {
  private static final FamilySpec SPEC = SmallFamily.SPEC;

  @TempDir Path folder;

  private final long seed = System.nanoTime();

  @ParameterizedTest
  @EnumSource(Tier.class)
  void aTierIsAModelOfItsOwn(Tier tier) throws IOException {
    Path family = SmallFamily.random(folder.resolve("family.gguf"), SPEC, seed);
    Path file = folder.resolve("tier.gguf");
    TierExport.textOnly(family, tier, false, file);
    try (Arena arena = Arena.ofShared()) {
      GgufFile in = GgufFile.open(family, arena);
      GgufFile out = GgufFile.open(file, arena);
      assertThat(out.text("general.architecture")).isEqualTo("qwen3");
      assertThat(out.integer("qwen3.block_count")).isEqualTo(SPEC.layersOf(tier).length);
      assertThat(out.integer("qwen3.feed_forward_length")).isEqualTo(SPEC.feedForward(tier));
      assertThat(TokenizerFile.read(out).vocabulary()).isEqualTo(SmallFamily.BYTES.vocabulary());
      assertThat(out.tensors().keySet()).noneMatch(name -> name.startsWith("media."));
      int to = 0;
      for (int from : SPEC.layersOf(tier)) {
        assertThat(values(out, arena, WeightNames.layer(to, WeightNames.Q)))
            .isEqualTo(values(in, arena, WeightNames.layer(from, WeightNames.Q)));
        float[] gate = values(out, arena, WeightNames.layer(to, "ffn_gate.weight"));
        float[] down = values(out, arena, WeightNames.layer(to, "ffn_down.weight"));
        int width = SPEC.feedForward(tier);
        int before = 0;
        for (Tier t : Tier.values()) {
          if (t.compareTo(tier) > 0) {
            break;
          }
          int rows = SPEC.slabs().get(t.ordinal());
          float[] gateSlab = values(in, arena, WeightNames.layer(from, WeightNames.gate(t)));
          float[] downSlab = values(in, arena, WeightNames.layer(from, WeightNames.down(t)));
          for (int r = 0; r < rows; r++) {
            for (int c = 0; c < SPEC.width(); c++) {
              // Exactly: the joined matrix holds the numbers of its slabs, whatever their types.
              assertThat(gate[(before + r) * SPEC.width() + c])
                  .isEqualTo(gateSlab[r * SPEC.width() + c]);
              assertThat(down[c * width + before + r]).isEqualTo(downSlab[c * rows + r]);
            }
          }
          before += rows;
        }
        to++;
      }
    }
  }

  @Test
  void plainFilesHoldTheSameNumbersAsFloats() throws IOException {
    Path family = SmallFamily.random(folder.resolve("family.gguf"), SPEC, seed);
    TierExport.textOnly(family, Tier.PRO, false, folder.resolve("stored.gguf"));
    TierExport.textOnly(family, Tier.PRO, true, folder.resolve("plain.gguf"));
    try (Arena arena = Arena.ofShared()) {
      GgufFile stored = GgufFile.open(folder.resolve("stored.gguf"), arena);
      GgufFile plain = GgufFile.open(folder.resolve("plain.gguf"), arena);
      assertThat(plain.tensors().keySet()).isEqualTo(stored.tensors().keySet());
      for (String name : plain.tensors().keySet()) {
        assertThat(plain.tensor(name).type()).isEqualTo(ElementType.F32);
        assertThat(values(plain, arena, name)).isEqualTo(values(stored, arena, name));
      }
      assertThat(stored.tensor("blk.0.attn_q.weight").type()).isEqualTo(ElementType.Q4_0);
      assertThat(stored.tensor("blk.0.ffn_down.weight").type()).isEqualTo(ElementType.Q8_0);
    }
  }

  private static float[] values(GgufFile file, Arena arena, String name) {
    Tensor tensor = file.tensor(name);
    return Codec.convert(arena, tensor, ElementType.F32).toArray();
  }
}
