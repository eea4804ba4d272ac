package pollux.tensor;

/**
 * {@link ElementType#Q8_0}: 32 signed bytes q times one scale.
 *
 * <pre>
 *   scale F16 | 32 bytes     scale * q
 * </pre>
 */
final class Q8Codec extends BlockCodec {
  static final Q8Codec CODEC = new Q8Codec();

  private Q8Codec() {
    super(ElementType.Q8_0);
  }

  @Override
  void decodeBlock(byte[] raw, int o, float[] to, int at) {
    float scale = half(raw, o);
    for (int i = 0; i < 32; i++) {
      to[at + i] = scale * raw[o + 2 + i];
    }
  }

  @Override
  void encodeBlock(float[] from, int at, byte[] raw, int o) {
    float scale = Math.abs(extreme(from, at, 32)) / 127;
    float inverse = inverse(scale);
    putHalf(scale, raw, o);
    for (int i = 0; i < 32; i++) {
      raw[o + 2 + i] = (byte) roundHalfAway(from[at + i] * inverse);
    }
  }
}
