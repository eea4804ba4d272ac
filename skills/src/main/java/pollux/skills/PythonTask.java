package pollux.skills;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * A small function to be written in Python.
 *
 * @param name the function in {@code functions.py}, which training teaches
 * @param phrasings how it is asked for
 * @param inputs draws the arguments of one call; the number counts the calls of a case
 * @param accepts whether a result, as JSON, is right for those arguments
 */
record PythonTask(
    String name, Phrasings phrasings, Inputs inputs, BiPredicate<List<?>, String> accepts) {

  /** Draws the arguments of call {@code index}. */
  interface Inputs {
    List<?> draw(int index, RandomGenerator random);
  }

  /**
   * What a function does, in words: what one would do ({@code verbs}: "reverse a list"), what one
   * would have ({@code nouns}: "the reverse of a list"), and in Chinese; all as {@link Wording}.
   */
  record Words(List<String> verbs, List<String> nouns, List<String> chinese) {
    static Words of(String verbs, String nouns, String chinese) {
      return new Words(split(verbs), split(nouns), split(chinese));
    }

    private static List<String> split(String templates) {
      return Wording.expand(templates.split(";", -1)).stream().map(String::strip).toList();
    }
  }

  private static final List<String> VERB_FRAMES =
      Wording.expand(
          "[Write|write|Make] a Python function to *.",
          "Write a Python function that can *.",
          "[A Python|Python] function to *",
          "[Give me|Show me|I need] Python code to *.",
          "[Can|Could] you write Python code to *?",
          "Show me how to * in Python.",
          "[Please code|I need|I want] a Python function to *.",
          "In Python, *.");
  private static final List<String> NOUN_FRAMES =
      Wording.expand(
          "[Write|write|Make] a Python function for *.",
          "[Python|Python code|Python function] for *",
          "[Give me|I need|Show me] a Python function for *.",
          "[Implement|Code] * in Python.");
  private static final List<String> CHINESE_FRAMES =
      Wording.expand("[用Python写|写|编写]一个Python函数:*。", "[用Python|请用Python写函数]*", "Python代码:*");
  private static final List<String> TEST_VERB_FRAMES =
      List.of(
          "Would you program a small Python function to *?",
          "How would I * with Python? Just the code.",
          "Create a function in Python which will *.");
  private static final List<String> TEST_NOUN_FRAMES =
      List.of(
          "I am looking for Python code for *, please.",
          "Help me out with a Python function for *.");
  private static final List<String> TEST_CHINESE_FRAMES =
      List.of("能不能给我一个Python函数来*?", "帮我编一段Python程序,*");

  /** A task whose result must equal that of {@code reference}. */
  static PythonTask of(
      String name, Words training, Words test, Inputs inputs, Function<List<?>, Object> reference) {
    return judged(
        name,
        training,
        test,
        inputs,
        (args, json) -> PythonValue.same(reference.apply(args), json));
  }

  static PythonTask judged(
      String name,
      Words training,
      Words test,
      Inputs inputs,
      BiPredicate<List<?>, String> accepts) {
    Phrasings phrasings =
        new Phrasings(
            concat(fill(VERB_FRAMES, training.verbs), fill(NOUN_FRAMES, training.nouns)),
            fill(CHINESE_FRAMES, training.chinese),
            concat(fill(TEST_VERB_FRAMES, test.verbs), fill(TEST_NOUN_FRAMES, test.nouns)),
            fill(TEST_CHINESE_FRAMES, test.chinese));
    return new PythonTask(name, phrasings, inputs, accepts);
  }

  private static List<String> fill(List<String> frames, List<String> words) {
    List<String> filled = new ArrayList<>();
    for (String word : words) {
      frames.forEach(frame -> filled.add(frame.replace("*", word)));
    }
    return filled;
  }

  private static List<String> concat(List<String> first, List<String> second) {
    List<String> both = new ArrayList<>(first);
    both.addAll(second);
    return both;
  }
}
