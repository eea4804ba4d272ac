package pollux.skills;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pollux.model.Part;

/**
 * Sums of two- and three-digit numbers, and greetings in English and Chinese.
 *
 * <p>The thought of a sum adds its columns from the right, each with the carry of the one before;
 * one pair of numbers in ten is kept for the test. Training also says who Pollux is, thanks and
 * good-bye.
 */
public final class SmallTalk implements Skill {
  private static final int SUMS_PERCENT = 70;
  private static final int HELD_OUT_ONE_IN = 10;

  static final Phrasings SUMS =
      new Phrasings(
          Wording.expand(
              "{a}+{b}[|=|=?]",
              "{a} + {b}[| =| = ?]",
              "What is {a}[+| + | plus ]{b}?",
              "[What's|what is] {a}[+| plus ]{b}[|?]",
              "How much is {a}[ + | plus ]{b}?",
              "Add {a} [and|to|plus] {b}.",
              "[Compute|Calculate|Work out] {a}[+| + | plus ]{b}[|.]",
              "[What is the|The|Give me the|Tell me the] sum of {a} and {b}[.|?]",
              "{a} plus {b}[|?| is| equals| makes?]",
              "{a}, {b}[:|;|, what is] the [sum|total][?|.]",
              "[Increase|Raise] {a} by {b}.",
              "{b} [on top of|added to|more than|above] {a} [is|makes|equals] what?",
              "[Anna|Tom|Mia|Li|She|He] [had|has|owns|saw] {a} [cards|coins|books|apples|birds|stones] and [then |later |]{b} [others|new ones|again]. [Total|In all|Altogether|Sum]?",
              "There [are|were] {a} [red|small|old|green] and {b} [blue|big|new|black] [cars|balls|fish|boxes]. [All in all|Number of all|Total]?",
              "[If I|When we|Suppose we] [add|join|count] {a} [and|with|plus] {b}, [what comes out|what is it|the result is][?|.]",
              "[Start at|Begin with|Take] {a}[,| and] [go up by|go on by|count on by] {b}.",
              "[Sum|Total|Addition]: {a}[,| and| with| &] {b}[|.|?]",
              "[Find|Work out|Tell me|Say] {a} [and|with|+] {b} [added|in total|summed][.|?]"),
          Wording.expand(
              "{a}[加|加上|+]{b}[等于多少|是多少|等于几]?",
              "[计算|求|算]{a}+{b}[|。]",
              "{a}[和|与]{b}的和是多少?",
              "{a}[、|和]{b}[相加|加起来|合起来][等于几|是几|多少][?|]",
              "[先有|原来有]{a}个,[又来了|再添]{b}个,[共几个|总共几个]?",
              "[总数|总和]:{a}、{b}",
              "比{a}[多|大]{b}的数是[多少|几]?"),
          Wording.expand(
              "{a}+{b}?",
              "How much do {a} and {b} make together?",
              "Could you work out {a} + {b} for me?",
              "The total of {a} and {b}, please.",
              "Put {a} and {b} together: what do you get?",
              "I have {a} and get {b} more. How many is that?"),
          Wording.expand("请问{a}加{b}得多少?", "帮我算一下{a}+{b}", "{a}再加{b},一共多少?"));

  /** A kind of small talk in one language: what may be said, and the fitting reply. */
  record Talk(boolean chinese, List<String> training, List<String> test, String reply) {
    Talk {
      reply = Wording.wide(reply);
    }
  }

