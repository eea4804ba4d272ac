package pollux.tensor.emitted;

import static pollux.tensor.emitted.Gp.R8;
import static pollux.tensor.emitted.Gp.RAX;
import static pollux.tensor.emitted.Gp.RBX;
import static pollux.tensor.emitted.Gp.RCX;
import static pollux.tensor.emitted.Gp.RDI;
import static pollux.tensor.emitted.Gp.RDX;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the processor offers, asked by the CPUID instruction, and what the system saves of it when
 * threads take turns, asked by XGETBV.
 */
public final class Cpu {
  /** A feature: where CPUID tells of it. */
  private record Feature(String name, int leaf, int subleaf, int register, int bit) {}

  private static final int EBX = 1;
  private static final int ECX = 2;
  private static final int EAX = 0;

  /** What the 512-bit kernels need; all but BF16 since Ice Lake and Zen 4. */
  private static final List<Feature> AVX_512 =
      List.of(
          new Feature("AVX-512 F", 7, 0, EBX, 16),
          new Feature("AVX-512 DQ", 7, 0, EBX, 17),
          new Feature("AVX-512 BW", 7, 0, EBX, 30),
          new Feature("AVX-512 VL", 7, 0, EBX, 31),
          new Feature("AVX-512 VNNI", 7, 0, ECX, 11));

  /** What the 256-bit kernels need; all since Haswell and Zen. */
  private static final List<Feature> AVX2 =
      List.of(
          new Feature("AVX2", 7, 0, EBX, 5),
          new Feature("FMA", 1, 0, ECX, 12),
          new Feature("F16C", 1, 0, ECX, 29));

  private static final Feature AVX_VNNI = new Feature("AVX-VNNI", 7, 1, EAX, 4);

  private static final Feature BF16 = new Feature("AVX-512 BF16", 7, 1, EAX, 5);
  private static final Feature XSAVE = new Feature("OSXSAVE", 1, 0, ECX, 27);

  /** Registers that the system must save: SSE, AVX, masks, both halves of the 512-bit ones. */
  private static final int SAVED_512 = 0xe6;

  /** The same of SSE and AVX alone. */
  private static final int SAVED_256 = 0x6;

  private final MemorySegment ask;
  private final MemorySegment saved;

  private Cpu() {
    ask = CodeMemory.map(cpuid());
    saved = CodeMemory.map(xgetbv());
  }

  /**
   * What is missing on this machine for the 512-bit kernels, for a reader; empty if nothing.
   *
   * @throws UnsupportedOperationException where the system allows no code of ours
   */
  public static String lack() {
    return lack(AVX_512, SAVED_512, "512-bit");
  }

  /** As {@link #lack}, for the 256-bit kernels. */
  public static String lackOfAvx2() {
    return lack(AVX2, SAVED_256, "256-bit");
  }

  private static String lack(List<Feature> needed, int registers, String width) {
    String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    String system = System.getProperty("os.name", "");
    if (!arch.equals("amd64") && !arch.equals("x86_64")) {
      return "the processor is no x86-64 (" + arch + ")";
    }
    if (!system.startsWith("Linux") && !system.startsWith("Mac")) {
      return "calls on " + system + " follow another convention";
    }
    Cpu cpu = new Cpu();
    if (!cpu.has(XSAVE) || (cpu.saved() & registers) != registers) {
      return "the system does not save " + width + " registers";
    }
    List<String> missing = new ArrayList<>();
    for (Feature feature : needed) {
      if (!cpu.has(feature)) {
        missing.add(feature.name);
      }
    }
    return missing.isEmpty() ? "" : "the processor lacks " + String.join(", ", missing);
  }

  /** Whether there are dot products of bfloat16. */
  public static boolean hasBf16() {
    return new Cpu().has(BF16);
  }

  /** Whether 256-bit registers have dot products of bytes. */
  public static boolean hasAvxVnni() {
    return new Cpu().has(AVX_VNNI);
  }

  private boolean has(Feature feature) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment registers = arena.allocate(16, 8);
      if (cpuid(registers, 0, 0)[EAX] < feature.leaf) {
        return false;
      }
      if (feature.subleaf > 0 && cpuid(registers, feature.leaf, 0)[EAX] < feature.subleaf) {
        return false;
      }
      return (cpuid(registers, feature.leaf, feature.subleaf)[feature.register] >> feature.bit & 1)
          != 0;
    }
  }

  private int[] cpuid(MemorySegment registers, int leaf, int subleaf) {
    registers.setAtIndex(ValueLayout.JAVA_INT, 0, leaf);
    registers.setAtIndex(ValueLayout.JAVA_INT, 1, subleaf);
    CodeMemory.call(ask, registers.address());
    return registers.toArray(ValueLayout.JAVA_INT);
  }

  private int saved() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment low = arena.allocate(8, 8);
      CodeMemory.call(saved, low.address());
      return low.get(ValueLayout.JAVA_INT, 0);
    }
  }

  /** Of the leaf and subleaf at [rdi]; writes eax, ebx, ecx, edx there. */
  private static byte[] cpuid() {
    Assembler a = new Assembler();
    a.push(RBX);
    a.mov(R8, RDI);
    a.mov(RAX, R8.at(0)); // the instruction reads the low 32 bits
    a.mov(RCX, RAX);
    a.shr(RCX, 32);
    a.cpuid();
    a.mov32(R8.at(0), RAX);
    a.mov32(R8.at(4), RBX);
    a.mov32(R8.at(8), RCX);
    a.mov32(R8.at(12), RDX);
    a.pop(RBX);
    a.ret();
    return a.toBytes();
  }

  /** The low half of extended control register 0 to [rdi]. */
  private static byte[] xgetbv() {
    Assembler a = new Assembler();
    a.mov(RCX, 0);
    a.xgetbv();
    a.mov32(RDI.at(0), RAX);
    a.ret();
    return a.toBytes();
  }
}
