package pollux.tensor.emitted;

import static pollux.tensor.emitted.Gp.RCX;
import static pollux.tensor.emitted.Gp.RDI;
import static pollux.tensor.emitted.Gp.RDX;
import static pollux.tensor.emitted.Vec.ymm;
import static pollux.tensor.emitted.Vec.zmm;

import java.lang.foreign.MemorySegment;

/** Loops that do one thing as fast as a core can: what kernels are measured against. */
public final class Ceiling {
  /** Chains of instructions that do not wait for each other: latency times pipes, and some. */
  private static final int CHAINS = 20;

  private static final int ROUNDS = 100_000;
  private static final int LINE = 64;
  private static final int LINES = 4;

  /** Where a stream is fetched ahead: 4 KiB, measured, as are 1 and 16. */
  private static final int AHEAD = 4096;

  private Ceiling() {}

  private static final class Read {
    static final MemorySegment CODE =
        CodeMemory.map(Cpu.lack().isEmpty() ? read() : readInHalves());
  }

  private static final class Int8 {
    static final MemorySegment CODE = CodeMemory.map(chains(false));
  }

  private static final class Bf16 {
    static final MemorySegment CODE = CodeMemory.map(chains(true));
  }

  /** Reads {@code bytes} bytes, rounded down to 256. */
  public static void read(long address, long bytes) {
    if (bytes >= LINES * LINE) {
      MemorySegment arguments = Scratch.ofThread().arguments;
      Arguments.WEIGHTS.set(arguments, address);
      Arguments.DEPTH.set(arguments, bytes / (LINES * LINE));
      CodeMemory.call(Read.CODE, arguments.address());
    }
  }

  /**
   * Multiplies and adds bytes in 512-bit registers ({@link Cpu#lack}); returns how many operations
   * (two a product).
   */
  public static double int8() {
    CodeMemory.call(Int8.CODE, 0);
    return 2.0 * 64 * CHAINS * ROUNDS;
  }

  /** As {@link #int8} with bfloat16; not everywhere, see {@link Cpu#hasBf16}. */
  public static double bf16() {
    CodeMemory.call(Bf16.CODE, 0);
    return 2.0 * 32 * CHAINS * ROUNDS;
  }

  private static byte[] read() {
    Assembler a = new Assembler();
    a.mov(RCX, Arguments.WEIGHTS.at(RDI));
    a.mov(RDX, Arguments.DEPTH.at(RDI));
    Encoder.Label loop = new Encoder.Label();
    a.bind(loop);
    for (int i = 0; i < LINES; i++) {
      a.vpaddd(zmm(i), zmm(i), RCX.at(LINE * i));
      a.prefetcht0(RCX.at(AHEAD + LINE * i));
    }
    a.add(RCX, LINES * LINE);
    a.dec(RDX);
    a.jnz(loop);
    a.vzeroupper();
    a.ret();
    return a.toBytes();
  }

  /** As {@link #read()}, in 256-bit registers. */
  private static byte[] readInHalves() {
    VexAssembler a = new VexAssembler();
    a.mov(RCX, Arguments.WEIGHTS.at(RDI));
    a.mov(RDX, Arguments.DEPTH.at(RDI));
    Encoder.Label loop = new Encoder.Label();
    a.bind(loop);
    for (int i = 0; i < LINES; i++) {
      a.vpaddd(ymm(2 * i), ymm(2 * i), RCX.at(LINE * i));
      a.vpaddd(ymm(2 * i + 1), ymm(2 * i + 1), RCX.at(LINE * i + LINE / 2));
      a.prefetcht0(RCX.at(AHEAD + LINE * i));
    }
    a.add(RCX, LINES * LINE);
    a.dec(RDX);
    a.jnz(loop);
    a.vzeroupper();
    a.ret();
    return a.toBytes();
  }

  private static byte[] chains(boolean bf16) {
    Assembler a = new Assembler();
    for (int i = 0; i < CHAINS + 2; i++) {
      a.vpxord(zmm(i), zmm(i), zmm(i));
    }
    a.mov(RCX, ROUNDS);
    Encoder.Label loop = new Encoder.Label();
    a.bind(loop);
    for (int i = 0; i < CHAINS; i++) {
      if (bf16) {
        a.vdpbf16ps(zmm(i), zmm(CHAINS), zmm(CHAINS + 1));
      } else {
        a.vpdpbusd(zmm(i), zmm(CHAINS), zmm(CHAINS + 1));
      }
    }
    a.dec(RCX);
    a.jnz(loop);
    a.vzeroupper();
    a.ret();
    return a.toBytes();
  }
}
