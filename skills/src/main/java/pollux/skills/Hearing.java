package pollux.skills;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import pollux.media.Sound;
import pollux.model.Part;

/** A spoken digit or command, with some noise: which word was it? */
public final class Hearing implements SpokenSkill {
  /** Zero to nine, each at its own index. */
  static final List<String> DIGITS =
      List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine");

  static final List<String> COMMANDS =
      List.of(
          "yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go", "start", "open",
          "close", "play", "pause", "next", "back", "forward", "louder", "quieter");

  static final Phrasings PHRASINGS =
      new Phrasings(
          List.of(
              "What was said?",
              "What did they say?",
              "What do you hear?",
              "What is the word?",
              "Write down the word.",
              "Listen: which word is it?",
              "What is being said here?",
              "Transcribe this.",
              "Which word is spoken?",
              "Tell me what the voice says.",
              "what's said in the clip?",
              "Repeat the word."),
          List.of("说了什么？", "你听到了什么？", "这是哪个词？", "请写下听到的词。"),
          List.of(
              "Which word did you hear?",
              "What does the speaker say?",
              "Please write what is said.",
              "What did the voice say?",
              "Name the spoken word.",
              "Say what you heard."),
          List.of("听到了什么？", "说的是哪个词？"));

  static final int MOST_CLIPS = 6_500;

  private static final List<String> WORDS = words();

  private final Speech speech;

  /** Cases spoken by {@code speech}. */
  public Hearing(Speech speech) {
    this.speech = speech;
  }

  private static List<String> words() {
    List<String> words = new ArrayList<>(DIGITS);
    words.addAll(COMMANDS);
    return List.copyOf(words);
  }

  @Override
  public String name() {
    return "hearing";
  }

  @Override
  public List<String> missing(Split split) {
    // Both sides have voices of both: half the voices would be another test.
    return speech.missing();
  }

  @Override
  public Case draw(long seed) {
    Split split = Split.of(seed);
    RandomGenerator random = Split.random(seed);
    // Digits and commands in equal parts by number of words.
    String word = WORDS.get(random.nextInt(WORDS.size()));
    Sound clip = say(split, word, random);
    List<Sound> others = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      others.add(say(split, WORDS.get(random.nextInt(WORDS.size())), random));
    }
    boolean training = split == Split.TRAINING;
    if (training && random.nextInt(4) != 0) {
      clip = VoiceMorph.another(clip, 0.75, random);
    }
    Sound heard = Acoustics.hear(clip, training ? 0.12 : 0.05, 0.25, 0.25, others, random);
    List<Part> question = new ArrayList<>();
    question.add(new Part.Audio(heard));
    boolean typed = split == Split.TEST || random.nextInt(4) != 0;
    if (typed) {
      question.add(random.nextInt(2), new Part.Text(PHRASINGS.pick(split, random)));
    }
    return new Case(seed, question, null, word);
  }

  private Sound say(Split split, String word, RandomGenerator random) {
    return speech.say(Voices.pick(split, word, Integer.MAX_VALUE, random).says(word, 1));
  }

  /** Right if the spoken word is the one of the vocabulary in {@code answer}; 7 is seven. */
  @Override
  public boolean correct(Case asked, String answer) {
    Set<String> named = new TreeSet<>();
    for (String piece : answer.toLowerCase(Locale.ROOT).split("[^a-z0-9]+")) {
      if (piece.length() == 1 && Character.isDigit(piece.charAt(0))) {
        named.add(DIGITS.get(piece.charAt(0) - '0'));
      } else if (WORDS.contains(piece)) {
        named.add(piece);
      } else if (!piece.isEmpty() && Character.isDigit(piece.charAt(0))) {
        return false;
      }
    }
    return named.equals(Set.of(asked.answer()));
  }

  /** All that training may draw, {@value #MOST_CLIPS} at most. */
  static List<SpeechClip> trainingClips() {
    List<SpeechClip> clips = new ArrayList<>();
    for (String word : WORDS) {
      for (Voices.Take take : Voices.all(Split.TRAINING, word, Integer.MAX_VALUE)) {
        clips.add(take.says(word, 1));
      }
    }
    return clips;
  }

  @Override
  public void prepare(int threads, Progress progress) {
    List<SpeechClip> clips = trainingClips();
    speech.fill(
        clips, Double.POSITIVE_INFINITY, threads, done -> progress.spoken(done, clips.size()));
  }
}
