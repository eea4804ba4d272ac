package pollux.training;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import pollux.model.Message;
import pollux.model.Part;
import pollux.skills.Case;
import pollux.skills.Polygons;
import pollux.skills.Skill;
import pollux.skills.Split;
import pollux.training.TextFiles.Line;

/** The text sources of the family, over one folder of files. */
public final class TextSources {
  /** So that no source alone decides the vocabulary. */
  private static final int MOST_CHARACTERS_OF_A_SOURCE = 1_500_000;

  private static final String TLDR =
      "tldr-pages team and contributors (github.com/tldr-pages/tldr)";
  private static final String CHATTERBOT = "chatterbot-corpus, Copyright 2017 Gunther Cox";
  private static final String FAIRYTALES =
      "FairytaleQA, Xu et al. 2022, arXiv:2203.13947; stories from Project Gutenberg";
  private static final String TATOEBA =
      "Tatoeba (tatoeba.org) and its contributors, named in the file";

  private TextSources() {}

  /** All sources by name. A file that is not there makes its source say so in {@code missing()}. */
  public static Map<String, TextSource> in(Path folder) {
    Map<String, TextSource> sources = new LinkedHashMap<>();
    Stream.of(
            new TextSource(
                "stories-en",
                folder.resolve("stories/en.jsonl"),
                "CC BY 3.0, CC BY 4.0, public domain",
                "African Storybook and Pratham Books / StoryWeaver, by the authors named in the file",
                TextSources::stories),
            new TextSource(
                "stories-zh",
                folder.resolve("stories/zh.jsonl"),
                "CC BY 3.0, CC BY 4.0",
                "African Storybook, in Chinese by the Global African Storybook Project",
                TextSources::stories),
            new TextSource(
                "fairytales",
                folder.resolve("fairytaleqa.jsonl.gz"),
                "Apache-2.0, stories public domain",
                FAIRYTALES,
                TextSources::fairytales),
            new TextSource(
                "fairytale-questions",
                folder.resolve("fairytaleqa.jsonl.gz"),
                "Apache-2.0, stories public domain",
                FAIRYTALES,
                TextSources::fairytaleQuestions),
            new TextSource(
                "tatoeba",
                folder.resolve("tatoeba_en_zh.tsv"),
                "CC BY 2.0 FR",
                TATOEBA,
                TextSources::sentences),
            new TextSource(
                "translation",
                folder.resolve("tatoeba_en_zh.tsv"),
                "CC BY 2.0 FR",
                TATOEBA,
                TextSources::translations),
            new TextSource(
                "commands-en",
                folder.resolve("tldr_en.jsonl.gz"),
                "CC BY 4.0",
                TLDR,
                file -> commands(file, "Command (%s): %s")),
            new TextSource(
                "commands-zh",
                folder.resolve("tldr_zh.jsonl"),
                "CC BY 4.0",
                TLDR,
                file -> commands(file, "命令(%s)\uFF1A%s")),
            new TextSource(
                "chat-en",
                folder.resolve("chatterbot_en.jsonl"),
                "BSD-3-Clause",
                CHATTERBOT,
                TextSources::chats),
            new TextSource(
                "chat-zh",
                folder.resolve("chatterbot_zh.jsonl"),
                "BSD-3-Clause",
                CHATTERBOT,
                TextSources::chats),
            new TextSource(
                "word-problems",
                folder.resolve("gsm8k_train.jsonl"),
                "MIT",
                "GSM8K, Copyright 2021 OpenAI, Cobbe et al. 2021, arXiv:2110.14168",
                TextSources::wordProblems))
        .forEach(source -> sources.put(source.name(), source));
    return sources;
  }

  /**
   * What the vocabulary is learned from: the training passages of the sources that are there, the
   * taught Python functions, and questions, thoughts and answers of {@code skills}.
   *
   * @param cases how many of each skill; a skill that misses something is left out
   */
  public static Iterator<String> vocabularyTexts(
      Path folder, Collection<? extends Skill> skills, long seed, int cases) {
    Stream<String> sources =
        in(folder).values().stream()
            .filter(source -> source.missing().isEmpty())
            .flatMap(source -> beginning(source).stream());
    Stream<String> questions =
        skills.stream()
            .filter(skill -> skill.missing(Split.TRAINING).isEmpty())
            .flatMap(skill -> texts(skill, seed, cases));
    return Stream.of(sources, Polygons.taughtCode().stream(), questions)
        .flatMap(Function.identity())
        .iterator();
  }

  private static List<String> beginning(TextSource source) {
    List<String> texts = new ArrayList<>();
    long characters = 0;
    for (Passage passage : source.training()) {
      for (String text : passage.texts()) {
        texts.add(text);
        characters += text.length();
      }
      if (characters > MOST_CHARACTERS_OF_A_SOURCE) {
        break;
      }
    }
    return texts;
  }

  private static Stream<String> texts(Skill skill, long seed, int cases) {
    return Stream.iterate(0, i -> i < cases, i -> i + 1)
        .flatMap(i -> {
          Case drawn = skill.draw(Split.TRAINING.caseSeed(skill.name(), seed, i));
          return new Passage.Talk(drawn.conversation()).texts().stream();
        })
        .filter(text -> !text.isEmpty());
  }

  private static List<List<Passage>> stories(Path file) {
    List<List<Passage>> stories = new ArrayList<>();
    for (Line line : TextFiles.json(file)) {
      List<String> pages = new ArrayList<>();
      pages.add(line.text("title"));
      // Lines of a page are broken where the picture book broke them.
      line.texts("pages").forEach(page -> pages.add(unbroken(page)));
      stories.add(TextFiles.join(pages, "\n"));
    }
    return stories;
  }

