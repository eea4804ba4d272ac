package pollux.skills;

import static pollux.skills.PythonArguments.flat;
import static pollux.skills.PythonArguments.ints;
import static pollux.skills.PythonArguments.isRunLengths;
import static pollux.skills.PythonArguments.matrix;
import static pollux.skills.PythonArguments.nested;
import static pollux.skills.PythonArguments.number;
import static pollux.skills.PythonArguments.numbers;
import static pollux.skills.PythonArguments.points;
import static pollux.skills.PythonArguments.polygon;
import static pollux.skills.PythonArguments.product;
import static pollux.skills.PythonArguments.roman;
import static pollux.skills.PythonArguments.runs;
import static pollux.skills.PythonArguments.string;
import static pollux.skills.PythonArguments.word;
import static pollux.skills.PythonArguments.words;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import pollux.skills.PythonTask.Words;
import pollux.skills.PythonValue.Point;

/** The twenty functions: what they are called, what they are called with, and what is right. */
final class PythonTasks {
  private static final int[] PRIMES =
      IntStream.range(2, 1000)
          .filter(n -> IntStream.range(2, n).allMatch(d -> n % d != 0))
          .toArray();

  private PythonTasks() {}

  /** The intersection of polygons, which the skill is named for and asks most. */
  static final PythonTask INTERSECTION =
      PythonTask.judged(
          "polygon_intersection",
          Words.of(
              "[intersect|clip] two [|convex ]polygons; find [the intersection|the overlap] of two"
                  + " [|convex ]polygons; compute where two [|convex ]polygons overlap;"
                  + " get the polygon that two [|convex ]polygons share",
              "the intersection of two [|convex ]polygons; intersecting two [|convex ]polygons;"
                  + " the overlap of two [|convex ]polygons; polygon [intersection|clipping|overlap]",
              "求两个[|凸]多边形的[交集|重叠部分|交]; 计算两个多边形的[交集|相交区域]"),
          Words.of(
              "work out the intersection polygon of two given [|convex ]polygons;"
                  + " return the region common to two [|convex ]polygons",
              "the common part of two [|convex ]polygons; the intersection of [|convex ]polygons A and B",
              "算出两个[|凸]多边形相交的部分"),
          (index, random) -> ConvexOverlap.draw(index, random),
          (args, json) ->
              points(json)
                  .map(a -> ConvexOverlap.isIntersection(a, polygon(args, 0), polygon(args, 1)))
                  .orElse(false));

