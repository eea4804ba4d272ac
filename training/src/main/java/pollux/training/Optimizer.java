package pollux.training;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import pollux.tensor.Kernels;
import pollux.tensor.Tensor;
import pollux.tensor.WorkTeam;
import pollux.tensor.Workspace;

/**
 * Muon for the matrices of the blocks, AdamW for embeddings, norms and media front ends.
 *
 * <p>Muon (Jordan et al. 2024): momentum, made nearly orthogonal by five Newton-Schulz steps of the
 * quintic iteration, so that every direction of a matrix moves alike. AdamW: Loshchilov, Hutter
 * 2019.
 */
final class Optimizer {
  /**
   * @param muon learning rate of the matrices
   * @param adam learning rate of the rest
   * @param decay decoupled weight decay of the matrices, per unit of learning rate
   */
  record Rates(float muon, float adam, float decay) {}

  private static final float MOMENTUM = 0.95f;
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.98f;
  private static final float EPSILON = 1e-8f;

  private sealed interface Rule {
    record Muon(Tensor momentum) implements Rule {}

    record Adam(Tensor first, Tensor second) implements Rule {}
  }

  private record Item(String name, Tensor weight, Tensor gradient, Rule rule) {}

  private final Kernels kernels;
  private final List<Item> items = new ArrayList<>();
  private final ThreadLocal<Workspace> scratch;

  Optimizer(Kernels kernels, Parameters weights, Parameters gradients, Arena arena) {
    this.kernels = kernels;
    this.scratch = ThreadLocal.withInitial(() -> new Workspace(arena));
    weights
        .tensors()
        .forEach((name, weight) -> {
          Tensor gradient = gradients.get(name);
          boolean matrix = name.startsWith("blk.") && weight.rank() == 2;
          Rule rule =
              matrix
                  ? new Rule.Muon(Tensor.f32(arena, weight.shape()))
                  : new Rule.Adam(
                      Tensor.f32(arena, weight.shape()), Tensor.f32(arena, weight.shape()));
          items.add(new Item(name, weight, gradient, rule));
        });
  }

