package pollux.training;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import pollux.tensor.BadInputException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Lines of text files, plain or {@code .gz}, and what is cut from them. */
final class TextFiles {
  /** Far above any source, far below the memory of a machine. */
  private static final long MOST_CHARACTERS = 256L << 20;

  private static final JsonMapper JSON = new JsonMapper();

  private TextFiles() {}

  /** A line of JSON and where it stands. */
  record Line(Path file, int number, JsonNode json) {
    /** The text of {@code field}. */
    String text(String field) {
      JsonNode value = json.get(field);
      if (value == null || !value.isString()) {
        throw bad(file, number, "expected the text '" + field + "', found " + value);
      }
      return value.asString();
    }

    /** The texts of the list {@code field}. */
    List<String> texts(String field) {
      JsonNode value = json.get(field);
      if (value == null || !value.isArray()) {
        throw bad(file, number, "expected the list '" + field + "', found " + value);
      }
      List<String> texts = new ArrayList<>();
      value.forEach(text -> texts.add(text.asString()));
      return texts;
    }
  }

  static List<Line> json(Path file) {
    List<String> lines = lines(file);
    List<Line> parsed = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      try {
        parsed.add(new Line(file, i + 1, JSON.readTree(lines.get(i))));
      } catch (JacksonException e) {
        throw bad(file, i + 1, "expected one JSON object, found something else");
      }
    }
    return parsed;
  }

  static List<String> lines(Path file) {
    List<String> lines = new ArrayList<>();
    long characters = 0;
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw, 1 << 16) : raw;
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        characters += line.length();
        if (characters > MOST_CHARACTERS) {
          throw bad(file, lines.size() + 1, "expected less than 256 M characters, found more");
        }
        lines.add(line);
      }
    } catch (IOException e) {
      throw new BadInputException(
          "text source " + file + " cannot be read (" + e.getMessage() + "): fetch it again", e);
    }
    return lines;
  }

  static BadInputException bad(Path file, int line, String what) {
    return new BadInputException("text source %s, line %d: %s".formatted(file, line, what));
  }

  /**
   * Joins pieces (pages, sentences) into passages that stay below the most tokens; a piece that is
   * too long is cut at its sentences, a sentence that is too long is left out.
   */
  static List<Passage> join(List<String> pieces, String between) {
    List<Passage> passages = new ArrayList<>();
    StringBuilder open = new StringBuilder();
    for (String piece : pieces) {
      List<String> parts =
          Passage.tokens(piece) > TextSource.MOST_TOKENS ? sentences(piece) : List.of(piece);
      for (int i = 0; i < parts.size(); i++) {
        String part = parts.get(i).strip();
        if (part.isEmpty() || Passage.tokens(part) > TextSource.MOST_TOKENS) {
          continue;
        }
        String blank = part.codePointAt(0) < Passage.FIRST_CHINESE ? " " : "";
        String joint = open.isEmpty() ? "" : i == 0 ? between : blank;
        if (Passage.tokens(open + joint + part) > TextSource.MOST_TOKENS) {
          passages.add(new Passage.Plain(open.toString()));
          open.setLength(0);
          joint = "";
        }
        open.append(joint).append(part);
      }
    }
    if (!open.isEmpty()) {
      passages.add(new Passage.Plain(open.toString()));
    }
    return passages;
  }

  private static List<String> sentences(String text) {
    return List.of(
        text.split(
            "(?<=[.!?][\"'\u201D\u2019)]{0,2})\\s+|(?<=[\u3002\uFF01\uFF1F][\u201D]?)(?![\u201D])"));
  }
}