  /** The other nineteen. */
  static final List<PythonTask> OTHERS =
      List.of(
          PythonTask.of(
              "is_prime",
              Words.of(
                  "[check|test|tell|find out] [if|whether] a number is [prime|a prime];"
                      + " [recognise|detect] prime numbers",
                  "[testing|checking] if a number is prime; [a|the] prime number test; primality testing",
                  "判断一个[数|整数]是[否为|不是]素数; 判断质数"),
              Words.of(
                  "decide whether n is a prime number; say if an integer is prime or not",
                  "a check that an integer is prime",
                  "检查n是不是质数"),
              (i, r) ->
                  List.of(
                      i < 4 ? i : i % 2 == 0 ? PRIMES[r.nextInt(PRIMES.length)] : r.nextInt(900)),
              a ->
                  IntStream.range(2, number(a, 0)).allMatch(d -> number(a, 0) % d != 0)
                      && number(a, 0) > 1),
          PythonTask.of(
              "gcd",
              Words.of(
                  "[find|compute|get|calculate] the [greatest common divisor|gcd] of two numbers",
                  "the [greatest common divisor|gcd|GCD|highest common factor] of two [numbers|integers];"
                      + " Euclid's algorithm",
                  "求两个[数|整数]的最大公约数; 计算最大公约数"),
              Words.of(
                  "determine the greatest common divisor of a and b; work out the gcd of two integers",
                  "the gcd of integers a and b",
                  "算出两个数的最大公约数"),
              (i, r) -> {
                int common = r.nextInt(1, 30);
                return List.of(common * r.nextInt(1, 40), common * r.nextInt(1, 40));
              },
              a ->
                  IntStream.rangeClosed(1, number(a, 0))
                      .filter(d -> number(a, 0) % d == 0 && number(a, 1) % d == 0)
                      .max()
                      .orElseThrow()),
          PythonTask.of(
              "fibonacci",
              Words.of(
                  "[compute|calculate|find|get|return] the [nth|n-th] Fibonacci number",
                  "the [nth|n-th] Fibonacci number; Fibonacci numbers; the Fibonacci sequence",
                  "[求|计算|返回]第n个斐波那契数; 斐波那契数列第n项"),
              Words.of(
                  "work out Fibonacci number n; determine the Fibonacci number with index n",
                  "Fibonacci number n",
                  "算出斐波那契数列的第n个数"),
              (i, r) -> List.of(r.nextInt(1, 25)),
              a -> {
                long[] f = new long[number(a, 0) + 2];
                f[1] = 1;
                IntStream.range(2, f.length).forEach(k -> f[k] = f[k - 1] + f[k - 2]);
                return f[number(a, 0)];
              }),
          PythonTask.of(
              "factorial",
              Words.of(
                  "[compute|calculate|find|get|return] [the factorial of n|the factorial of a number|n factorial]",
                  "[the factorial of n|the factorial of a number|factorials|n factorial|n!]",
                  "[求|计算|返回][n的阶乘|一个数的阶乘]; 阶乘"),
              Words.of(
                  "work out the factorial of an integer; multiply the numbers from 1 to n, the factorial",
                  "the factorial of an integer",
                  "算出整数的阶乘"),
              (i, r) -> List.of(r.nextInt(0, 20)),
              a ->
                  IntStream.rangeClosed(1, number(a, 0)).asLongStream().reduce(1, (x, y) -> x * y)),
          PythonTask.of(
              "is_palindrome",
              Words.of(
                  "[check|test|tell|find out] [if|whether] a [string|word|text] is a palindrome;"
                      + " [recognise|detect] palindromes",
                  "[testing|checking] if a string is a palindrome; [a|the] palindrome test; palindromes",
                  "判断[字符串|一个词]是[否|不是]回文; 判断回文"),
              Words.of(
                  "decide whether a word is a palindrome; see if a string is a palindrome or not",
                  "a check that some text is a palindrome",
                  "检查一段文字是不是回文"),
              (i, r) -> {
                String half = word(r, 1, 5);
                String back = new StringBuilder(half).reverse().toString();
                return List.of(i % 2 == 0 ? half + back.substring(r.nextInt(2)) : word(r, 1, 6));
              },
              a -> new StringBuilder(string(a, 0)).reverse().toString().equals(a.getFirst())),
          PythonTask.of(
              "reverse_words",
              Words.of(
                  "[reverse|turn round|invert] the [words|order of the words|order of words] in a"
                      + " [sentence|string]; reverse word order",
                  "[reversing|the reverse of] the [words|order of words] in a [sentence|string]",
                  "[反转|颠倒|倒转][句子|字符串]中[单词的顺序|的单词|单词顺序]"),
              Words.of(
                  "put the words of a sentence in reverse order; reverse the words of some text",
                  "reversing the word order of a sentence",
                  "把句子里的单词倒过来排列"),
              (i, r) -> List.of(words(r)),
              a -> String.join(" ", List.of(string(a, 0).split(" ")).reversed())),
          PythonTask.of(
              "bubble_sort",
              Words.of(
                  "[sort|order] a list [with|by|using] bubble sort; [run|do] a bubble sort;"
                      + " bubble sort a list [|of numbers]",
                  "bubble sort; [a|the] bubble sort of a list; sorting a list with bubble sort",
                  "[冒泡排序|用冒泡排序给列表排序]; 对列表[进行|做]冒泡排序"),
              Words.of(
                  "bubble sort some numbers; sort numbers the bubble sort way",
                  "the bubble sort algorithm",
                  "实现冒泡排序算法"),
              (i, r) -> List.of(numbers(r, 0, 12)),
              a -> ints(a, 0).stream().sorted().toList()),
          PythonTask.judged(
              "binary_search",
              Words.of(
                  "[find|look up] a [value|number] in a sorted list [with|by|using] binary search;"
                      + " [do|run] a binary search; binary search a sorted list [|for a value]",
                  "binary search [|in a sorted list|of a sorted list|on a list]; [a|the] binary search",
                  "[二分查找|二分搜索]; 在有序列表中[二分查找|二分搜索]一个[数|值]"),
              Words.of(
                  "search a sorted list for x by bisection, a binary search;"
                      + " locate a number in a sorted list via binary search",
                  "the binary search algorithm",
                  "实现二分查找算法"),
              (i, r) -> {
                List<Integer> sorted = numbers(r, 0, 14).stream().distinct().sorted().toList();
                boolean there = !sorted.isEmpty() && i % 3 > 0;
                return List.of(
                    sorted, there ? sorted.get(r.nextInt(sorted.size())) : r.nextInt(-60, 60));
              },
              (a, json) -> {
                int at = ints(a, 0).indexOf(a.get(1));
                return PythonValue.same(at, json) || at < 0 && json.equals("null");
              }),
          PythonTask.of(
              "count_vowels",
              Words.of(
                  "count [the vowels|vowels|how many vowels are] in a [string|word|text];"
                      + " [find|get] the number of vowels in a string",
                  "[counting vowels|counting the vowels|the number of vowels] in a [string|word|text]",
                  "[统计|计算|数][字符串|单词]中[元音|元音字母]的[个数|数量]"),
              Words.of(
                  "tell how many vowels some text has; count each vowel of a sentence",
                  "a vowel counter; the vowel count of a word",
                  "数一数一句话里有多少个元音"),
              (i, r) -> List.of(words(r)),
              a -> string(a, 0).chars().filter(c -> "aeiou".indexOf(c) >= 0).count()),
          PythonTask.of(
              "flatten",
              Words.of(
                  "flatten a [|nested ]list; flatten [nested lists|a list of lists];"
                      + " turn a nested list into a flat [list|one]",
                  "[flattening|the flattening of] [a nested list|nested lists|a list of lists]",
                  "[展平|展开|拉平][嵌套列表|一个嵌套的列表|列表]"),
              Words.of(
                  "make one flat list of a nested list; take lists inside lists and flatten them",
                  "flattening lists inside lists",
                  "把多层嵌套的列表变成一层"),
              (i, r) -> List.of(nested(r, 3)),
              a -> flat((List<?>) a.getFirst())),
          PythonTask.of(
              "transpose",
              Words.of(
                  "[transpose|flip] a matrix [|of numbers]; [compute|get|find|return] the transpose of a matrix;"
                      + " swap the rows and columns of a matrix",
                  "[the transpose of|transposing] a matrix; matrix [transpose|transposition]",
                  "[求矩阵的转置|转置矩阵|矩阵转置|计算矩阵的转置]"),
              Words.of(
                  "exchange rows with columns, transposing a matrix; work out the transposed matrix",
                  "a transposed matrix",
                  "把矩阵转置,行列互换"),
              (i, r) -> List.of(matrix(r, r.nextInt(1, 5), r.nextInt(1, 5))),
              a -> {
                List<List<Integer>> m = matrix(a, 0);
                return IntStream.range(0, m.getFirst().size())
                    .mapToObj(c -> m.stream().map(row -> row.get(c)).toList())
                    .toList();
              }),
          PythonTask.of(
              "to_roman",
              Words.of(
                  "[convert|turn|change] [a number|an integer|numbers] [to|into] Roman numerals;"
                      + " write a number [in|as] Roman numerals",
                  "[converting|turning] [a number|an integer] into Roman numerals; Roman numerals;"
                      + " [integer|number] to Roman",
                  "把[数字|整数][转换成|转成|变成]罗马数字; 整数转罗马数字"),
              Words.of(
                  "express an integer in Roman numerals; get the Roman numeral of a number",
                  "the Roman numeral of an integer",
                  "用罗马数字表示一个整数"),
              (i, r) -> List.of(r.nextInt(1, i % 2 == 0 ? 60 : 4000)),
              a -> roman(number(a, 0))),
          PythonTask.of(
              "is_anagram",
              Words.of(
                  "[check|test|tell|find out] [if|whether] two [words|strings] are anagrams;"
                      + " [recognise|detect] anagrams",
                  "[testing|checking] if two [words|strings] are anagrams; [a|the|an easy] anagram test",
                  "判断两个[词|单词|字符串]是[否|不是]变位词; 判断变位词"),
              Words.of(
                  "decide whether a word is an anagram of another; see if two texts are anagrams",
                  "a check that two words are anagrams",
                  "检查两个单词是不是变位词"),
              (i, r) -> {
                String one = word(r, 2, 7);
                List<String> letters = new ArrayList<>(List.of(one.split("")));
                Collections.shuffle(letters, Random.from(r));
                if (i % 3 == 0) {
                  letters.set(0, word(r, 1, 1));
                }
                return List.of(one, i % 3 == 1 ? word(r, 2, 7) : String.join("", letters));
              },
              a ->
                  string(a, 0)
                      .chars()
                      .sorted()
                      .boxed()
                      .toList()
                      .equals(string(a, 1).chars().sorted().boxed().toList())),
          PythonTask.of(
              "polygon_area",
              Words.of(
                  "[compute|calculate|find|get] the area of a polygon; measure the area of a polygon",
                  "the area of a polygon; [polygon area|the shoelace formula|the polygon area]",
                  "[求|计算]多边形的面积; 多边形面积"),
              Words.of(
                  "work out how large the area of a polygon is;"
                      + " determine the area inside a polygon given its corners",
                  "the area inside a polygon",
                  "算出一个多边形有多大面积"),
              (i, r) -> List.of(ConvexOverlap.draw(0, r).getFirst()),
              a -> ConvexOverlap.area(polygon(a, 0))),
          PythonTask.of(
              "point_in_polygon",
              Words.of(
                  "[check|test|tell|find out] [if|whether] a point is [in|inside] a polygon",
                  "[testing|checking] if a point is [in|inside] a polygon; [a|the] point in polygon test;"
                      + " point in polygon",
                  "判断[点是否在多边形内|一个点是不是在多边形里|点在多边形内]"),
              Words.of(
                  "decide whether a point lies within a polygon; see if a polygon contains a point",
                  "a check that a point is within a polygon",
                  "检查一个点在不在多边形里面"),
              (i, r) -> {
                List<Point> p = ConvexOverlap.draw(0, r).getFirst();
                // What holds on a side is left open.
                while (true) {
                  Point c = new Point(r.nextInt(-40, 41) / 4.0, r.nextInt(-40, 41) / 4.0);
                  if (!ConvexOverlap.isOnSide(p, c, 0.01)) {
                    return List.of(c, p);
                  }
                }
              },
              a ->
                  ConvexOverlap.contains(
                      ConvexOverlap.hull(polygon(a, 1)), (Point) a.getFirst(), 0)),
          PythonTask.of(
              "caesar",
              Words.of(
                  "[encrypt|encode] [text|a text|a string] with [a|the] Caesar cipher [|and shift k];"
                      + " shift the letters of a text, a Caesar cipher",
                  "[a|the] Caesar cipher; [encrypting|encoding] text with a Caesar cipher; Caesar encryption",
                  "[凯撒密码|恺撒密码|凯撒加密]; 用凯撒密码加密[文本|字符串]"),
              Words.of(
                  "apply the Caesar cipher to lower-case text; encipher a message with Caesar's cipher",
                  "the cipher of Caesar with shift k",
                  "实现凯撒密码的加密"),
              (i, r) -> List.of(words(r), r.nextInt(0, 26)),
              a ->
                  string(a, 0)
                      .chars()
                      .mapToObj(
                          c -> c == ' ' ? " " : "" + (char) ('a' + (c - 'a' + number(a, 1)) % 26))
                      .collect(Collectors.joining())),
          PythonTask.judged(
              "run_length_encode",
              Words.of(
                  "run-length encode a [string|text]; [compress|encode] a [string|text] with run-length"
                      + " encoding; do run-length encoding",
                  "run-length encoding [|of a string|of text]; [the|a] run-length encoder",
                  "[游程编码|行程编码|字符串的游程编码]; 用游程编码压缩字符串"),
              Words.of(
                  "write a string as letters and run lengths, run-length encoded;"
                      + " apply run-length encoding to text",
                  "the run-length encoding of a word",
                  "实现字符串的游程编码压缩"),
              (i, r) -> List.of(runs(r)),
              (a, json) -> isRunLengths(string(a, 0), json)),
          PythonTask.of(
              "matrix_multiply",
              Words.of(
                  "multiply two matrices; [compute|calculate|find|get] the product of two matrices",
                  "[the product of two matrices|multiplying two matrices|matrix multiplication|the matrix product]",
                  "[求两个矩阵的乘积|计算矩阵乘法|矩阵相乘|两个矩阵相乘]"),
              Words.of(
                  "work out matrix a times matrix b; form the matrix product of two matrices",
                  "the multiplication of matrices a and b",
                  "把两个矩阵乘起来"),
              (i, r) -> {
                int inner = r.nextInt(1, 4);
                return List.of(
                    matrix(r, r.nextInt(1, 4), inner), matrix(r, inner, r.nextInt(1, 4)));
              },
              a -> product(matrix(a, 0), matrix(a, 1))),
          PythonTask.of(
              "unique",
              Words.of(
                  "remove [duplicates|the duplicates|repeated elements] from a list[| and keep the order|, in order];"
                      + " [get|find] the unique elements of a list in order",
                  "[removing duplicates from a list|the unique elements of a list][| in order|, keeping the order]",
                  "[去除|删除]列表中的重复元素[|并保持顺序]; 列表去重"),
              Words.of(
                  "drop repeated items of a list and keep the first of each in order;"
                      + " make a list unique, order kept",
                  "the distinct elements of a list in their order",
                  "让列表里每个元素只留一个,顺序不变"),
              (i, r) -> List.of(Stream.generate(() -> r.nextInt(9)).limit(r.nextInt(13)).toList()),
              a -> ints(a, 0).stream().distinct().toList()));
}