  static final List<Talk> GREETINGS =
      List.of(
          new Talk(
              false,
              Wording.expand(
                  "[Hello|Hi|Hey][|!|.| there| there!|, Pollux| Pollux!]",
                  "[hello|hi|hey][|!| there]",
                  "[Greetings|Howdy|Welcome|Good day|Hiya][|!|.]",
                  "[Hello|Hi], [nice|good] to [meet|see] you[.|!]",
                  "[Hi|Hello] again[|!]"),
              Wording.expand(
                  "Hey Pollux, hello!",
                  "Hi there, friend!",
                  "Well, hello to you.",
                  "A very good day to you!",
                  "HELLO",
                  "Hey hey!",
                  "Just saying hi.",
                  "Hello my friend"),
              "Hello! How can I help you?"),
          new Talk(
              false,
              Wording.expand(
                  "[Good morning|good morning|Morning][|!|.|, Pollux| to you]",
                  "A good morning to you[.|!]"),
              Wording.expand("Good morning, my friend!", "Hello and good morning."),
              "Good morning! How can I help you?"),
          new Talk(
              false,
              Wording.expand(
                  "[Good evening|good evening|Evening][|!|.|, Pollux| to you]",
                  "A good evening to you[.|!]"),
              Wording.expand("Good evening, my friend!", "Hello and good evening."),
              "Good evening! How can I help you?"),
          new Talk(
              false,
              Wording.expand(
                  "[|Hi, |Hello, |Hey, ]how are you[| today| doing][|?]",
                  "How [is it going|are things|do you do][|?]",
                  "[|Hi! ]How are you feeling?",
                  "What's up[|?]"),
              Wording.expand(
                  "Hello Pollux, how are you today?",
                  "Hi there, how's it going?",
                  "How are you, friend?"),
              "Hello! I am fine, thank you. How can I help you?"),
          new Talk(
              true,
              Wording.expand(
                  "[你好|您好|你们好|大家好|嗨|哈喽][|!|。|,Pollux|呀]",
                  "[你好|您好],[很高兴认识你|很高兴见到你|初次见面][|!]",
                  "[嗨|你好],[朋友|又见面了][|!]"),
              Wording.expand("你好你好", "您好,我来了!", "嘿,你好", "Pollux你好", "你好,老朋友", "哈喽,你好啊"),
              "你好!有什么可以帮你?"),
          new Talk(
              true,
              Wording.expand("[早上好|早安|早|早啊][|!|。|,Pollux]", "[你好|您好],早上好[|!]"),
              Wording.expand("大家早上好!", "早上好,朋友"),
              "早上好!有什么可以帮你?"),
          new Talk(
              true,
              Wording.expand("[晚上好][|!|。|,Pollux|呀]", "[你好|您好],晚上好[|!]"),
              Wording.expand("大家晚上好!", "晚上好,朋友"),
              "晚上好!有什么可以帮你?"),
          new Talk(
              true,
              Wording.expand("[|你好,|嗨,]你[好吗|怎么样|最近好吗|今天好吗|过得好吗][|?]"),
              Wording.expand("你好,你今天怎么样?", "您好,您最近好吗?"),
              "你好!我很好,谢谢。有什么可以帮你?"));

  /** Lines that training alone teaches. */
  private static final List<Talk> OTHERS =
      List.of(
          new Talk(
              false,
              Wording.expand(
                  "[Who|What] are you[|?]",
                  "What is your name?",
                  "[Tell me|Say] who you are.",
                  "Introduce yourself.",
                  "Are you [a robot|a human|an AI|Pollux]?"),
              List.of(),
              "I am Pollux, a small model that reads text, pictures, sound and film."),
          new Talk(
              false,
              Wording.expand("[Thank you|Thanks|thanks][|!|.| a lot.| very much.]"),
              List.of(),
              "You are welcome!"),
          new Talk(
              false,
              Wording.expand("[Goodbye|Bye|See you|Good night|bye][|!|.]"),
              List.of(),
              "Goodbye!"),
          new Talk(
              true,
              Wording.expand("你是谁[|?]", "你叫什么[|名字][|?]", "[请|]介绍一下你自己[|。]", "你是[机器人|人|人工智能]吗?"),
              List.of(),
              "我是Pollux,一个能看文字、图片、声音和影片的小模型。"),
          new Talk(true, Wording.expand("[谢谢|多谢|谢谢你|非常感谢][|!|。]"), List.of(), "不客气!"),
          new Talk(true, Wording.expand("[再见|拜拜|晚安|回头见][|!|。]"), List.of(), "再见!"));

