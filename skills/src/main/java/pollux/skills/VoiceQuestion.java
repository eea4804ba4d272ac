package pollux.skills;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import pollux.media.Sound;
import pollux.model.Part;

/**
 * Another skill's question about a picture or film, spoken instead of typed: the text of its case
 * is read aloud, and thought, answer and judge are the other skill's.
 */
public final class VoiceQuestion implements SpokenSkill {
  /** A question costs a position each 0.12 s; speakers hurry to end within this: 2.5 s as heard. */
  static final double MAX_SECONDS = 1.9;

  /** Longer texts cannot be followed at the speed that {@link #MAX_SECONDS} asks for. */
  private static final int MAX_ENGLISH = 64;

  private static final int MAX_CHINESE = 14;

  /** Takes of each text in training, of each program: bounds the clips to 32 a phrasing. */
  private static final int TAKES = 16;

  /** Questions are asked faster than single words are spoken. */
  private static final double PACE = 1.3;

  private final Speech speech;
  private final List<Skill> training;
  private final List<Skill> test;

  /**
   * @param training the skills that ask in training, in equal parts
   * @param test the skills that ask in the test, in equal parts
   */
  public VoiceQuestion(Speech speech, List<Skill> training, List<Skill> test) {
    if (training.isEmpty() || test.isEmpty()) {
      throw new IllegalArgumentException("no skill to ask for");
    }
    this.speech = speech;
    this.training = List.copyOf(training);
    this.test = List.copyOf(test);
  }

  @Override
  public String name() {
    return "voice-question";
  }

  @Override
  public List<String> missing(Split split) {
    Stream<String> inner = skills(split).stream().flatMap(skill -> skill.missing(split).stream());
    return Stream.concat(speech.missing().stream(), inner).distinct().toList();
  }

  @Override
  public Case draw(long seed) {
    Split split = Split.of(seed);
    RandomGenerator random = Split.random(seed);
    Asked asked = ask(split, random);
    int takes = split == Split.TRAINING ? TAKES : Integer.MAX_VALUE;
    Voices.Take take = Voices.pick(split, asked.text(), takes, random);
    Sound clip = speech.sayWithin(take.says(asked.text(), PACE), MAX_SECONDS);
    boolean training = split == Split.TRAINING;
    if (training && random.nextInt(4) != 0) {
      clip = VoiceMorph.another(clip, 1, random);
    }
    Sound heard = Acoustics.hear(clip, training ? 0.1 : 0.05, 0.08, 0.08, List.of(), random);
    List<Part> question = new ArrayList<>();
    for (Part part : asked.inner().question()) {
      if (!(part instanceof Part.Text)) {
        question.add(part);
      }
    }
    question.add(random.nextBoolean() ? 0 : question.size(), new Part.Audio(heard));
    Case inner = asked.inner();
    return new Case(seed, question, inner.thought(), inner.answer(), inner.spelled());
  }

  @Override
  public boolean correct(Case asked, String answer) {
    Asked again = ask(Split.of(asked.seed()), Split.random(asked.seed()));
    return again.skill().correct(again.inner(), answer);
  }

  /** What the case with {@code seed} asks, in letters. */
  String text(long seed) {
    return ask(Split.of(seed), Split.random(seed)).text();
  }

  /** A case of another skill, and the text of its question. */
  private record Asked(Skill skill, Case inner, String text) {}

  private Asked ask(Split split, RandomGenerator random) {
    List<Skill> skills = skills(split);
    Skill skill = skills.get(random.nextInt(skills.size()));
    // Cases without a typed question, or with one that cannot be spoken, are passed over.
    for (int tries = 0; tries < 100; tries++) {
      Case inner = skill.draw(random.nextLong() & ~1L | split.ordinal());
      String text = text(inner);
      if (speakable(split, text)) {
        return new Asked(skill, inner, text);
      }
    }
    throw new IllegalStateException(skill.name() + " has no question that can be spoken");
  }

  private static String text(Case inner) {
    return inner.question().stream()
        .filter(Part.Text.class::isInstance)
        .map(part -> ((Part.Text) part).text())
        .collect(Collectors.joining(" "))
        .strip();
  }

  private static boolean speakable(Split split, String text) {
    if (Phrasings.isChinese(text)) {
      // espeak-ng has one Chinese voice, so none can be held out: Chinese is for training alone.
      return split == Split.TRAINING && text.length() <= MAX_CHINESE;
    }
    return !text.isEmpty() && text.length() <= MAX_ENGLISH;
  }

  private List<Skill> skills(Split split) {
    return split == Split.TRAINING ? training : test;
  }

  /** The clips of training for every question met in {@code cases} cases of each skill. */
  List<SpeechClip> trainingClips(int cases) {
    Set<String> texts = new LinkedHashSet<>();
    for (Skill skill : training) {
      for (long i = 0; i < cases; i++) {
        String text = text(skill.draw(Split.TRAINING.caseSeed(name(), 0, i)));
        if (speakable(Split.TRAINING, text)) {
          texts.add(text);
        }
      }
    }
    Set<SpeechClip> clips = new LinkedHashSet<>();
    for (String text : texts) {
      for (Voices.Take take : Voices.all(Split.TRAINING, text, TAKES)) {
        clips.add(take.says(text, PACE));
      }
    }
    return List.copyOf(clips);
  }

  @Override
  public void prepare(int threads, Progress progress) {
    // The rarest phrasing comes once in 40 cases: 200 miss it with a chance of 1 in 150, and then
    // it is spoken when it is drawn.
    List<SpeechClip> clips = trainingClips(200);
    speech.fill(clips, MAX_SECONDS, threads, done -> progress.spoken(done, clips.size()));
  }
}
