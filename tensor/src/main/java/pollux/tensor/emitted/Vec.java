package pollux.tensor.emitted;

/**
 * A vector register.
 *
 * @param number 0 to 31
 * @param bits 128 (xmm), 256 (ymm) or 512 (zmm) of it
 */
record Vec(int number, int bits) implements Source {
  static Vec zmm(int number) {
    return new Vec(number, 512);
  }

  /** {@code count} registers from {@code first} on. */
  static Vec[] zmms(int first, int count) {
    Vec[] all = new Vec[count];
    for (int i = 0; i < count; i++) {
      all[i] = zmm(first + i);
    }
    return all;
  }

  static Vec ymm(int number) {
    return new Vec(number, 256);
  }

  Vec ymm() {
    return new Vec(number, 256);
  }

  Vec xmm() {
    return new Vec(number, 128);
  }
}
