package pollux.tensor.emitted;

import org.jspecify.annotations.Nullable;

/**
 * A place in memory as an instruction names it.
 *
 * @param base register that holds an address
 * @param index register whose {@code scale}-fold is added, or none
 * @param displacement bytes that are added
 * @param broadcast whether the 4 bytes there stand for every lane ({@code {1to16}})
 */
record Mem(Gp base, @Nullable Gp index, int scale, int displacement, boolean broadcast)
    implements Source {
  Mem plus(int bytes) {
    return new Mem(base, index, scale, displacement + bytes, broadcast);
  }

  Mem toEachLane() {
    return new Mem(base, index, scale, displacement, true);
  }
}
