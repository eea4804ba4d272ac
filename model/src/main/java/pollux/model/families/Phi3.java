package pollux.model.families;

import java.util.List;
import pollux.model.Decoder;
import pollux.tensor.Activation;
import pollux.tensor.Rotary;

/**
 * Phi 3 and 4 ({@code phi3.cpp}): fused matrices, and LongRoPE in the files with a long context. A
 * sliding window that the file names is left out, as the reference does: it is known to be wrong
 * there.
 */
final class Phi3 implements Family {
  @Override
  public List<String> architectures() {
    return List.of("phi3");
  }

  @Override
  public Decoder read(Layout file) {
    RotaryReader reader = file.rotary();
    Rotary rotary = reader.read(Rotary.Pairs.HALVES, reader.longRopeFactors(file.context), 32);
    for (int l = 0; l < file.layers; l++) {
      file.add(
          file.attentionSpec(l, rotary),
          file.attention(l),
          Activation.SILU,
          file.fusedGated(l, file.feedForward(l)));
    }
    return file.decoder(file.spec(file.rms()));
  }
}
