package pollux.tensor.emitted;

import static org.assertj.core.api.Assertions.assertThat;
import static pollux.tensor.emitted.Gp.R10;
import static pollux.tensor.emitted.Gp.R11;
import static pollux.tensor.emitted.Gp.R12;
import static pollux.tensor.emitted.Gp.R13;
import static pollux.tensor.emitted.Gp.R14;
import static pollux.tensor.emitted.Gp.R15;
import static pollux.tensor.emitted.Gp.R8;
import static pollux.tensor.emitted.Gp.R9;
import static pollux.tensor.emitted.Gp.RAX;
import static pollux.tensor.emitted.Gp.RBP;
import static pollux.tensor.emitted.Gp.RBX;
import static pollux.tensor.emitted.Gp.RCX;
import static pollux.tensor.emitted.Gp.RDI;
import static pollux.tensor.emitted.Gp.RDX;
import static pollux.tensor.emitted.Gp.RSI;
import static pollux.tensor.emitted.Gp.RSP;
import static pollux.tensor.emitted.Vec.zmm;

import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Each instruction against the bytes that GNU objdump 2.40 reads as the text beside them. */
class AssemblerTest {
  @Test
  void movesAndSumsOfGeneralRegisters() {
    check("mov rax,r9", "498bc1", a -> a.mov(RAX, R9));
    check("mov r14,QWORD PTR [rdi+0x8]", "4c8bb708000000", a -> a.mov(R14, RDI.at(8)));
    check("mov QWORD PTR [rsp+0x10],r15", "4c89bc2410000000", a -> a.mov(RSP.at(16), R15));
    check("mov DWORD PTR [r8+0x4],ebx", "41899804000000", a -> a.mov32(R8.at(4), RBX));
    check(
        "movabs r11,0x123456789abcdef",
        "49bbefcdab8967452301",
        a -> a.mov(R11, 0x123456789abcdefL));
    check(
        "lea rcx,[rdi+r10*4-0x8]",
        "4a8d8c97f8ffffff",
        a -> a.lea(RCX, new Mem(RDI, R10, 4, -8, false)));
    check("add r8,rdx", "4c03c2", a -> a.add(R8, RDX));
    check("add rsp,0xffffffffffffff00", "4881c400ffffff", a -> a.add(RSP, -256));
    check("and rsp,0xffffffffffffffc0", "4881e4c0ffffff", a -> a.and(RSP, -64));
    check("sub r15,rbx", "4c2bfb", a -> a.sub(R15, RBX));
    check("shr rcx,0x20", "48c1e920", a -> a.shr(RCX, 32));
    check("dec r13", "49ffcd", a -> a.dec(R13));
    check("cmp rbx,r15", "493bdf", a -> a.cmp(RBX, R15));
    check("cmp r9,0x11", "4981f911000000", a -> a.cmp(R9, 17));
    check("cmovb r15,rbx", "4c0f42fb", a -> a.cmovb(R15, RBX));
    check("test r12,r12", "4d85e4", a -> a.test(R12));
    check("push r12", "4154", a -> a.push(R12));
    check("pop rbp", "5d", a -> a.pop(RBP));
    check("ret", "c3", a -> a.ret());
    check("cpuid", "0fa2", a -> a.cpuid());
    check("xgetbv", "0f01d0", a -> a.xgetbv());
    check("vzeroupper", "c5f877", a -> a.vzeroupper());
  }