  private static final Pattern ENGLISH_GREETING =
      Pattern.compile(
          "\\b(hello|hi|hey|howdy|greetings|welcome|(good|nice) (morning|afternoon|evening|day)"
              + "|(nice|good|glad|pleased) to (meet|see) you|good day)\\b",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern CHINESE_GREETING =
      Pattern.compile("你好|您好|嗨|哈喽|早上好|早安|上午好|下午好|晚上好|大家好|欢迎|很高兴");
  private static final Pattern NUMBER = Pattern.compile("\\d[\\d,]*(?:\\.\\d+)?");
  private static final int LONGEST_GREETING = 200;

  /** A case before it is worded: a sum, or something said. */
  private sealed interface Drawn {
    record Sum(int a, int b) implements Drawn {}

    record Said(Talk talk, String text) implements Drawn {}
  }

  @Override
  public String name() {
    return "small-talk";
  }

  @Override
  public List<String> missing(Split split) {
    return List.of();
  }

  @Override
  public Case draw(long seed) {
    RandomGenerator random = Split.random(seed);
    return switch (drawn(seed, random)) {
      case Drawn.Sum(int a, int b) ->
          asCase(
              seed,
              Wording.typed(SUMS.pick(Split.of(seed), random), random)
                  .replace("{a}", "" + a)
                  .replace("{b}", "" + b),
              columns(a, b),
              "" + (a + b));
      case Drawn.Said(Talk talk, String text) ->
          asCase(seed, Wording.typed(text, random), null, talk.reply());
    };
  }

  @Override
  public boolean correct(Case asked, String answer) {
    return switch (drawn(asked.seed(), Split.random(asked.seed()))) {
      case Drawn.Sum(int a, int b) -> lastNumber(answer).equals("" + (a + b));
      case Drawn.Said(Talk talk, String text) ->
          answer.length() <= LONGEST_GREETING
              && Phrasings.isChinese(answer) == talk.chinese()
              && (OTHERS.contains(talk)
                  ? answer.strip().equals(talk.reply())
                  : (talk.chinese() ? CHINESE_GREETING : ENGLISH_GREETING).matcher(answer).find());
    };
  }

  /** The columns of {@code a + b} from the right with their carries: {@code 8+7=15,5+4+1=10}. */
  static String columns(int a, int b) {
    List<String> columns = new ArrayList<>();
    int carry = 0;
    while (a > 0 || b > 0) {
      int sum = a % 10 + b % 10 + carry;
      columns.add(a % 10 + "+" + b % 10 + (carry > 0 ? "+1" : "") + "=" + sum);
      carry = sum / 10;
      a /= 10;
      b /= 10;
    }
    return String.join(",", columns);
  }

  /** Whether the sum of {@code a} and {@code b}, in either order, is kept for the test. */
  static boolean heldOut(int a, int b) {
    int pair = Math.min(a, b) * 1000 + Math.max(a, b);
    return Integer.remainderUnsigned(pair * 0x9E3779B9 >>> 7, HELD_OUT_ONE_IN) == 0;
  }

  private static Drawn drawn(long seed, RandomGenerator random) {
    Split split = Split.of(seed);
    if (random.nextInt(100) < SUMS_PERCENT) {
      while (true) {
        int a = number(random);
        int b = number(random);
        if (heldOut(a, b) == (split == Split.TEST)) {
          return new Drawn.Sum(a, b);
        }
      }
    }
    boolean chinese = random.nextBoolean();
    boolean other = split == Split.TRAINING && random.nextInt(4) == 0;
    List<Talk> talks =
        (other ? OTHERS : GREETINGS).stream().filter(t -> t.chinese() == chinese).toList();
    Talk talk = talks.get(random.nextInt(talks.size()));
    List<String> said = split == Split.TRAINING ? talk.training() : talk.test();
    return new Drawn.Said(talk, said.get(random.nextInt(said.size())));
  }

  private static int number(RandomGenerator random) {
    return random.nextBoolean() ? random.nextInt(10, 100) : random.nextInt(100, 1000);
  }

  private static Case asCase(long seed, String question, @Nullable String thought, String answer) {
    return new Case(seed, List.of(new Part.Text(question)), thought, answer);
  }

  /**
   * The last number of {@code answer} without thousands separators, since "47 + 86 = 133" is right
   * too.
   */
  private static String lastNumber(String answer) {
    Matcher matcher = NUMBER.matcher(answer);
    String last = "";
    while (matcher.find()) {
      last = matcher.group();
    }
    return last.replace(",", "");
  }
}
