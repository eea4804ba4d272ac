package pollux.skills;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import pollux.skills.PythonValue.Point;

/** Arguments that the twenty functions are called with, and what is right for the longer ones. */
final class PythonArguments {
  private PythonArguments() {}

  static int number(List<?> args, int i) {
    return (Integer) args.get(i);
  }

  static String string(List<?> args, int i) {
    return (String) args.get(i);
  }

  @SuppressWarnings("unchecked")
  static List<Integer> ints(List<?> args, int i) {
    return (List<Integer>) args.get(i);
  }

  @SuppressWarnings("unchecked")
  static List<List<Integer>> matrix(List<?> args, int i) {
    return (List<List<Integer>>) args.get(i);
  }

  @SuppressWarnings("unchecked")
  static List<Point> polygon(List<?> args, int i) {
    return (List<Point>) args.get(i);
  }

  /** The points of a JSON list of pairs of numbers, if it is one. */
  static Optional<List<Point>> points(String json) {
    if (!json.replaceAll("\\[[-+.\\deE]+, [-+.\\deE]+\\]", "p").matches("\\[(p(, p)*)?\\]")) {
      return Optional.empty();
    }
    List<Double> numbers =
        PythonValue.tokens(json).stream()
            .filter(PythonValue::isNumber)
            .map(Double::valueOf)
            .toList();
    return Optional.of(
        IntStream.range(0, numbers.size() / 2)
            .mapToObj(i -> new Point(numbers.get(2 * i), numbers.get(2 * i + 1)))
            .toList());
  }

  static List<Integer> numbers(RandomGenerator random, int from, int to) {
    IntSupplier number = () -> random.nextInt(-50, 51);
    return IntStream.generate(number).limit(random.nextInt(from, to + 1)).boxed().toList();
  }

  static List<List<Integer>> matrix(RandomGenerator random, int rows, int columns) {
    return Stream.generate(() -> numbers(random, columns, columns)).limit(rows).toList();
  }

  static String word(RandomGenerator random, int from, int to) {
    return random
        .ints(random.nextInt(from, to + 1), 'a', 'z' + 1)
        .mapToObj(c -> "" + (char) c)
        .collect(Collectors.joining());
  }

  static String words(RandomGenerator random) {
    return Stream.generate(() -> word(random, 1, 7))
        .limit(random.nextInt(1, 7))
        .collect(Collectors.joining(" "));
  }

  static String runs(RandomGenerator random) {
    return Stream.generate(() -> word(random, 1, 1).repeat(random.nextInt(1, 13)))
        .limit(random.nextInt(1, 6))
        .collect(Collectors.joining());
  }

  static List<Object> nested(RandomGenerator random, int depth) {
    List<Object> list = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      list.add(depth > 0 && random.nextBoolean() ? nested(random, depth - 1) : random.nextInt(100));
    }
    return list;
  }

  static List<Object> flat(List<?> nested) {
    List<Object> flat = new ArrayList<>();
    for (Object item : nested) {
      if (item instanceof List<?> list) {
        flat.addAll(flat(list));
      } else {
        flat.add(item);
      }
    }
    return flat;
  }

  static String roman(int n) {
    String[][] digits = {
      {"", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"},
      {"", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC"},
      {"", "C", "CC", "CCC", "CD", "D", "DC", "DCC", "DCCC", "CM"}
    };
    return "M".repeat(n / 1000)
        + digits[2][n / 100 % 10]
        + digits[1][n / 10 % 10]
        + digits[0][n % 10];
  }

  /** Runs as "a3b1", or as pairs of letter and number in either order. */
  static boolean isRunLengths(String text, String json) {
    List<String> pieces =
        PythonValue.tokens(json).stream()
            .map(t -> t.replace("\"", ""))
            .filter(t -> !t.isEmpty() && Character.isLetterOrDigit(t.charAt(0)))
            .toList();
    StringBuilder letterFirst = new StringBuilder();
    StringBuilder numberFirst = new StringBuilder();
    for (int i = 0, j; i < text.length(); i = j) {
      for (j = i; j < text.length() && text.charAt(j) == text.charAt(i); j++) {}
      letterFirst.append(text.charAt(i)).append(j - i);
      numberFirst.append(j - i).append(text.charAt(i));
    }
    String all = String.join("", pieces);
    return all.contentEquals(letterFirst) || all.contentEquals(numberFirst);
  }

  static List<List<Integer>> product(List<List<Integer>> a, List<List<Integer>> b) {
    List<List<Integer>> product = new ArrayList<>();
    for (List<Integer> row : a) {
      List<Integer> line = new ArrayList<>();
      for (int c = 0; c < b.getFirst().size(); c++) {
        int sum = 0;
        for (int k = 0; k < row.size(); k++) {
          sum += row.get(k) * b.get(k).get(c);
        }
        line.add(sum);
      }
      product.add(line);
    }
    return product;
  }
}
