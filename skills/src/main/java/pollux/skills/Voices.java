package pollux.skills;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Who speaks: the voices of training, and those kept for the test. A voice is held out with its
 * variant, whatever the accent, and with those that are the same voice under another name.
 */
final class Voices {
  /**
   * One way of speaking.
   *
   * @param rate words a minute
   * @param pitch as in {@link SpeechClip}
   */
  record Take(SpeechEngine engine, String voice, int rate, int pitch) {
    SpeechClip says(String text, double pace) {
      return new SpeechClip(
          engine, voice, Math.clamp(Math.round(rate * pace), 80, 450), pitch, text);
    }
  }

  // Whispers, robots and echoes are in neither list: people would not follow some of them.
  static final List<String> TRAINING_VARIANTS =
      List.of(
          "m1",
          "m2",
          "m3",
          "m4",
          "m6",
          "m7",
          "f1",
          "f2",
          "f3",
          "f5",
          "croak",
          "klatt",
          "klatt2",
          "klatt4",
          "Alex",
          "Andrea",
          "Andy",
          "Annie",
          "Denis",
          "Diogo",
          "Henrique",
          "Hugo",
          "Jacky",
          "Lee",
          "Mario",
          "Mike",
          "Nguyen",
          "adam",
          "antonio",
          "aunty",
          "belinda",
          "benjamin",
          "boris",
          "david",
          "ed",
          "edward",
          "grandma",
          "grandpa",
          "gustave",
          "iven",
          "john",
          "kaukovalta",
          "marcelo",
          "max",
          "michel",
          "miguel",
          "pablo",
          "paul",
          "pedro",
          "rob",
          "sandro",
          "shelby",
          "victor",
          "zac");

  /** Relatives left out of both lists: Gene2, steph2, steph3, RicishayMax*, iven2 to iven4. */
  static final List<String> TEST_VARIANTS =
      List.of(
          "m5", "m8", "f4", "klatt3", "Michael", "Alicia", "Gene", "steph", "travis", "norbert",
          "linda", "quincy", "robert", "anika");

  static final List<String> TRAINING_ACCENTS =
      List.of("en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbclan", "en-029");

  /** West Midlands is the one accent that training never hears. */
  static final List<String> TEST_ACCENTS =
      List.of("en-us", "en-gb", "en-gb-x-gbcwmd", "en-gb-x-rp", "en-gb-scotland");

  static final List<String> TRAINING_FLITE = List.of("kal", "kal16", "awb", "rms");
  static final List<String> TEST_FLITE = List.of("slt");

  /**
   * One clip in so many, on average, is spoken by flite; more in training, as its voices are fewer
   * and less alike.
   */
  private static int fliteOneIn(Split split) {
    return split == Split.TRAINING ? 2 : 3;
  }

  private static final List<Take> ESPEAK_TRAINING =
      espeak(3, TRAINING_VARIANTS, TRAINING_ACCENTS, 17);
  private static final List<Take> ESPEAK_TEST = espeak(2, TEST_VARIANTS, TEST_ACCENTS, 18);
  private static final List<Take> CHINESE_TRAINING =
      espeak(2, TRAINING_VARIANTS, List.of("cmn"), 19);
  private static final List<Take> FLITE_TRAINING = flite(TRAINING_FLITE, 8);
  private static final List<Take> FLITE_TEST = flite(TEST_FLITE, 5);

  private Voices() {}

  /** So many takes of each variant, in accents that go round. */
  private static List<Take> espeak(
      int each, List<String> variants, List<String> accents, long seed) {
    var random = new SplittableRandom(seed);
    List<Take> takes = new ArrayList<>();
    for (int i = 0; i < each * variants.size(); i++) {
      String voice = accents.get(i % accents.size()) + "+" + variants.get(i / each);
      takes.add(
          new Take(
              SpeechEngine.ESPEAK_NG, voice, random.nextInt(130, 211), random.nextInt(25, 81)));
    }
    return takes;
  }

  private static List<Take> flite(List<String> voices, int rates) {
    List<Take> takes = new ArrayList<>();
    for (String voice : voices) {
      for (int i = 0; i < rates; i++) {
        takes.add(new Take(SpeechEngine.FLITE, voice, 140 + 18 * (i % 5), 30 + 37 * i % 61));
      }
    }
    return takes;
  }

  /**
   * One of the ways {@code split} says {@code text}, out of {@code many} at most of each engine.
   */
  static Take pick(Split split, String text, int many, RandomGenerator random) {
    boolean chinese = Phrasings.isChinese(text);
    boolean flite = random.nextInt(fliteOneIn(split)) == 0 && !chinese;
    List<Take> some = some(pool(split, chinese, flite), text, many);
    return some.get(random.nextInt(some.size()));
  }

  /** All that {@link #pick} can give. */
  static List<Take> all(Split split, String text, int many) {
    boolean chinese = Phrasings.isChinese(text);
    List<Take> all = new ArrayList<>(some(pool(split, chinese, false), text, many));
    if (!chinese) {
      all.addAll(some(pool(split, false, true), text, many));
    }
    return all;
  }

  private static List<Take> pool(Split split, boolean chinese, boolean flite) {
    if (chinese && split == Split.TEST) {
      throw new IllegalArgumentException("no Chinese voice is held out");
    }
    return switch (split) {
      case TRAINING -> chinese ? CHINESE_TRAINING : flite ? FLITE_TRAINING : ESPEAK_TRAINING;
      case TEST -> flite ? FLITE_TEST : ESPEAK_TEST;
    };
  }

  /** Another {@code many} for each text, so that all voices are heard however few a text has. */
  private static List<Take> some(List<Take> pool, String text, int many) {
    if (many >= pool.size()) {
      return pool;
    }
    int first = Math.floorMod(text.hashCode(), pool.size());
    List<Take> some = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      some.add(pool.get((int) ((first + (long) i * pool.size() / many) % pool.size())));
    }
    return some;
  }
}
