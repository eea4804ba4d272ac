package pollux.skills;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import pollux.skills.PythonValue.Point;

/**
 * The intersection of two convex polygons, found in another way than the taught code: the hull of
 * the corners of each inside the other and of the crossings of their sides. Also draws such pairs.
 */
final class ConvexOverlap {
  private static final double EPSILON = 1e-9;
  private static final double TOLERANCE = 1e-6;

  private ConvexOverlap() {}

  /**
   * The area that {@code p} and {@code q} share; 0 when they touch, are apart or one has no area.
   */
  static double sharedArea(List<Point> p, List<Point> q) {
    List<Point> a = hull(p);
    List<Point> b = hull(q);
    if (a.size() < 3 || b.size() < 3) {
      return 0;
    }
    List<Point> corners = new ArrayList<>();
    a.stream().filter(c -> contains(b, c, EPSILON)).forEach(corners::add);
    b.stream().filter(c -> contains(a, c, EPSILON)).forEach(corners::add);
    for (int i = 0; i < a.size(); i++) {
      for (int j = 0; j < b.size(); j++) {
        cross(a.get(i), next(a, i), b.get(j), next(b, j), corners);
      }
    }
    return area(hull(corners));
  }

  /**
   * Whether {@code answer} is the intersection of {@code p} and {@code q}: its corners lie in both
   * and its area is the shared one, so that it leaves nothing out. Where they only touch, or one
   * has no area, the shared points may be given or left out.
   */
  static boolean isIntersection(List<Point> answer, List<Point> p, List<Point> q) {
    List<Point> a = hull(p);
    List<Point> b = hull(q);
    double shared = sharedArea(p, q);
    return answer.stream().allMatch(c -> contains(a, c, TOLERANCE) && contains(b, c, TOLERANCE))
        && Math.abs(area(answer) - shared) <= TOLERANCE * Math.max(1, shared);
  }

  /** The area inside {@code polygon}, in either orientation. */
  static double area(List<Point> polygon) {
    double twice = 0;
    for (int i = 0; i < polygon.size(); i++) {
      Point a = polygon.get(i);
      Point b = next(polygon, i);
      twice += a.x() * b.y() - b.x() * a.y();
    }
    return Math.abs(twice) / 2;
  }

  /** The corners of the convex hull, counter-clockwise: Andrew's monotone chain. */
  static List<Point> hull(List<Point> points) {
    List<Point> sorted =
        points.stream()
            .distinct()
            .sorted(Comparator.comparingDouble(Point::x).thenComparingDouble(Point::y))
            .toList();
    if (sorted.size() < 3) {
      return sorted;
    }
    List<Point> lower = chain(sorted);
    List<Point> upper = chain(sorted.reversed());
    lower.removeLast();
    upper.removeLast();
    lower.addAll(upper);
    return lower;
  }

  /** Whether {@code c} lies in the convex {@code hull}, or within {@code distance} of it. */
  static boolean contains(List<Point> hull, Point c, double distance) {
    boolean inside = hull.size() > 2;
    for (int i = 0; i < hull.size(); i++) {
      inside &= turn(hull.get(i), next(hull, i), c) >= 0;
    }
    return inside || isOnSide(hull, c, distance);
  }

  /** Whether {@code c} lies within {@code distance} of a side of {@code polygon}. */
  static boolean isOnSide(List<Point> polygon, Point c, double distance) {
    for (int i = 0; i < polygon.size(); i++) {
      Point a = polygon.get(i);
      Point b = next(polygon, i);
      double dx = b.x() - a.x();
      double dy = b.y() - a.y();
      double length = dx * dx + dy * dy;
      double t = length == 0 ? 0 : ((c.x() - a.x()) * dx + (c.y() - a.y()) * dy) / length;
      double s = Math.clamp(t, 0, 1);
      if (Math.hypot(a.x() + s * dx - c.x(), a.y() + s * dy - c.y()) <= distance) {
        return true;
      }
    }
    return false;
  }