  /** What must be kept to go on after a break, by name. */
  Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (Item item : items) {
      switch (item.rule) {
        case Rule.Muon(Tensor momentum) -> state.put("muon." + item.name, momentum);
        case Rule.Adam(Tensor first, Tensor second) -> {
          state.put("adam.first." + item.name, first);
          state.put("adam.second." + item.name, second);
        }
      }
    }
    return state;
  }

  /** Moves every weight against its gradient times {@code scale}; {@code step} counts from 1. */
  void update(WorkTeam team, Rates rates, float scale, int step) {
    team.run(items.size(), i -> update(items.get(i), rates, scale, step));
  }

  private void update(Item item, Rates rates, float scale, int step) {
    switch (item.rule) {
      case Rule.Muon(Tensor momentum) -> muon(item, momentum, rates, scale);
      case Rule.Adam(Tensor first, Tensor second) ->
          adam(item, first, second, rates.adam, scale, step);
    }
  }

  private static void adam(
      Item item, Tensor first, Tensor second, float rate, float scale, int step) {
    double c1 = 1 - Math.pow(BETA1, step);
    double c2 = 1 - Math.pow(BETA2, step);
    float size = (float) (rate / c1);
    float norm = (float) (1 / Math.sqrt(c2));
    MemorySegment w = item.weight.data();
    MemorySegment g = item.gradient.data();
    MemorySegment m = first.data();
    MemorySegment v = second.data();
    for (long i = 0, n = item.weight.elements(); i < n; i++) {
      float gi = g.getAtIndex(Tensor.FLOAT, i) * scale;
      float mi = BETA1 * m.getAtIndex(Tensor.FLOAT, i) + (1 - BETA1) * gi;
      float vi = BETA2 * v.getAtIndex(Tensor.FLOAT, i) + (1 - BETA2) * gi * gi;
      m.setAtIndex(Tensor.FLOAT, i, mi);
      v.setAtIndex(Tensor.FLOAT, i, vi);
      float move = size * mi / ((float) Math.sqrt(vi) * norm + EPSILON);
      w.setAtIndex(Tensor.FLOAT, i, w.getAtIndex(Tensor.FLOAT, i) - move);
    }
  }

  private void muon(Item item, Tensor momentum, Rates rates, float scale) {
    Workspace ws = scratch.get();
    ws.reset();
    int rows = item.weight.dim(0);
    int columns = item.weight.dim(1);
    long n = item.weight.elements();
    MemorySegment m = momentum.data();
    MemorySegment g = item.gradient.data();
    Tensor x = ws.f32(Math.min(rows, columns), Math.max(rows, columns));
    MemorySegment xs = x.data();
    boolean tall = rows > columns;
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        long i = (long) r * columns + c;
        float gi = g.getAtIndex(Tensor.FLOAT, i) * scale;
        float mi = MOMENTUM * m.getAtIndex(Tensor.FLOAT, i) + (1 - MOMENTUM) * gi;
        m.setAtIndex(Tensor.FLOAT, i, mi);
        // Nesterov: look one step ahead along the momentum.
        xs.setAtIndex(
            Tensor.FLOAT, tall ? (long) c * rows + r : i, MOMENTUM * mi + (1 - MOMENTUM) * gi);
      }
    }
    MemorySegment direction = orthogonal(ws, x).data();
    float rate = rates.muon * (float) Math.sqrt(Math.max(1, rows / (double) columns));
    float keep = 1 - rates.muon * rates.decay;
    MemorySegment w = item.weight.data();
    if (tall) {
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < columns; c++) {
          long i = (long) r * columns + c;
          float move = rate * direction.getAtIndex(Tensor.FLOAT, (long) c * rows + r);
          w.setAtIndex(Tensor.FLOAT, i, keep * w.getAtIndex(Tensor.FLOAT, i) - move);
        }
      }
    } else {
      for (long i = 0; i < n; i++) {
        float move = rate * direction.getAtIndex(Tensor.FLOAT, i);
        w.setAtIndex(Tensor.FLOAT, i, keep * w.getAtIndex(Tensor.FLOAT, i) - move);
      }
    }
  }

  /**
   * {@code x} {@code [r, c]}, r <= c, with its singular values driven to about 1: X' = aX + (bA +
   * cA^2) X, A = XX'.
   */
  private Tensor orthogonal(Workspace ws, Tensor x) {
    int r = x.dim(0);
    int c = x.dim(1);
    float norm = (float) Math.sqrt(kernels.dot(x.data(), 0, x.data(), 0, x.elements()));
    scale(x, 1 / (norm + 1e-7f));
    Tensor next = ws.f32(r, c);
    Tensor gram = ws.f32(r, r);
    Tensor poly = ws.f32(r, r);
    Tensor square = ws.f32(r, r);
    for (int i = 0; i < 5; i++) {
      gemm(true, r, r, c, x, x, gram, false);
      poly.data().copyFrom(gram.data());
      scale(poly, -4.7750f);
      gemm(false, r, r, r, gram, gram, square, false);
      kernels.axpy(2.0315f, square.data(), 0, poly.data(), 0, poly.elements());
      gemm(false, r, c, r, poly, x, next, false);
      kernels.axpy(3.4445f, x.data(), 0, next.data(), 0, x.elements());
      Tensor old = x;
      x = next;
      next = old;
    }
    return x;
  }

  private static void scale(Tensor t, float factor) {
    MemorySegment data = t.data();
    for (long i = 0, n = t.elements(); i < n; i++) {
      data.setAtIndex(Tensor.FLOAT, i, data.getAtIndex(Tensor.FLOAT, i) * factor);
    }
  }

  private void gemm(boolean tb, int m, int n, int k, Tensor a, Tensor b, Tensor c, boolean add) {
    kernels.gemm(false, tb, m, n, k, a.data(), 0, k, b.data(), 0, tb ? k : n, c.data(), 0, n, add);
  }
}
