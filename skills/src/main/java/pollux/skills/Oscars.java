package pollux.skills;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import pollux.model.Part;
import pollux.skills.OscarFacts.Award;
import pollux.skills.OscarFacts.Category;

/**
 * Winners of the Academy Awards, asked as contrast pairs: one question names a category and two
 * adjacent ceremonies, and both winners must be right, in the order asked.
 *
 * <p>Years are those of the ceremonies, and every phrasing says so. Training also asks about single
 * ceremonies and about the films of those who won.
 */
public final class Oscars implements Skill {
  /**
   * {@code {c}} category, {@code {W}/{w}} who or which film, {@code {a}}, {@code {b}} the years.
   */
  static final Phrasings PAIRS =
      new Phrasings(
          Wording.expand(
              "{W} won [|the Oscar for |the Academy Award for ]{c} at the {a} and {b} ceremonies?",
              "{W} won {c} at the {a} and [|the ]{b} [Oscar|Oscars|Academy Awards] ceremonies?",
              "{W} [won|got|received] {c} at the {a} ceremony and at the {b} ceremony?",
              "{W} won {c} at the {a} ceremony, and {w} won it at the {b} ceremony?",
              "[Tell me|Name|Give me|List] the {c} winners of the {a} and {b} Oscar ceremonies.",
              "[Name|List] the winners of {c} at the {a} and {b} ceremonies.",
              "At the Oscar ceremonies [of|held in] {a} and {b}, {w} [won|received|got] {c}?",
              "Oscar ceremonies [|held ]in {a} and {b}: {w} won {c}?",
              "{c}: the {a} ceremony and the {b} ceremony[|?]",
              "{c} winners, {a} and {b} ceremonies[|?|, please.]",
              "[I mix up|I confuse|I always swap] the {a} and {b} Oscar ceremonies. {W} won {c}?",
              "[I need|I want|I would like] {c} for the ceremonies held in {a} and {b}.",
              "Ceremonies of {a} and {b}, {c}[?|: {w} won?|, {w} was it?]",
              "{c} at the {a} ceremony, [then|also|and then] {c} at the {b} ceremony[.|?|, please.]",
              "First the {a} ceremony, [second|then] the {b} ceremony: {w} won {c}?",
              "{c}[,|:] {a}[,|;| /| &] {b} [ceremonies|ceremony|Oscar ceremonies][|?|.]",
              "{a} and {b} ceremonies[,|:|.] [{W}|Tell me {w}|Say {w}] [won|got|has] {c}[?|.]",
              "[{W}|And {w}] [is|was|were] [the |]{c} [of|for] the ceremony of {a}, [and|or] of {b}?",
              "Both ceremonies, {a} [as well as|plus|and also] {b}: [the |]{c}[?|.|, please!]",
              "[My question is|We ask|This is] about {c} at [two|both] ceremonies[:|,] {a}, {b}.",
              "[{W}|Let me know {w}|Please say {w}] won {c} at the Oscar ceremony [of|from] {a}[?|.] [Also|Same] for {b}[?|.]",
              "[Can you say|Could you say|Any idea] {w} [won|got|picked up] {c} at the ceremony [of|in|held in] {a}[ and| and also|, then] at the [one|ceremony] [of|held in] {b}?",
              "[For|Regarding|About] the Oscar [ceremonies|award ceremonies] of {a} and [|of ]{b}: {w} [won|earned|landed] {c}?",
              "{W} [went home with|carried off|picked up|earned|landed|collected] {c} at the [Academy|Oscar] ceremony in {a}, and [|{w} ]in {b}?",
              "{W} [was|has been] [named|honoured as|chosen for|awarded] {c} at the {a} [Academy |]ceremony[ and at|? At|, and at] the {b} [one|ceremony]?",
              "[Put|Write|State] the {c} winner for [each|both] of the ceremonies {a} and {b}.",
              "[Put|Set] [two|the] ceremonies side by side, {a} and {b}: {w} [took|had|won] {c}?",
              "When the Oscar ceremony [took place|was held|came round] in {a}, {w} won {c}? And in {b}?",
              "There was [a|an Oscar] ceremony in {a} and [another|one more|the next one] in {b}. {W} [won|got|took] {c} [each time|both times|then]?",
              "The {a} ceremony gave {c} to [whom|somebody]; the {b} ceremony, too. [Names, please.|Name both.|Name them.]",
              "[To whom did|Who did] {c} go at the ceremonies of {a} and {b}?",
              "{c} went to [whom|which winner] at the {a} ceremony, and to whom at the {b} ceremony?",
              "[I forgot|I cannot recall|Remind me] {w} won {c} at the Academy Awards ceremonies [of|held in] {a} and {b}.",
              "[My friend|She|He|Somebody] asks {w} won {c} at the ceremony held in {a} and at the one held in {b}.",
              "[Winner|Winners|Laureates] of {c}: [Oscar|Academy] ceremony {a}, [Oscar|Academy] ceremony {b}.",
              "[Between|Looking at|Taking] the ceremonies in {a} and in {b}, {w} [won|received] {c} [|in each ]?",
              "[Quiz|Trivia|Film question]: {c}, Oscar ceremonies {a} and {b}[.|?|!]",
              "[List|Give] {c} by ceremony: {a}, {b}.",
              "[It is about|I speak of|I mean] the ceremonies in {a} and {b}. {c} [went to whom|was won by whom|, please]?",
              "Was {c} at the {a} ceremony won by the same as at the {b} ceremony? [Say|Tell me] {w} won each.",
              "[The|Both] Academy Award ceremonies, in {a} [and|then] {b}, had [a winner|winners] of {c}: {w}?",
              "{W} [did they pick|did the Academy choose|was chosen] for {c} at the ceremonies in {a} and {b}?",
              "In {a} the ceremony had {c} for [someone|one winner], in {b} for [another|the next]. {W}?"),
          Wording.expand(
              "{a}年和{b}年的奥斯卡颁奖[典礼|礼]上,谁[获得|赢得]了{z}?",
              "在{a}年[与|和]{b}年举行的奥斯卡颁奖典礼上,{z}[分别是谁|是谁]?",
              "{a}年、{b}年颁奖典礼的{z}[|是谁]?",
              "[先说|说说]{a}年典礼的{z},再说{b}年典礼的。",
              "{z}:{a}年、{b}年奥斯卡颁奖典礼",
              "[告诉我|我想知道]{a}年以及{b}年奥斯卡典礼上的{z}。",
              "{a}年的奥斯卡典礼{z}给了谁?{b}年的[呢|典礼呢]?",
              "{z}在{a}年典礼上是谁,在{b}年典礼上[又是谁|是谁]?",
              "[对比|比较|说出]{a}年典礼和{b}年典礼:{z}[是谁|归谁]?",
              "[我忘了|提醒我|你知道]{a}年、{b}年奥斯卡颁奖典礼谁[得了|拿了|获得]{z}[?|。]",
              "两届奥斯卡典礼,{a}年和{b}年,{z}[得主|获奖者]是谁?",
              "{a}年与{b}年典礼的奥斯卡{z}[名单|分别颁给谁|各自是谁]?"),
          Wording.expand(
              "Do you remember {w} took home {c} at the ceremony in {a} and at the one in {b}?",
              "For the ceremonies that took place in {a} and in {b}, name each {c} winner.",
              "{W} was given the {c} award at the {a} Academy ceremony? And at the {b} one?",
              "Compare two Oscar ceremonies, {a} and {b}: {w} walked away with {c}?",
              "I'd like to know {w} won {c} when the Oscar ceremony was held in {a}, then in {b}."),
          Wording.expand("请问{a}年和{b}年两次奥斯卡颁奖典礼的{z}得主分别是?", "奥斯卡{z}:{a}年典礼和{b}年典礼各是谁?"));

