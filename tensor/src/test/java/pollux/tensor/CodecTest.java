package pollux.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodecTest {
  /**
   * F16 3c00 is 1, c000 is -2, 0001 the smallest subnormal, 7bff the largest, 3555 the nearest to
   * 1/3.
   */
  @Test
  void halfPrecision() {
    assertDecodes(
        ElementType.F16,
        "003c 00c0 0100 ff7b 007c 5535",
        1f,
        -2f,
        0x1p-24f,
        65504f,
        Float.POSITIVE_INFINITY,
        0.333251953125f);
    assertEncodes(
        ElementType.F16,
        "003c 00c0 0100 ff7b 007c 5535",
        1f,
        -2f,
        0x1p-24f,
        65504f,
        70000f,
        1 / 3f);
    // 1 + 2^-11 lies between 1 and 1 + 2^-10: the tie goes to the even one; 1 + 3 * 2^-11 goes up.
    assertEncodes(ElementType.F16, "003c 023c", 1 + 0x1p-11f, 1 + 3 * 0x1p-11f);
  }

  @Test
  void upperHalfOfAFloat() {
    assertDecodes(ElementType.BF16, "803f 00c0 4940", 1f, -2f, 3.140625f);
    // 3f80_8000 is a tie and goes to the even 3f80; 3f81_8000 goes up to 3f82; 3f80_8001 goes up.
    assertEncodes(
        ElementType.BF16,
        "803f 823f 813f 4940",
        Float.intBitsToFloat(0x3f808000),
        Float.intBitsToFloat(0x3f818000),
        Float.intBitsToFloat(0x3f808001),
        3.14159274f);
    assertEncodes(
        ElementType.BF16, "c07f 807f", Float.intBitsToFloat(0x7f800001) * 1, 3.4e38f * 10);
  }

  /**
   * The largest size is 127 * 0.5, so the scale is 0.5 = F16 3800 and each number is twice its
   * value.
   */
  @Test
  void eightBits() {
    float[] values = new float[32];
    values[0] = -63.5f;
    values[1] = 63.5f;
    values[2] = 0.5f;
    values[3] = 1.25f; // 2.5 in steps: away from zero to 3
    values[4] = -1.25f; // -2.5: away from zero to -3
    values[31] = 0.2f; // 0.4: to 0
    String bytes = "0038 81 7f 01 03 fd" + " 00".repeat(27);
    assertEncodes(ElementType.Q8_0, bytes, values);
    values[3] = 1.5f;
    values[4] = -1.5f;
    values[31] = 0;
    assertDecodes(ElementType.Q8_0, bytes, values);
  }

  /** The extreme is 4 and becomes level 0 = -8, so the scale is 4 / -8 = -0.5 = F16 b800. */
  @Test
  void fourBits() {
    float[] values = new float[32];
    values[0] = 4;
    values[1] = -3.5f; // 7 -> level 15, low half of byte 1
    values[17] = -4; // 8 -> level 16, cut to 15, high half of byte 1
    values[2] = 0.3f; // -0.6 + 8.5 = 7.9 -> level 7
    values[18] = 0.2f; // -0.4 + 8.5 = 8.1 -> level 8
    String bytes = "00b8 80 ff 87" + " 88".repeat(13);
    assertEncodes(ElementType.Q4_0, bytes, values);
    Arrays.fill(values, -0f); // level 8 - 8 = 0 times a negative scale
    values[0] = 4;
    values[1] = -3.5f;
    values[17] = -3.5f;
    values[2] = 0.5f;
    assertDecodes(ElementType.Q4_0, bytes, values);
  }

  /** 448 is the largest E4M3; 2^-9 and 2^-16 are the smallest subnormals of the two. */
  @Test
  void eightBitFloats() {
    assertDecodes(ElementType.F8_E4M3, "38 c0 01 7e 7f 80", 1, -2, 0x1p-9f, 448, Float.NaN, -0f);
    assertDecodes(
        ElementType.F8_E5M2,
        "3c c0 01 7b 7c fc 7d",
        1,
        -2,
        0x1p-16f,
        57344,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY,
        Float.NaN);
    // 1.0625 and 1.1875 lie between two numbers: the ties go to the even 1 and 1.25.
    assertEncodes(
        ElementType.F8_E4M3,
        "38 3a c0 01 00 08 7e 7f 7f",
        1.0625f,
        1.1875f,
        -2,
        0x1.1p-9f,
        0x1p-10f,
        0x1.fp-7f,
        460,
        500,
        Float.NaN);
    assertEncodes(
        ElementType.F8_E5M2, "3c 3e 7b 7c fc", 1.125f, 1.375f, 60000, 70000, -Float.MAX_VALUE);
    for (ElementType type : new ElementType[] {ElementType.F8_E4M3, ElementType.F8_E5M2}) {
      byte[] all = new byte[256];
      for (int i = 0; i < 256; i++) {
        all[i] = (byte) i;
      }
      float[] values = decode(type, all, 256);
      assertThat(decode(type, encode(type, values), 256)).containsExactly(values);
    }
  }

  @Test
  void aBlockOfZerosHasScaleZero() {
    assertEncodes(ElementType.Q8_0, "0000" + "00".repeat(32), new float[32]);
    assertEncodes(ElementType.Q4_0, "0080" + "88".repeat(16), new float[32]); // 0 / -8 is -0
    assertDecodes(ElementType.Q8_0, "0000" + "00".repeat(32), new float[32]);
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void encodingWhatWasDecodedChangesNothing(ElementType type) {
    long seed = System.nanoTime();
    System.out.println("CodecTest seed " + seed);
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[256];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    byte[] once = encode(type, values);
    float[] decoded = decode(type, once, 256);
    float step =
        switch (type) {
          case F32, F16, BF16 -> 0.02f;
          case Q8_0 -> 0.03f;
          case F8_E4M3, Q5_1, Q5_K, Q6_K -> 0.3f;
          case F8_E5M2, Q4_0, Q4_1, Q5_0, Q4_K, IQ4_NL, IQ4_XS -> 0.6f;
          case Q3_K, MXFP4 -> 1;
          case Q2_K, TQ1_0, TQ2_0 -> 2.5f;
        };
    for (int i = 0; i < values.length; i++) {
      assertThat(decoded[i]).isCloseTo(values[i], offset(step));
    }
    float[] again = decode(type, encode(type, decoded), 256);
    for (int i = 0; i < values.length; i++) {
      // The scale itself was rounded to F16, so a second pass may move by that much; where the
      // scales are searched for, by a step.
      float drift = type.name().matches("Q\\d_K|IQ4.*") ? step : Math.abs(decoded[i]) * 1e-3f;
      assertThat(again[i]).isCloseTo(decoded[i], offset(drift));
    }
  }

  @Test
  void blocksLieWhereTheOffsetsSay() {
    for (ElementType type : ElementType.values()) {
      int block = Math.max(32, type.blockLength());
      float[] values = new float[3 * block];
      for (int i = 0; i < values.length; i++) {
        values[i] = i % 7 - 3;
      }
      byte[] bytes = encode(type, values);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment segment = arena.allocate(bytes.length);
        segment.copyFrom(MemorySegment.ofArray(bytes));
        float[] target = new float[block + 8];
        Codec.of(type).decode(segment, type.bytes(block), block, target, 5);
        float[] all = decode(type, bytes, 3 * block);
        assertThat(Arrays.copyOfRange(target, 5, 5 + block))
            .containsExactly(Arrays.copyOfRange(all, block, 2 * block));
        assertThat(target[4]).isZero();
        assertThat(target[5 + block]).isZero();
      }
    }
  }

  @Test
  void aTensorWhoseRowsFillNoBlocksIsRefused() {
    try (Arena arena = Arena.ofConfined()) {
      Tensor odd = Tensor.f32(arena, 2, 48);
      assertThatThrownBy(() -> Codec.convert(arena, odd, ElementType.Q4_0))
          .hasMessageContaining("blocks of 32");
    }
  }

  private static void assertDecodes(ElementType type, String hex, float... expected) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    assertThat(decode(type, bytes, expected.length)).containsExactly(expected);
  }

  private static void assertEncodes(ElementType type, String hex, float... values) {
    assertThat(HexFormat.of().formatHex(encode(type, values))).isEqualTo(hex.replace(" ", ""));
  }

  private static float[] decode(ElementType type, byte[] bytes, int elements) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(bytes.length);
      segment.copyFrom(MemorySegment.ofArray(bytes));
      float[] out = new float[elements];
      Codec.of(type).decode(segment, 0, elements, out, 0);
      return out;
    }
  }

  private static byte[] encode(ElementType type, float[] values) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(type.bytes(values.length));
      Codec.of(type).encode(values, 0, values.length, segment, 0);
      return segment.toArray(ValueLayout.JAVA_BYTE);
    }
  }
}
