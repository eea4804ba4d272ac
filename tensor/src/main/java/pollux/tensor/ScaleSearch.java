package pollux.tensor;

import java.util.Arrays;

/**
 * How the K types find the scale of a group: they try several and keep the one with the least
 * weighted error. The order of every sum is that of ggml-quants.c, so that the bytes are the same.
 */
final class ScaleSearch {
  /** A group whose numbers are all smaller counts as zero. */
  static final float ZERO = 1e-15f;

  private ScaleSearch() {}

  /**
   * Numbers {@code q - most} with q from 0 to {@code 2 most - 1} times a scale, which may be
   * negative; each number counts with its square ({@code make_qx_quants} of type 1).
   *
   * @param q receives {@code n} levels from {@code at}
   * @return the scale
   */
  static float symmetric(int n, int most, float[] x, int at, byte[] q, int qAt) {
    float extreme = BlockCodec.extreme(x, at, n);
    if (Math.abs(extreme) < ZERO) {
      Arrays.fill(q, qAt, qAt + n, (byte) 0);
      return 0;
    }
    float best = 0;
    float scale = 0;
    for (int step = 0; step <= 18; step++) {
      // First as it comes, then with the extreme a little inside or outside of its level.
      int shift = step == 0 ? 0 : step <= 9 ? step - 10 : step - 9;
      float inverse = step == 0 ? -most / extreme : -(most + 0.1f * shift) / extreme;
      float sumLx = 0;
      float sumLl = 0;
      for (int i = 0; i < n; i++) {
        float v = x[at + i];
        int l = clamp(BlockCodec.nearest(inverse * v), -most, most - 1);
        float w = v * v;
        sumLx += w * v * l;
        sumLl += w * l * l;
      }
      if (step == 0 || sumLl > 0 && sumLx * sumLx > best * sumLl) {
        for (int i = 0; i < n; i++) {
          int l = BlockCodec.nearest(inverse * x[at + i]);
          q[qAt + i] = (byte) (most + clamp(l, -most, most - 1));
        }
        scale = sumLl == 0 ? 0 : sumLx / sumLl;
        best = scale * sumLx;
      }
    }
    return scale;
  }

  /**
   * As {@link #symmetric}, but goes from level to level: each number may move to the level that
   * fits the scale of the others ({@code make_q3_quants}).
   */
  static float symmetricByLevel(int n, int most, float[] x, int at, byte[] q, int qAt) {
    float extreme = BlockCodec.extreme(x, at, n);
    if (Math.abs(extreme) < ZERO) {
      Arrays.fill(q, qAt, qAt + n, (byte) 0);
      return 0;
    }
    float inverse = -most / extreme;
    float sumLx = 0;
    float sumLl = 0;
    for (int i = 0; i < n; i++) {
      float v = x[at + i];
      int l = clamp(BlockCodec.nearest(inverse * v), -most, most - 1);
      q[qAt + i] = (byte) l;
      float w = v * v;
      sumLx += w * v * l;
      sumLl += w * l * l;
    }
    boolean changed = true;
    for (int round = 0; round < 5 && changed; round++) {
      changed = false;
      for (int i = 0; i < n; i++) {
        float v = x[at + i];
        float w = v * v;
        int old = q[qAt + i];
        float restLx = sumLx - w * v * old;
        if (restLx > 0) {
          float restLl = sumLl - w * old * old;
          int l = clamp(BlockCodec.nearest(v * restLl / restLx), -most, most - 1);
          if (l != old) {
            restLx += w * v * l;
            restLl += w * l * l;
            if (restLl > 0 && restLx * restLx * sumLl > sumLx * sumLx * restLl) {
              q[qAt + i] = (byte) l;
              sumLx = restLx;
              sumLl = restLl;
              changed = true;
            }
          }
        }
      }
    }
    for (int i = 0; i < n; i++) {
      q[qAt + i] += (byte) most;
    }
    return sumLl > 0 ? sumLx / sumLl : 0;
  }

  /**
   * How {@link #withMinimum} searches.
   *
   * @param first added to the number of levels in the first step
   * @param steps how many follow, a tenth each
   * @param absolute whether errors count by size and not by square
   */
  record Steps(float first, int steps, boolean absolute) {}

  /**
   * Numbers {@code scale * q - minimum} with q from 0 to {@code most} ({@code make_qkx2_quants}).
   *
   * @param weights of the {@code n} errors
   * @param q receives {@code n} levels from {@code qAt}
   * @param minima receives the minimum, never negative, at {@code group}
   * @return the scale
   */
  static float withMinimum(
      int n,
      int most,
      float[] x,
      int at,
      float[] weights,
      byte[] q,
      int qAt,
      float[] minima,
      int group,
      Steps search) {
    float least = x[at];
    float largest = x[at];
    float sumW = weights[0];
    float sumX = sumW * x[at];
    for (int i = 1; i < n; i++) {
      float v = x[at + i];
      least = v < least ? v : least;
      largest = v > largest ? v : largest;
      sumW += weights[i];
      sumX += weights[i] * v;
    }
    least = least > 0 ? 0 : least;
    if (largest == least) {
      Arrays.fill(q, qAt, qAt + n, (byte) 0);
      minima[group] = -least;
      return 0;
    }
    float minimum = least;
    float inverse = most / (largest - least);
    float scale = 1 / inverse;
    float bestError = 0;
    for (int i = 0; i < n; i++) {
      int l = clamp(BlockCodec.nearest(inverse * (x[at + i] - least)), 0, most);
      q[qAt + i] = (byte) l;
      bestError += weights[i] * error(scale * l + least - x[at + i], search.absolute);
    }
    byte[] trial = new byte[n];
    for (int step = 0; step <= search.steps; step++) {
      // The last fit's minimum is the origin of the next step, as in the reference.
      inverse = (search.first + 0.1f * step + most) / (largest - minimum);
      float sumL = 0;
      float sumLl = 0;
      float sumXl = 0;
      for (int i = 0; i < n; i++) {
        int l = clamp(BlockCodec.nearest(inverse * (x[at + i] - minimum)), 0, most);
        trial[i] = (byte) l;
        float w = weights[i];
        sumL += w * l;
        sumLl += w * l * l;
        sumXl += w * l * x[at + i];
      }
      float determinant = sumW * sumLl - sumL * sumL;
      if (determinant > 0) {
        float thisScale = (sumW * sumXl - sumX * sumL) / determinant;
        float thisMinimum = (sumLl * sumX - sumL * sumXl) / determinant;
        if (thisMinimum > 0) {
          thisMinimum = 0;
          thisScale = sumXl / sumLl;
        }
        float error = 0;
        for (int i = 0; i < n; i++) {
          float off = thisScale * trial[i] + thisMinimum - x[at + i];
          error += weights[i] * error(off, search.absolute);
        }
        if (error < bestError) {
          System.arraycopy(trial, 0, q, qAt, n);
          bestError = error;
          scale = thisScale;
          minimum = thisMinimum;
        }
      }
    }
    minima[group] = -minimum;
    return scale;
  }

  private static float error(float difference, boolean absolute) {
    return absolute ? Math.abs(difference) : difference * difference;
  }

  static int clamp(int value, int least, int most) {
    return Math.max(least, Math.min(most, value));
  }
}