  private static final Phrasings SINGLES =
      new Phrasings(
          Wording.expand(
              "{W} won [|the Oscar for |the Academy Award for ]{c} at the {a} ceremony?",
              "{W} [won|got|received] {c} at the {a} [Oscar|Oscars|Academy Awards] ceremony?",
              "[Tell me|Name|Give me] the {c} winner of the {a} Oscar ceremony.",
              "At the Oscar ceremony [of|held in] {a}, {w} [won|received|got] {c}?",
              "{c}, {a} ceremony[|?]",
              "{W} won {c} at the {o} Academy Awards, the {a} ceremony?"),
          Wording.expand("{a}年的奥斯卡颁奖[典礼|礼]上,谁[获得|赢得]了{z}?", "在{a}年举行的奥斯卡颁奖典礼上,{z}是谁?"),
          List.of("Do you remember {w} took home {c} at the ceremony in {a}?"),
          List.of("请问{a}年奥斯卡颁奖典礼的{z}得主是?"));

  private static final Phrasings FILMS =
      new Phrasings(
          Wording.expand(
              "For which film was {c} given at the {a} [|Oscar ]ceremony?",
              "[Name|Tell me] the film of the {c} winner at the {a} ceremony."),
          List.of("{a}年奥斯卡颁奖典礼的{z}出自哪部电影?"),
          List.of("At the {a} ceremony, {c} went to work in which movie?"),
          List.of("{a}年颁奖典礼的{z}是凭哪部影片获奖的?"));