  @Test
  void prefetchesAndMasks() {
    check("prefetcht0 BYTE PTR [r13+0x40]", "410f188d40000000", a -> a.prefetcht0(R13.at(64)));
    check(
        "prefetcht1 BYTE PTR [rcx+rsi*2+0x80]",
        "0f18947180000000",
        a -> a.prefetcht1(new Mem(RCX, RSI, 2, 128, false)));
    check("kmovw k3,ecx", "c5f892d9", a -> a.kmovw(3, RCX));
    check("kmovd k1,edx", "c5fb92ca", a -> a.kmovd(1, RDX));
    check(
        "vpcmpgtd k1,xmm2,xmm18", "62b16d0866ca", a -> a.vpcmpgtd(1, zmm(2).xmm(), zmm(18).xmm()));
    check("vptestmb k7,zmm15,zmm22", "62b2054826fe", a -> a.vptestmb(7, zmm(15), zmm(22)));
    check(
        "vpaddb zmm12{k7},zmm12,zmm23",
        "62311d4ffce7",
        a -> {
          a.merging(7);
          a.vpaddb(zmm(12), zmm(12), zmm(23));
        });
    check(
        "vpbroadcastd zmm12{k2},DWORD PTR [r11+0x0]",
        "62527d4a58a300000000",
        a -> {
          a.merging(2);
          a.vpbroadcastd(zmm(12), R11.at(0));
        });
    check(
        "vmovdqu16 zmm5{k1}{z},ZMMWORD PTR [r11+0x0]",
        "62d1ffc96fab00000000",
        a -> {
          a.zeroing(1);
          a.vmovdqu16(zmm(5), R11.at(0));
        });
  }

  @Test
  void movesOfVectors() {
    check(
        "vmovdqu32 zmm17,ZMMWORD PTR [r12+0x40]",
        "62c17e486f8c2440000000",
        a -> a.vmovdqu32(zmm(17), R12.at(64)));
    check(
        "vmovdqu32 xmm1,XMMWORD PTR [r13+rsi*2+0x5]",
        "62d17e086f8c7505000000",
        a -> a.vmovdqu32(zmm(1).xmm(), new Mem(R13, RSI, 2, 5, false)));
    check(
        "vmovdqu32 ymm9,YMMWORD PTR [rax+r9*8-0x40]",
        "62317e286f8cc8c0ffffff",
        a -> a.vmovdqu32(zmm(9).ymm(), new Mem(RAX, R9, 8, -64, false)));
    check(
        "vmovdqu32 ZMMWORD PTR [rsp+0x40],zmm31",
        "62617e487fbc2440000000",
        a -> a.vmovdqu32(RSP.at(64), zmm(31)));
    check("vmovdqu32 zmm3,zmm30", "62917e486fde", a -> a.vmovdqu32(zmm(3), zmm(30)));
    check(
        "vmovdqu16 ymm6,YMMWORD PTR [rdi+0x0]",
        "62f1ff286fb700000000",
        a -> a.vmovdqu16(zmm(6).ymm(), RDI.at(0)));
    check(
        "vmovdqu16 YMMWORD PTR [r11+0x2],ymm6",
        "62d1ff287fb302000000",
        a -> a.vmovdqu16(R11.at(2), zmm(6).ymm()));
    check(
        "vmovss DWORD PTR [r8+0xc],xmm20",
        "62c17e0811a00c000000",
        a -> a.vmovss(R8.at(12), zmm(20)));
    check(
        "vpbroadcastd zmm12,DWORD PTR [r14+0x20]",
        "62527d4858a620000000",
        a -> a.vpbroadcastd(zmm(12), R14.at(32)));
    check("vpbroadcastd zmm12,xmm29", "62127d4858e5", a -> a.vpbroadcastd(zmm(12), zmm(29).xmm()));
    check(
        "vbroadcasti32x4 zmm17,XMMWORD PTR [r14+0x10]",
        "62c27d485a8e10000000",
        a -> a.vbroadcasti32x4(zmm(17), R14.at(16)));
    check(
        "vinserti32x4 zmm4,zmm20,XMMWORD PTR [r11+0x2],0x3",
        "62d35d4038a30200000003",
        a -> a.vinserti32x4(zmm(4), zmm(20), R11.at(2), 3));
    check(
        "vinserti64x4 zmm4,zmm20,YMMWORD PTR [r11+0x2],0x1",
        "62d3dd403aa30200000001",
        a -> a.vinserti64x4(zmm(4), zmm(20), R11.at(2), 1));
    check(
        "vextracti32x4 xmm3,zmm18,0x2",
        "62e37d4839d302",
        a -> a.vextracti32x4(zmm(3).xmm(), zmm(18), 2));
    check(
        "vextracti32x4 xmm3,ymm18,0x1",
        "62e37d2839d301",
        a -> a.vextracti32x4(zmm(3).xmm(), zmm(18).ymm(), 1));
    check(
        "vextracti64x4 ymm3,zmm18,0x1",
        "62e3fd483bd301",
        a -> a.vextracti64x4(zmm(3).ymm(), zmm(18), 1));
    check(
        "vshufi32x4 zmm31,zmm1,zmm9,0xdd",
        "6243754843f9dd",
        a -> a.vshufi32x4(zmm(31), zmm(1), zmm(9), 0xdd));
    check(
        "vpshufd xmm2,xmm17,0x4e",
        "62b17d0870d14e",
        a -> a.vpshufd(zmm(2).xmm(), zmm(17).xmm(), 0x4e));
    check("vpshufb zmm12,zmm22,zmm9", "62524d4000e1", a -> a.vpshufb(zmm(12), zmm(22), zmm(9)));
    check(
        "vpalignr zmm0,zmm13,zmm24,0x2",
        "629315480fc002",
        a -> a.vpalignr(zmm(0), zmm(13), zmm(24), 2));
    check(
        "vpunpckldq zmm8,zmm17,zmm26", "6211754062c2", a -> a.vpunpckldq(zmm(8), zmm(17), zmm(26)));
    check(
        "vpunpckhdq zmm8,zmm17,zmm26", "621175406ac2", a -> a.vpunpckhdq(zmm(8), zmm(17), zmm(26)));
    check(
        "vpunpcklqdq zmm8,zmm17,zmm26",
        "6211f5406cc2",
        a -> a.vpunpcklqdq(zmm(8), zmm(17), zmm(26)));
    check(
        "vpunpckhqdq zmm8,zmm17,zmm26",
        "6211f5406dc2",
        a -> a.vpunpckhqdq(zmm(8), zmm(17), zmm(26)));
  }

