package pollux.tensor.emitted;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of instructions: prefixes, operands and jumps, as volume 2 of Intel's manual lays them out
 * (chapter 2). Displacements always take 32 bits, so that none is ever scaled or truncated.
 */
class Encoder {
  /** Opcode maps. */
  static final int MAP_0F = 1;

  static final int MAP_0F38 = 2;
  static final int MAP_0F3A = 3;

  /** Prefixes that belong to an opcode, by their number in VEX and EVEX. */
  static final int NONE = 0;

  static final int P66 = 1;
  static final int PF3 = 2;
  static final int PF2 = 3;

  /** A place in the code that jumps lead to. */
  static final class Label {
    private int at = -1;
    private final List<Integer> jumps = new ArrayList<>();
  }

  private byte[] code = new byte[1024];
  private int size;

  /** The code so far, with all jumps resolved. */
  byte[] toBytes() {
    return Arrays.copyOf(code, size);
  }

  int size() {
    return size;
  }

  void bytes(int... values) {
    for (int value : values) {
      if (size == code.length) {
        code = Arrays.copyOf(code, 2 * size);
      }
      code[size++] = (byte) value;
    }
  }

  void dword(int value) {
    bytes(value, value >> 8, value >> 16, value >> 24);
  }

  void qword(long value) {
    dword((int) value);
    dword((int) (value >> 32));
  }

  /** The label stands for the next instruction. */
  void bind(Label label) {
    label.at = size;
    for (int jump : label.jumps) {
      patch(jump, size);
    }
  }

  /** The last 4 bytes of a jump to {@code label}. */
  void target(Label label) {
    dword(0);
    if (label.at >= 0) {
      patch(size - 4, label.at);
    } else {
      label.jumps.add(size - 4);
    }
  }

  private void patch(int field, int target) {
    int distance = target - (field + 4);
    for (int i = 0; i < 4; i++) {
      code[field + i] = (byte) (distance >> 8 * i);
    }
  }

  /** An instruction on general registers, 64 bits wide if {@code wide}. */
  void general(boolean wide, int reg, Gp base, @Nullable Gp index, int... opcode) {
    boolean x = index != null && index.ordinal() >= 8;
    int rex = bit(3, wide) | bit(2, reg >= 8) | bit(1, x) | bit(0, base.ordinal() >= 8);
    if (rex != 0) {
      bytes(0x40 | rex);
    }
    bytes(opcode);
  }

  /** ModRM, SIB and displacement. */
  void operands(int reg, Source last) {
    switch (last) {
      case Vec v -> bytes(0xc0 | (reg & 7) << 3 | v.number() & 7);
      case Mem m -> memory(reg, m);
    }
  }

  void memory(int reg, Mem m) {
    int base = m.base().ordinal() & 7;
    Gp index = m.index();
    if (index == null && base != 4) {
      bytes(0x80 | (reg & 7) << 3 | base);
    } else {
      int scale = Integer.numberOfTrailingZeros(m.scale());
      int i = index == null ? 4 : index.ordinal() & 7; // 4, rsp, stands for none
      bytes(0x84 | (reg & 7) << 3, scale << 6 | i << 3 | base);
    }
    dword(m.displacement());
  }

  static int bit(int at, boolean set) {
    return set ? 1 << at : 0;
  }
}
