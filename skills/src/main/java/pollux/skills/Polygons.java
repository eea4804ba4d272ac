package pollux.skills;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import pollux.model.Part;

/**
 * Twenty small Python functions, first of all the intersection of two convex polygons.
 *
 * <p>The code of an answer, bare or in a fence, is run on random inputs of the case in a {@link
 * PythonSandbox} and compared with what Java computes; all of them must be right.
 */
public final class Polygons implements Skill {
  private static final int INTERSECTION_ONE_IN = 4;
  private static final int CALLS = 16;

  /** Parts the inputs of a case from the draw of its question. */
  private static final long INPUTS = 0x6A09E667F3BCC908L;

  private static final Pattern FENCE =
      Pattern.compile("```[^\\n]*\\n(.*?)(?:```|\\z)", Pattern.DOTALL);
  private static final Pattern START = Pattern.compile("(?m)^(?:def|import|from|@|class) ");
  private static final Pattern NAME = Pattern.compile("^def (\\w+)\\(");

  private static final Map<String, String> FUNCTIONS = functions();

  @Override
  public String name() {
    return "polygons";
  }

  @Override
  public List<String> missing(Split split) {
    boolean ready = split == Split.TRAINING || PythonSandbox.find().isPresent();
    return ready ? List.of() : List.of("python3 (to run the code that answers)");
  }

  @Override
  public Case draw(long seed) {
    RandomGenerator random = Split.random(seed);
    PythonTask task = task(random);
    String question = Wording.typed(task.phrasings().pick(Split.of(seed), random), random);
    return new Case(seed, List.of(new Part.Text(question)), null, code(task.name()));
  }

  @Override
  public boolean correct(Case asked, String answer) {
    PythonSandbox sandbox =
        PythonSandbox.find()
            .orElseThrow(() -> new IllegalStateException("python3 is missing, see missing()"));
    PythonTask task = task(Split.random(asked.seed()));
    List<List<?>> inputs = inputs(task, asked.seed());
    List<String> calls = inputs.stream().<String>map(PythonValue::call).toList();
    List<String> results = sandbox.run(program(answer), task.name(), calls);
    if (results.size() != calls.size()) {
      return false;
    }
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i).startsWith("!") || !task.accepts().test(inputs.get(i), results.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** The code of the functions, as training teaches it. */
  public static List<String> taughtCode() {
    return List.copyOf(FUNCTIONS.values());
  }

  /** The tasks, the intersection of polygons first. */
  static List<PythonTask> tasks() {
    return Stream.concat(Stream.of(PythonTasks.INTERSECTION), PythonTasks.OTHERS.stream()).toList();
  }

  /** The inputs that an answer to the case with {@code seed} is run on. */
  static List<List<?>> inputs(PythonTask task, long seed) {
    RandomGenerator random = Split.random(seed ^ INPUTS);
    List<List<?>> inputs = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      inputs.add(task.inputs().draw(i, random));
    }
    return inputs;
  }

  /**
   * The program in {@code answer}: what its fence holds, or what follows the words before the code.
   */
  static String program(String answer) {
    Matcher fence = FENCE.matcher(answer);
    String code = fence.find() ? fence.group(1) : answer;
    Matcher start = START.matcher(code);
    return start.find() ? code.substring(start.start()) : code;
  }

  /** The taught code of the function {@code name}. */
  static String code(String name) {
    return Objects.requireNonNull(FUNCTIONS.get(name), name);
  }

  private static PythonTask task(RandomGenerator random) {
    List<PythonTask> others = PythonTasks.OTHERS;
    return random.nextInt(INTERSECTION_ONE_IN) == 0
        ? PythonTasks.INTERSECTION
        : others.get(random.nextInt(others.size()));
  }

  private static Map<String, String> functions() {
    Map<String, String> functions = new LinkedHashMap<>();
    for (String code : PythonSandbox.resource("functions.py").strip().split("\n\n\n")) {
      Matcher name = NAME.matcher(code);
      if (!name.find()) {
        throw new IllegalStateException("functions.py: expected a function, found " + code);
      }
      functions.put(name.group(1), code);
    }
    return functions;
  }
}
