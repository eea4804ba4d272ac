package pollux.tensor.emitted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static pollux.tensor.emitted.Vec.ymm;
import static pollux.tensor.emitted.Vec.zmm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VexAssemblerTest {
  @Test
  void whatVexCannotSayIsRefused() {
    for (Consumer<VexAssembler> instruction :
        List.<Consumer<VexAssembler>>of(
            a -> a.vpaddd(zmm(1), zmm(2), zmm(3)),
            a -> a.vpaddd(ymm(16), ymm(2), ymm(3)),
            a -> a.vpaddd(ymm(1), ymm(16), ymm(3)),
            a -> a.vpaddd(ymm(1), ymm(2), ymm(31)),
            a -> a.vmovdqu(ymm(1), zmm(2)),
            a -> a.vmovdqu(zmm(1), Gp.RAX.at(0)),
            a -> a.vmovdqu(Gp.RAX.at(0), ymm(17)),
            a -> a.vmulps(ymm(1), ymm(2), Gp.RAX.at(0).toEachLane()),
            a -> a.vpsrld(ymm(1), ymm(20), 4))) {
      assertThatThrownBy(() -> instruction.accept(new VexAssembler()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no VEX");
    }
  }

  /** All kernels of the AVX2 set, read by GNU objdump where there is one. */
  @Test
  void theCodeOfTheKernelsIsAvx2Alone(@TempDir Path folder) throws Exception {
    Map<String, byte[]> codes = new LinkedHashMap<>();
    codes.put("quantise", OperandCode.quantise());
    List<VexWeights> all = new ArrayList<>();
    for (VexPlain.Type type : VexPlain.Type.values()) {
      all.add(new VexPlain(type));
    }
    int withVnni = all.size() + 4;
    for (boolean vnni : new boolean[] {false, true}) {
      all.addAll(List.of(new VexQ8(vnni), new VexQ4(vnni), new VexQ4K(vnni), new VexQ6K(vnni)));
    }
    for (int i = 0; i < all.size(); i++) {
      for (int operands = 1; operands <= all.get(i).most(); operands++) {
        String name =
            (i < withVnni ? "AVX2 " : "AVX-VNNI ")
                + i
                + " "
                + all.get(i).getClass().getSimpleName()
                + " "
                + operands;
        codes.put(name, VexTileCode.of(all.get(i), operands));
      }
    }
    for (Map.Entry<String, byte[]> code : codes.entrySet()) {
      for (String line : disassemble(folder, code.getValue())) {
        String text = line.replace("{vex}", ""); // says that VEX was chosen where both are there
        assertThat(text).as(code.getKey()).doesNotContain("(bad)", "zmm", "{");
        if (!code.getKey().startsWith("AVX-VNNI")) {
          assertThat(text).as(code.getKey()).doesNotContain("vpdp");
        }
        Matcher register = Pattern.compile("[xy]mm(\\d+)").matcher(line);
        while (register.find()) {
          assertThat(Integer.parseInt(register.group(1))).as(line).isLessThan(16);
        }
        assertThat(line.split("\t")[1]).as(line).doesNotStartWith("62");
      }
    }
  }

  private static List<String> disassemble(Path folder, byte[] code)
      throws IOException, InterruptedException {
    Path file = Files.write(folder.resolve("code"), code);
    Process objdump;
    try {
      objdump =
          new ProcessBuilder("objdump", "-D", "-w", "-bbinary", "-mi386:x86-64", file.toString())
              .redirectErrorStream(true)
              .start();
    } catch (IOException e) {
      Assumptions.abort("objdump is not there");
      throw e;
    }
    List<String> lines = objdump.inputReader().lines().filter(l -> l.contains(":\t")).toList();
    assertThat(objdump.waitFor()).isZero();
    assertThat(lines).isNotEmpty();
    return lines;
  }
}
