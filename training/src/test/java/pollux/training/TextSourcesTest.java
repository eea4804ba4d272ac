package pollux.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pollux.skills.Oscars;
import pollux.skills.Polygons;
import pollux.skills.SmallTalk;
import pollux.tensor.BadInputException;

class TextSourcesTest {
  @TempDir Path folder;

  @Test
  void aSourceWhoseFileIsNotThereSaysSo() {
    for (TextSource source : TextSources.in(folder).values()) {
      assertThat(source.missing()).hasSize(1).first().asString().contains(folder.toString());
      assertThat(source.size()).isZero();
      assertThat(source.licence()).isNotBlank();
      assertThat(source.attribution()).isNotBlank();
    }
  }

  @Test
  void everyFiftiethGroupIsHeldOutAndTheOrderIsAlwaysTheSame() throws IOException {
    write("tatoeba_en_zh.tsv", pairs());
    TextSource source = TextSources.in(folder).get("translation");
    assertThat(source.heldOut()).hasSize(4 * 2);
    assertThat(source.training()).hasSize(196 * 2 + 2).doesNotHaveDuplicates();
    Set<Passage> training = new HashSet<>(source.training());
    assertThat(source.heldOut()).noneMatch(training::contains);
    assertThat(TextSources.in(folder).get("translation").training()).isEqualTo(source.training());
    assertThat(source.heldOut().getFirst().texts())
        .containsExactly("翻译成中文\uFF1ASentence 49.", "句子49。");
    assertThat(source.heldOut().getFirst().learnedBytes()).isEqualTo(11);
  }

  @Test
  void storiesAreCutIntoPassagesAtTheirPages() throws IOException {
    String page = "The goat went\\nto the river. ".repeat(12).strip();
    write(
        "stories/en.jsonl",
        "{\"title\": \"The goat\", \"pages\": [\"%s\", \"%s\", \"\", \"%s\"]}"
            .formatted(page, page, page));
    write("stories/zh.jsonl", "{\"title\": \"羊\", \"pages\": [\"一只羊\\n去河边。\", \"它喝水。\"]}");
    List<Passage> english = TextSources.in(folder).get("stories-en").training();
    assertThat(english).hasSize(2);
    assertThat(english)
        .allSatisfy(p -> {
          assertThat(Passage.tokens(p.texts().getFirst())).isLessThanOrEqualTo(200);
          assertThat(p.texts().getFirst()).doesNotContain("went\nto");
        });
    assertThat(TextSources.in(folder).get("stories-zh").training())
        .containsExactly(new Passage.Plain("羊\n一只羊去河边。\n它喝水。"));
  }

  @Test
  void aLongPageIsCutAtSentences() {
    String page = "This is a sentence of a story. ".repeat(60).strip();
    List<Passage> passages = TextFiles.join(List.of(page), "\n");
    assertThat(passages).hasSizeGreaterThan(2);
    assertThat(passages.stream().map(p -> p.texts().getFirst()).collect(Collectors.joining(" ")))
        .isEqualTo(page);
  }

  @Test
  void commandsProblemsAndChatsBecomeConversations() throws IOException {
    write(
        "tldr_zh.jsonl",
        "{\"command\":\"ls\",\"platform\":\"linux\",\"description\":\"列出\","
            + "\"example\":\"ls {{[-a|--all]}} {{path/to}}\"}");
    write(
        "gsm8k_train.jsonl",
        "{\"question\":\"Two and two?\",\"answer\":\"It is 2+2=<<2+2=4>>4.\\n#### 4\"}");
    write(
        "chatterbot_en.jsonl",
        "{\"category\":\"emotion\",\"turns\":[\"You are sad\",\"No.\",\"Am I?\"]}\n"
            + "{\"category\":\"conversations\",\"turns\":[\"Hi\",\"Hello\",\"How are you?\"]}");
    assertThat(texts("commands-zh"))
        .containsExactly(List.of("命令(linux)\uFF1A列出", "ls --all path/to"));
    assertThat(texts("word-problems"))
        .containsExactly(List.of("Two and two?", "It is 2+2=4.", "4"));
    assertThat(texts("chat-en"))
        .containsExactlyInAnyOrder(
            List.of("You are sad", "No."), List.of("You are sad", "Am I?"), List.of("Hi", "Hello"));
  }

  @Test
  void questionsAboutLongSectionsAreLeftOut() throws IOException {
    String line = "{\"story\":\"s\",\"section\":\"%s\",\"question\":\"Who?\",\"answer\":\"He.\"}\n";
    gzip(
        "fairytaleqa.jsonl.gz",
        line.formatted("He went.") + line.formatted("He went home again. ".repeat(50)));
    assertThat(texts("fairytale-questions")).containsExactly(List.of("He went.\nWho?", "He."));
    assertThat(texts("fairytales"))
        .hasSize(2)
        .anySatisfy(t -> assertThat(t.getFirst()).startsWith("He went.\nHe went home"));
  }

  @Test
  void aBrokenLineIsNamed() throws IOException {
    write("tldr_zh.jsonl", "{\"command\":\"ls\"}");
    assertThatThrownBy(() -> texts("commands-zh"))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("tldr_zh.jsonl, line 1")
        .hasMessageContaining("platform");
    write("chatterbot_zh.jsonl", "[\n");
    assertThatThrownBy(() -> texts("chat-zh")).hasMessageContaining("expected one JSON object");
    write("tldr_en.jsonl.gz", "not gzip");
    assertThatThrownBy(() -> texts("commands-en")).isInstanceOf(BadInputException.class);
  }

  @Test
  void theVocabularySeesSourcesSkillsAndCodeButNothingHeldOut() throws IOException {
    write("tatoeba_en_zh.tsv", pairs());
    List<String> texts = new ArrayList<>();
    TextSources.vocabularyTexts(
            folder, List.of(new Oscars(), new SmallTalk(), new Polygons()), 1, 100)
        .forEachRemaining(texts::add);
    assertThat(texts)
        .contains("Sentence 7.\n句子7。")
        .doesNotContain("Sentence 49.\n句子49。")
        .anyMatch(t -> t.startsWith("def polygon_intersection"))
        .anyMatch(t -> t.contains("Best Supporting Actress"))
        .anyMatch(t -> t.contains("+"))
        .noneMatch(String::isEmpty);
  }

  /** 200 sentences, the first with a second translation. */
  private static String pairs() {
    return IntStream.range(0, 200)
        .mapToObj(i -> "Sentence %d.\t句子%d。\tby someone\n".formatted(i, i))
        .collect(Collectors.joining("", "en\tzh\tattribution\nSentence 0.\t又一句。\tx\n", ""));
  }

  private List<List<String>> texts(String source) {
    return TextSources.in(folder).get(source).training().stream().map(Passage::texts).toList();
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void gzip(String name, String text) throws IOException {
    try (var out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