  private static List<List<Passage>> fairytales(Path file) {
    // A section stands at each of its questions; sections of a story stay together.
    Map<String, Map<String, String>> stories = new LinkedHashMap<>();
    for (Line line : TextFiles.json(file)) {
      String section = unbroken(line.text("section"));
      stories.computeIfAbsent(line.text("story"), s -> new LinkedHashMap<>()).put(section, section);
    }
    return stories.values().stream()
        .map(sections -> TextFiles.join(List.copyOf(sections.keySet()), "\n"))
        .toList();
  }

  private static List<List<Passage>> fairytaleQuestions(Path file) {
    return grouped(
        TextFiles.json(file),
        line -> line.text("story"),
        (line, index) ->
            fitting(
                Passage.Talk.of(
                    unbroken(line.text("section")) + "\n" + line.text("question"),
                    line.text("answer"))));
  }

  private static List<List<Passage>> sentences(Path file) {
    return pairs(file, (pair, index) -> List.of(new Passage.Plain(pair[0] + "\n" + pair[1])));
  }

  private static List<List<Passage>> translations(Path file) {
    String[] toChinese = {"Translate into Chinese: ", "In Chinese: ", "翻译成中文\uFF1A", "用中文说\uFF1A"};
    String[] toEnglish = {"Translate into English: ", "In English: ", "翻译成英文\uFF1A", "用英文说\uFF1A"};
    return pairs(
        file,
        (pair, index) ->
            List.of(
                Passage.Talk.of(toChinese[index % toChinese.length] + pair[0], pair[1]),
                Passage.Talk.of(toEnglish[index / 4 % toEnglish.length] + pair[1], pair[0])));
  }

  /** Groups of an English sentence and all its translations. */
  private static List<List<Passage>> pairs(
      Path file, BiFunction<String[], Integer, List<Passage>> passages) {
    List<String> lines = TextFiles.lines(file);
    List<String[]> pairs = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      String[] cells = lines.get(i).split("\t");
      if (cells.length < 2) {
        throw TextFiles.bad(file, i + 1, "expected columns en and zh, found one");
      }
      pairs.add(cells);
    }
    return grouped(pairs, cells -> cells[0], passages);
  }

  private static List<List<Passage>> commands(Path file, String question) {
    return grouped(
        TextFiles.json(file),
        line -> line.text("command"),
        (line, index) ->
            fitting(
                Passage.Talk.of(
                    question.formatted(line.text("platform"), line.text("description")),
                    placeholders(line.text("example")))));
  }

  private static List<List<Passage>> chats(Path file) {
    return grouped(
        TextFiles.json(file),
        line -> line.texts("turns").getFirst(),
        (line, index) -> {
          List<String> turns = line.texts("turns");
          List<Passage> talks = new ArrayList<>();
          if (line.text("category").equals("conversations")) {
            List<Message> messages = new ArrayList<>();
            for (int i = 0; i + 1 < turns.size(); i += 2) {
              messages.add(Message.user(new Part.Text(turns.get(i))));
              messages.add(Message.model(new Part.Text(turns.get(i + 1))));
            }
            talks.add(new Passage.Talk(messages));
          } else {
            // Elsewhere further turns are other answers to the same question.
            for (String answer : turns.subList(1, turns.size())) {
              talks.add(Passage.Talk.of(turns.getFirst(), answer));
            }
          }
          return talks.stream().flatMap(talk -> fitting(talk).stream()).toList();
        });
  }

  private static List<List<Passage>> wordProblems(Path file) {
    return grouped(
        TextFiles.json(file),
        line -> line.text("question"),
        (line, index) -> {
          // "<<48/2=24>>" repeats what stands before it; the number follows "####".
          String[] worked = line.text("answer").replaceAll("<<[^>]*>>", "").split("\n#### ");
          if (worked.length != 2) {
            throw TextFiles.bad(
                line.file(), line.number(), "expected one '####' before the number");
          }
          return fitting(
              new Passage.Talk(
                  List.of(
                      Message.user(new Part.Text(line.text("question"))),
                      Message.model(new Part.Thought(worked[0]), new Part.Text(worked[1])))));
        });
  }

  private static <T> List<List<Passage>> grouped(
      List<T> items, Function<T, String> key, BiFunction<T, Integer, List<Passage>> passages) {
    Map<String, List<Passage>> groups = new LinkedHashMap<>();
    for (int i = 0; i < items.size(); i++) {
      groups
          .computeIfAbsent(key.apply(items.get(i)), k -> new ArrayList<>())
          .addAll(passages.apply(items.get(i), i));
    }
    return List.copyOf(groups.values());
  }

  /** The passage, if it is short enough. */
  private static List<Passage> fitting(Passage passage) {
    double tokens = passage.texts().stream().mapToDouble(Passage::tokens).sum();
    return tokens <= TextSource.MOST_TOKENS ? List.of(passage) : List.of();
  }

  /** {@code {{path}}} without its braces; of {@code {{[-o|--output]}}} the long form. */
  static String placeholders(String example) {
    return example
        .replaceAll("\\{\\{\\[[^|\\]}]*\\|([^\\]}]*)\\]\\}\\}", "$1")
        .replaceAll("\\{\\{|\\}\\}", "");
  }

  /** Without line breaks; between Chinese characters nothing stands in their place. */
  private static String unbroken(String text) {
    return text.replaceAll(
            "(?<=[\\p{IsHan}\u3002\uFF0C\u3001\uFF01\uFF1F\uFF1A\uFF1B\u201D])\\s*\\n\\s*(?=[\\p{IsHan}\u201C])",
            "")
        .replaceAll("\\s+", " ")
        .strip();
  }
}