  @Test
  void integersInVectors() {
    check(
        "vpaddd zmm8,zmm9,DWORD BCST [r14+0x2c]",
        "62513558fe862c000000",
        a -> a.vpaddd(zmm(8), zmm(9), R14.at(44).toEachLane()));
    check(
        "vpmaxsd ymm1,ymm2,ymm31",
        "62926d283dcf",
        a -> a.vpmaxsd(zmm(1).ymm(), zmm(2).ymm(), zmm(31).ymm()));
    check("vpandd zmm16,zmm20,zmm4", "62e15d40dbc4", a -> a.vpandd(zmm(16), zmm(20), zmm(4)));
    check("vpord zmm16,zmm20,zmm4", "62e15d40ebc4", a -> a.vpord(zmm(16), zmm(20), zmm(4)));
    check("vpxord zmm31,zmm31,zmm31", "62010540efff", a -> a.vpxord(zmm(31), zmm(31), zmm(31)));
    check(
        "vpternlogd zmm4,zmm22,zmm12,0xf8",
        "62d34d4025e4f8",
        a -> a.vpternlogd(zmm(4), zmm(22), zmm(12), 0xf8));
    check("vpdpbusd zmm31,zmm1,zmm17", "6222754850f9", a -> a.vpdpbusd(zmm(31), zmm(1), zmm(17)));
    check(
        "vpdpbusd zmm8,zmm30,DWORD BCST [r10+rdx*2+0x0]",
        "62520d5050845200000000",
        a -> a.vpdpbusd(zmm(8), zmm(30), new Mem(R10, RDX, 2, 0, true)));
    check("vpmovdw ymm2,zmm19", "62e27e4833da", a -> a.vpmovdw(zmm(2).ymm(), zmm(19)));
    check(
        "vpmovsdb XMMWORD PTR [r8+0x10],zmm1",
        "62d27e48218810000000",
        a -> a.vpmovsdb(R8.at(16), zmm(1)));
  }