  private static final Pattern YEAR = Pattern.compile("(?<!\\d)(?:19|20)\\d\\d(?!\\d)");

  private enum Kind {
    PAIR,
    SINGLE,
    FILM
  }

  /** What a case asks, as its seed says. */
  private record Ask(Kind kind, Category category, List<Integer> years) {}

  @Override
  public String name() {
    return "oscars";
  }

  @Override
  public List<String> missing(Split split) {
    return List.of();
  }

  @Override
  public Case draw(long seed) {
    RandomGenerator random = Split.random(seed);
    Ask ask = ask(seed, random);
    Phrasings phrasings =
        switch (ask.kind) {
          case PAIR -> PAIRS;
          case SINGLE -> SINGLES;
          case FILM -> FILMS;
        };
    int first = ask.years.getFirst();
    String who = ask.category == Category.PICTURE ? "which film" : "who";
    String question =
        Wording.typed(phrasings.pick(Split.of(seed), random), random)
            .replace("{c}", ask.category.english)
            .replace("谁", ask.category == Category.PICTURE ? "哪部电影" : "谁")
            .replace("{z}", ask.category.chinese)
            .replace("{W}", Character.toUpperCase(who.charAt(0)) + who.substring(1))
            .replace("{w}", who)
            .replace("{o}", ordinal(first - 1928))
            .replace("{a}", "" + first)
            .replace("{b}", "" + ask.years.getLast());
    List<String> answers =
        ask.years.stream().map(y -> y + ": " + String.join(" and ", right(ask, y))).toList();
    return new Case(seed, List.of(new Part.Text(question)), null, String.join("; ", answers));
  }

  @Override
  public boolean correct(Case asked, String answer) {
    Ask ask = ask(asked.seed(), Split.random(asked.seed()));
    List<Integer> years =
        YEAR.matcher(answer).results().map(r -> Integer.valueOf(r.group())).distinct().toList();
    // Years may be left out, but those that are named tie the names to them: same years, same
    // order.
    if (!years.isEmpty() && !years.equals(ask.years)) {
      return false;
    }
    if (ask.kind == Kind.FILM) {
      String text = " " + OscarFacts.normalise(answer) + " ";
      return right(ask, ask.years.getFirst()).stream()
          .allMatch(film -> text.contains(" " + OscarFacts.normalise(film) + " "));
    }
    List<String> named = new ArrayList<>(OscarFacts.mentions(ask.category, answer));
    for (int year : ask.years) {
      List<String> expected = right(ask, year).stream().map(OscarFacts::normalise).toList();
      if (named.size() < expected.size()) {
        return false;
      }
      List<String> here = named.subList(0, expected.size());
      if (!new HashSet<>(here).equals(new HashSet<>(expected))) {
        return false;
      }
      here.clear();
    }
    // A further winner of the category would be a guess on the side.
    return named.isEmpty();
  }

  /** Draws what is asked: the test asks pairs alone, of ceremonies next to each other. */
  private static Ask ask(long seed, RandomGenerator random) {
    Category category = Category.values()[random.nextInt(Category.values().length)];
    int year = random.nextInt(OscarFacts.FIRST_YEAR, OscarFacts.LAST_YEAR);
    int kind = random.nextInt(10);
    if (Split.of(seed) == Split.TRAINING && kind < 3) {
      int single = year + random.nextInt(2);
      boolean film = kind == 0 && category != Category.PICTURE;
      return new Ask(film ? Kind.FILM : Kind.SINGLE, category, List.of(single));
    }
    boolean backwards = random.nextInt(4) == 0;
    return new Ask(
        Kind.PAIR, category, backwards ? List.of(year + 1, year) : List.of(year, year + 1));
  }

  private static List<String> right(Ask ask, int year) {
    Award award = OscarFacts.award(ask.category, year);
    return ask.kind == Kind.FILM ? award.films() : award.winners();
  }

  private static String ordinal(int n) {
    int tens = n / 10 % 10;
    return n
        + switch (tens == 1 ? 0 : n % 10) {
          case 1 -> "st";
          case 2 -> "nd";
          case 3 -> "rd";
          default -> "th";
        };
  }
}
