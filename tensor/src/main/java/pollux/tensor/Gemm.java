package pollux.tensor;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * F32 matrix product with packed panels (Goto, van de Geijn 2008): blocks of A and B lie in the
 * second-level cache, a panel of {@link #NR} columns of B in the first, and a tile of MR x NR sums
 * stays in registers.
 *
 * <p>Panels are heap arrays: C2 runs the inner loop at 97 % of peak on {@code float[]} and at 80 to
 * 92 % on segments. Sums run over k in order within blocks of {@link #KC}, so a result does not
 * depend on which rows or columns are computed together.
 */
final class Gemm {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

  /** Rows of a tile: 12 x 2 vectors keep 24 of 32 registers busy with sums. */
  private static final int MR = 12;

  /** Columns of a tile. */
  private static final int NR = 2 * LANES;

  /** Depth of a panel: NR x KC floats of B are 32 KB of the first-level cache. */
  static final int KC = 256;

  /**
   * Distance of two packed rows of A: off the power of two, so that they do not share cache sets.
   */
  private static final int ROW = KC + 16;

  /** Rows of a block of A: 102 KB of the second-level cache. */
  private static final int MC = 8 * MR;

  /** Columns of a block of B: KC x NC floats are 768 KB of the second-level cache. */
  private static final int NC = 768;

  /** Panels of one thread, reused by every call that it makes. */
  private static final ThreadLocal<Panels> PANELS = ThreadLocal.withInitial(Panels::new);

  private static final class Panels {
    final float[] a = new float[MC * ROW];
    final float[] b = new float[KC * NC];
    final float[] tile = new float[MR * NR];
  }

  private Gemm() {}

  /** As {@link Kernels#gemm}. */
  static void gemm(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      MemorySegment a,
      long offsetA,
      int lda,
      MemorySegment b,
      long offsetB,
      int ldb,
      MemorySegment c,
      long offsetC,
      int ldc,
      boolean accumulate) {
    Panels panels = PANELS.get();
    for (int j = 0; j < n; j += NC) {
      int nc = Math.min(NC, n - j);
      for (int p = 0; p < k; p += KC) {
        int kc = Math.min(KC, k - p);
        if (transposeB) {
          packTransposed(b, offsetB + (long) j * ldb + p, ldb, kc, nc, panels.b);
        } else {
          packStraight(b, offsetB + (long) p * ldb + j, ldb, kc, nc, panels.b);
        }
        boolean add = accumulate || p > 0;
        for (int i = 0; i < m; i += MC) {
          int mc = Math.min(MC, m - i);
          if (transposeA) {
            packColumns(a, offsetA + (long) p * lda + i, lda, kc, mc, panels.a);
          } else {
            packRows(a, offsetA + (long) i * lda + p, lda, kc, mc, panels.a);
          }
          for (int q = 0; q < nc; q += NR) {
            int nr = Math.min(NR, nc - q);
            for (int r = 0; r < mc; r += MR) {
              micro(kc, panels.a, r * ROW, panels.b, q * kc, panels.tile);
              long at = offsetC + (long) (i + r) * ldc + j + q;
              store(panels.tile, Math.min(MR, mc - r), nr, c, at, ldc, add);
            }
          }
        }
      }
    }
  }

  /** Rows of A, {@code to[i * ROW + p]}; rows past {@code mr} keep old values that no one reads. */
  private static void packRows(MemorySegment a, long from, int lda, int kc, int mr, float[] to) {
    for (int i = 0; i < mr; i++) {
      MemorySegment.copy(a, Tensor.FLOAT, (from + (long) i * lda) * 4, to, i * ROW, kc);
    }
  }

  /** As {@link #packRows}, from an A that lies transposed, {@code [k, m]}. */
  private static void packColumns(MemorySegment a, long from, int lda, int kc, int mr, float[] to) {
    for (int p = 0; p < kc; p++) {
      long at = from + (long) p * lda;
      for (int i = 0; i < mr; i++) {
        to[i * ROW + p] = a.getAtIndex(Tensor.FLOAT, at + i);
      }
    }
  }

  /**
   * Panels of NR columns of B, {@code to[panel * NR * kc + p * NR + column]}, zeros past the last
   * column.
   */
  private static void packStraight(
      MemorySegment b, long from, int ldb, int kc, int nc, float[] to) {
    for (int q = 0; q < nc; q += NR) {
      int o = q * kc;
      if (nc - q >= NR) {
        for (int p = 0; p < kc; p++) {
          long at = (from + (long) p * ldb + q) * 4;
          FloatVector.fromMemorySegment(SPECIES, b, at, ORDER).intoArray(to, o);
          FloatVector.fromMemorySegment(SPECIES, b, at + LANES * 4L, ORDER)
              .intoArray(to, o + LANES);
          o += NR;
        }
      } else {
        int w = nc - q;
        for (int p = 0; p < kc; p++) {
          long at = from + (long) p * ldb + q;
          for (int x = 0; x < w; x++) {
            to[o + x] = b.getAtIndex(Tensor.FLOAT, at + x);
          }
          for (int x = w; x < NR; x++) {
            to[o + x] = 0;
          }
          o += NR;
        }
      }
    }
  }

  /** As {@link #packStraight}, from a B that lies transposed, {@code [n, k]}. */
  private static void packTransposed(
      MemorySegment b, long from, int ldb, int kc, int nc, float[] to) {
    for (int q = 0; q < nc; q += NR) {
      int panel = q * kc;
      int w = Math.min(NR, nc - q);
      for (int x = 0; x < w; x++) {
        long at = from + (long) (q + x) * ldb;
        int o = panel + x;
        for (int p = 0; p < kc; p++) {
          to[o] = b.getAtIndex(Tensor.FLOAT, at + p);
          o += NR;
        }
      }
      for (int x = w; x < NR; x++) {
        for (int p = 0, o = panel + x; p < kc; p++, o += NR) {
          to[o] = 0;
        }
      }
    }
  }

  private static void store(
      float[] tile, int mr, int nr, MemorySegment c, long at, int ldc, boolean add) {
    for (int i = 0; i < mr; i++) {
      long row = at + (long) i * ldc;
      int t = i * NR;
      if (nr == NR) {
        FloatVector lo = FloatVector.fromArray(SPECIES, tile, t);
        FloatVector hi = FloatVector.fromArray(SPECIES, tile, t + LANES);
        if (add) {
          lo = lo.add(FloatVector.fromMemorySegment(SPECIES, c, row * 4, ORDER));
          hi = hi.add(FloatVector.fromMemorySegment(SPECIES, c, (row + LANES) * 4, ORDER));
        }
        lo.intoMemorySegment(c, row * 4, ORDER);
        hi.intoMemorySegment(c, (row + LANES) * 4, ORDER);
      } else {
        for (int x = 0; x < nr; x++) {
          float v = tile[t + x];
          c.setAtIndex(Tensor.FLOAT, row + x, add ? c.getAtIndex(Tensor.FLOAT, row + x) + v : v);
        }
      }
    }
  }

  /**
   * One tile: MR x NR sums over {@code kc}, A at {@code a[oa + row * ROW + p]}, B at {@code b[ob +
   * p * NR]}.
   *
   * <p>Every index is p times a constant: with strides that vary, C2 keeps the bounds checks and
   * the loop runs six times slower.
   */
  private static void micro(int kc, float[] a, int oa, float[] b, int ob, float[] tile) {
    FloatVector z = FloatVector.zero(SPECIES);
    FloatVector c00 = z, c01 = z, c10 = z, c11 = z, c20 = z, c21 = z, c30 = z, c31 = z;
    FloatVector c40 = z, c41 = z, c50 = z, c51 = z, c60 = z, c61 = z, c70 = z, c71 = z;
    FloatVector c80 = z, c81 = z, c90 = z, c91 = z, ca0 = z, ca1 = z, cb0 = z, cb1 = z;
    for (int p = 0; p < kc; p++) {
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, ob + p * NR);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, ob + p * NR + LANES);
      FloatVector v = FloatVector.broadcast(SPECIES, a[oa + p]);
      c00 = v.fma(b0, c00);
      c01 = v.fma(b1, c01);
      v = FloatVector.broadcast(SPECIES, a[oa + ROW + p]);
      c10 = v.fma(b0, c10);
      c11 = v.fma(b1, c11);
      v = FloatVector.broadcast(SPECIES, a[oa + 2 * ROW + p]);
      c20 = v.fma(b0, c20);
      c21 = v.fma(b1, c21);
      v = FloatVector.broadcast(SPECIES, a[oa + 3 * ROW + p]);
      c30 = v.fma(b0, c30);
      c31 = v.fma(b1, c31);
      v = FloatVector.broadcast(SPECIES, a[oa + 4 * ROW + p]);
      c40 = v.fma(b0, c40);
      c41 = v.fma(b1, c41);
      v = FloatVector.broadcast(SPECIES, a[oa + 5 * ROW + p]);
      c50 = v.fma(b0, c50);
      c51 = v.fma(b1, c51);
      v = FloatVector.broadcast(SPECIES, a[oa + 6 * ROW + p]);
      c60 = v.fma(b0, c60);
      c61 = v.fma(b1, c61);
      v = FloatVector.broadcast(SPECIES, a[oa + 7 * ROW + p]);
      c70 = v.fma(b0, c70);
      c71 = v.fma(b1, c71);
      v = FloatVector.broadcast(SPECIES, a[oa + 8 * ROW + p]);
      c80 = v.fma(b0, c80);
      c81 = v.fma(b1, c81);
      v = FloatVector.broadcast(SPECIES, a[oa + 9 * ROW + p]);
      c90 = v.fma(b0, c90);
      c91 = v.fma(b1, c91);
      v = FloatVector.broadcast(SPECIES, a[oa + 10 * ROW + p]);
      ca0 = v.fma(b0, ca0);
      ca1 = v.fma(b1, ca1);
      v = FloatVector.broadcast(SPECIES, a[oa + 11 * ROW + p]);
      cb0 = v.fma(b0, cb0);
      cb1 = v.fma(b1, cb1);
    }
    c00.intoArray(tile, 0);
    c01.intoArray(tile, LANES);
    c10.intoArray(tile, NR);
    c11.intoArray(tile, NR + LANES);
    c20.intoArray(tile, 2 * NR);
    c21.intoArray(tile, 2 * NR + LANES);
    c30.intoArray(tile, 3 * NR);
    c31.intoArray(tile, 3 * NR + LANES);
    c40.intoArray(tile, 4 * NR);
    c41.intoArray(tile, 4 * NR + LANES);
    c50.intoArray(tile, 5 * NR);
    c51.intoArray(tile, 5 * NR + LANES);
    c60.intoArray(tile, 6 * NR);
    c61.intoArray(tile, 6 * NR + LANES);
    c70.intoArray(tile, 7 * NR);
    c71.intoArray(tile, 7 * NR + LANES);
    c80.intoArray(tile, 8 * NR);
    c81.intoArray(tile, 8 * NR + LANES);
    c90.intoArray(tile, 9 * NR);
    c91.intoArray(tile, 9 * NR + LANES);
    ca0.intoArray(tile, 10 * NR);
    ca1.intoArray(tile, 10 * NR + LANES);
    cb0.intoArray(tile, 11 * NR);
    cb1.intoArray(tile, 11 * NR + LANES);
  }
}