  /**
   * Two convex polygons of kind {@code kind}: crossing, nested, equal, touching, apart, without
   * area.
   */
  static List<List<Point>> draw(int kind, RandomGenerator random) {
    List<Point> p = polygon(random);
    List<Point> q =
        switch (kind % 8) {
          // Touching along a side: a half turn about its middle keeps the side.
          case 1 -> {
            int i = random.nextInt(p.size());
            Point a = p.get(i);
            Point b = next(p, i);
            yield p.stream()
                .map(c -> new Point(a.x() + b.x() - c.x(), a.y() + b.y() - c.y()))
                .toList();
          }
          // Touching in one corner.
          case 2 -> {
            Point right = p.stream().max(Comparator.comparingDouble(Point::x)).orElseThrow();
            List<Point> other = polygon(random);
            Point left = other.stream().min(Comparator.comparingDouble(Point::x)).orElseThrow();
            yield shift(other, right.x() - left.x(), right.y() - left.y());
          }
          // Apart.
          case 3 -> shift(polygon(random), random.nextBoolean() ? 40 : -40, random.nextInt(-9, 10));
          // Without area: nothing, a point, a line, three corners in line.
          case 4 -> {
            Point a = p.getFirst();
            Point b = p.get(1);
            yield switch (random.nextInt(4)) {
              case 0 -> List.of();
              case 1 -> List.of(a);
              case 2 -> List.of(a, b);
              default -> List.of(a, new Point((a.x() + b.x()) / 2, (a.y() + b.y()) / 2), b);
            };
          }
          // Nested or equal.
          case 5 ->
              random.nextInt(3) == 0
                  ? p
                  : p.stream().map(c -> new Point(c.x() / 4 + 0.25, c.y() / 4)).toList();
          // A corner twice, and one in the middle of a side.
          case 6 -> {
            List<Point> other = new ArrayList<>(polygon(random));
            Point a = other.getLast();
            Point b = other.getFirst();
            other.add(a);
            other.add(new Point((a.x() + b.x()) / 2, (a.y() + b.y()) / 2));
            yield other;
          }
          default -> polygon(random);
        };
    p = random.nextBoolean() ? p : p.reversed();
    q = random.nextBoolean() ? q : q.reversed();
    return random.nextBoolean() ? List.of(p, q) : List.of(q, p);
  }

  /** A convex polygon with corners on quarters in [-8, 8], so that its coordinates are exact. */
  private static List<Point> polygon(RandomGenerator random) {
    while (true) {
      List<Point> points = new ArrayList<>();
      int count = random.nextInt(3, 9);
      for (int i = 0; i < count; i++) {
        points.add(new Point(random.nextInt(-32, 33) / 4.0, random.nextInt(-32, 33) / 4.0));
      }
      List<Point> hull = hull(points);
      if (hull.size() > 2 && area(hull) >= 1) {
        return hull;
      }
    }
  }

  private static List<Point> shift(List<Point> polygon, double dx, double dy) {
    return polygon.stream().map(c -> c.plus(dx, dy)).toList();
  }

  private static List<Point> chain(List<Point> sorted) {
    List<Point> chain = new ArrayList<>();
    for (Point c : sorted) {
      while (chain.size() > 1 && turn(chain.get(chain.size() - 2), chain.getLast(), c) <= 0) {
        chain.removeLast();
      }
      chain.add(c);
    }
    return chain;
  }

  private static void cross(Point a, Point b, Point c, Point d, List<Point> into) {
    double from = turn(c, d, a);
    double to = turn(c, d, b);
    if (from * to < 0 && turn(a, b, c) * turn(a, b, d) < 0) {
      double t = from / (from - to);
      into.add(new Point(a.x() + t * (b.x() - a.x()), a.y() + t * (b.y() - a.y())));
    }
  }

  private static double turn(Point a, Point b, Point c) {
    return (b.x() - a.x()) * (c.y() - a.y()) - (b.y() - a.y()) * (c.x() - a.x());
  }

  private static Point next(List<Point> polygon, int i) {
    return polygon.get((i + 1) % polygon.size());
  }
}