  @Test
  void floatsInVectors() {
    check(
        "vpsubd xmm6,xmm19,xmm6",
        "62f16500faf6",
        a -> a.vpsubd(zmm(6).xmm(), zmm(19).xmm(), zmm(6).xmm()));
    check(
        "vpslld zmm18,ZMMWORD PTR [rsp+0x40],0x18",
        "62f16d4072b4244000000018",
        a -> a.vpslld(zmm(18), RSP.at(64), 24));
    check("vpsrld zmm18,zmm5,0x4", "62f16d4072d504", a -> a.vpsrld(zmm(18), zmm(5), 4));
    check("vpsrad zmm18,zmm25,0x18", "62916d4072e118", a -> a.vpsrad(zmm(18), zmm(25), 24));
    check("vaddps zmm18,zmm5,zmm25", "6281544858d1", a -> a.vaddps(zmm(18), zmm(5), zmm(25)));
    check(
        "vmulps zmm12,zmm18,DWORD BCST [r14+0x20]",
        "62516c5059a620000000",
        a -> a.vmulps(zmm(12), zmm(18), R14.at(32).toEachLane()));
    check(
        "vdivps xmm4,xmm2,xmm17",
        "62b16c085ee1",
        a -> a.vdivps(zmm(4).xmm(), zmm(2).xmm(), zmm(17).xmm()));
    check(
        "vfmadd231ps zmm31,zmm8,zmm12",
        "62423d48b8fc",
        a -> a.vfmadd231ps(zmm(31), zmm(8), zmm(12)));
    check(
        "vfnmadd231ps zmm31,zmm19,DWORD BCST [r14+0x24]",
        "62426550bcbe24000000",
        a -> a.vfnmadd231ps(zmm(31), zmm(19), R14.at(36).toEachLane()));
    check("vdpbf16ps zmm20,zmm3,zmm4", "62e2664852e4", a -> a.vdpbf16ps(zmm(20), zmm(3), zmm(4)));
    check("vcvtdq2ps zmm20,zmm3", "62e17c485be3", a -> a.vcvtdq2ps(zmm(20), zmm(3)));
    check(
        "vcvtdq2ps zmm4,DWORD BCST [r10+0x28]",
        "62d17c585ba228000000",
        a -> a.vcvtdq2ps(zmm(4), R10.at(40).toEachLane()));
    check("vcvtps2dq zmm20,zmm3", "62e17d485be3", a -> a.vcvtps2dq(zmm(20), zmm(3)));
    check("vcvtph2ps zmm20,ymm30", "62827d4813e6", a -> a.vcvtph2ps(zmm(20), zmm(30).ymm()));
    check(
        "vcvtph2ps zmm2,YMMWORD PTR [r10+rsi*2+0x0]",
        "62d27d4813947200000000",
        a -> a.vcvtph2ps(zmm(2), new Mem(R10, RSI, 2, 0, false)));
    check("vcvtneps2bf16 ymm2,zmm19", "62b27e4872d3", a -> a.vcvtneps2bf16(zmm(2).ymm(), zmm(19)));
  }

  @Test
  void aJumpCountsFromItsEndBackAndForth() {
    Assembler a = new Assembler();
    Encoder.Label back = new Encoder.Label();
    Encoder.Label forth = new Encoder.Label();
    a.bind(back);
    a.jz(forth);
    a.jnz(back);
    a.jae(back);
    a.jmp(back);
    a.bind(forth);
    a.ret();
    assertThat(HexFormat.of().formatHex(a.toBytes()))
        .isEqualTo("0f8411000000" + "0f85f4ffffff" + "0f83eeffffff" + "e9e9ffffff" + "c3");
  }

  private static void check(String text, String bytes, Consumer<Assembler> instruction) {
    Assembler a = new Assembler();
    instruction.accept(a);
    assertThat(HexFormat.of().formatHex(a.toBytes())).as(text).isEqualTo(bytes);
  }
}
