package pollux.model.tokenizer;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import pollux.tensor.BadInputException;
import tools.jackson.databind.JsonNode;

/**
 * The {@code normalizer} and the {@code pre_tokenizer} of a {@code tokenizer.json}: what they do to
 * a text, and where they cut it.
 */
final class JsonSteps {
  private static final String AT_EACH_MARK = "▁[^▁]*|[^▁]+";
  private static final String GPT2 = "gpt-2";

  private final List<Normalizer> changes = new ArrayList<>();
  private final List<Split> splits = new ArrayList<>();
  private boolean byteLevel;

  /** What changes a text before it is cut, or null where nothing does. */
  @Nullable Normalizer normalizer() {
    return changes.isEmpty() ? null : Normalizer.sequence(List.copyOf(changes));
  }

  PreTokenizer words() {
    return new PreTokenizer(splits);
  }

  /** Whether tokens are in byte-level form. */
  boolean byteLevel() {
    return byteLevel;
  }

  void normalizer(JsonNode node) {
    String type = node.path("type").asString("");
    switch (type) {
      case "" -> {}
      case "Sequence" -> node.path("normalizers").forEach(this::normalizer);
      case "NFC", "NFD", "NFKC", "NFKD" -> changes.add(Normalizer.unicode(Form.valueOf(type)));
      case "Lowercase" -> changes.add(Normalizer.lowerCase());
      case "StripAccents" -> changes.add(Normalizer.stripMarks());
      case "Strip" -> {
        boolean left = node.path("strip_left").asBoolean(true);
        boolean right = node.path("strip_right").asBoolean(true);
        UnaryOperator<String> strip =
            s -> {
              String half = left ? s.stripLeading() : s;
              return right ? half.stripTrailing() : half;
            };
        changes.add(Normalizer.ofStrings(strip));
      }
      case "Prepend" ->
          changes.add(
              Normalizer.prefix(
                  utf8(node.path("prepend").asString("")), Normalizer.Prefix.ALWAYS, false));
      case "Replace" -> changes.add(replace(node));
      case "BertNormalizer" -> {
        boolean lower = node.path("lowercase").asBoolean(true);
        changes.add(
            TextEncoder.bert(
                node.path("clean_text").asBoolean(true),
                node.path("handle_chinese_chars").asBoolean(true),
                node.path("strip_accents").asBoolean(lower),
                lower));
      }
      case "Precompiled" -> {
        Charsmap charsmap = new Charsmap(blob(node.path("precompiled_charsmap").asString("")));
        changes.add(charsmap::apply);
      }
      default -> throw new BadInputException("normalizer: the type '" + type + "' is not known");
    }
  }

  private static byte[] blob(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new BadInputException("normalizer: precompiled_charsmap: expected Base64", e);
    }
  }

  private static Normalizer replace(JsonNode node) {
    String content = node.path("content").asString("");
    JsonNode pattern = node.path("pattern");
    if (pattern.has("String")) {
      String text = pattern.path("String").asString("");
      if (text.isEmpty()) {
        throw new BadInputException("normalizer: Replace: expected a text to replace, found none");
      }
      return text.equals(" ") && content.equals("▁")
          ? Normalizer.escapeSpaces()
          : Normalizer.ofStrings(s -> bounded(s, s.replace(text, content)));
    }
    PatternProgram program = new PatternProgram(regex(pattern, "normalizer: Replace"));
    byte[] replacement = utf8(content);
    return (text, first) -> program.replaceAll(text, replacement);
  }

  /** A replacement for a text may be longer, but not so that it takes all memory. */
  private static String bounded(String before, String after) {
    if (after.length() > 64L * before.length() + 1024) {
      throw new BadInputException("normalizer: Replace makes a text more than 64 times longer");
    }
    return after;
  }

  void preTokenizer(JsonNode node) {
    String type = node.path("type").asString("");
    switch (type) {
      case "" -> {}
      case "Sequence" -> node.path("pretokenizers").forEach(this::preTokenizer);
      case "ByteLevel" -> {
        byteLevel = true;
        if (node.path("add_prefix_space").asBoolean(false)) {
          beforeSplits(type);
          changes.add(Normalizer.prefix(new byte[] {' '}, Normalizer.Prefix.ALWAYS, true));
        }
        if (node.path("use_regex").asBoolean(true)) {
          splits.addAll(Split.all(PreTokenizerNames.scheme(GPT2).patterns()));
        }
      }
      case "Split" -> split(regex(node.path("pattern"), "pre_tokenizer: Split"), node, "Isolated");
      case "Digits" ->
          splits.add(
              Split.by(node.path("individual_digits").asBoolean(false) ? "\\p{N}" : "\\p{N}+"));
      case "Punctuation" -> split("[\\p{P}!-/:-@\\[-`{-~]", node, "Isolated");
      case "Whitespace" -> splits.add(Split.by("\\w+|[^\\w\\s]+", Split.Behavior.REMOVED, true));
      case "WhitespaceSplit" -> splits.add(Split.by("\\s+", Split.Behavior.REMOVED, false));
      case "BertPreTokenizer" -> splits.addAll(TextEncoder.bertWords().splits());
      case "CharDelimiterSplit" -> {
        String delimiter = escape(node.path("delimiter").asString(" "));
        splits.add(Split.by(delimiter, Split.Behavior.REMOVED, false));
      }
      case "Metaspace" -> metaspace(node);
      default -> throw new BadInputException("pre_tokenizer: the type '" + type + "' is not known");
    }
  }

  private void metaspace(JsonNode node) {
    String mark = node.path("replacement").asString("▁");
    if (!mark.equals("▁")) {
      throw new BadInputException("pre_tokenizer: Metaspace: expected ▁, found '" + mark + "'");
    }
    if (splits.size() == 1
        && splits.getFirst()
            instanceof Split.ByPattern(PatternProgram p, Split.Behavior b, boolean _)
        && p.pattern().equals("\\s+")
        && b == Split.Behavior.REMOVED) {
      // Each word between white space gets a mark: the same as one mark for all white space.
      splits.clear();
      changes.add((text, first) -> Normalizer.trim(p.replaceAll(text, new byte[] {' '})));
    } else {
      beforeSplits("Metaspace");
    }
    changes.add(Normalizer.escapeSpaces());
    changes.add(Normalizer.prefix(Spelling.lowBlock(), prefix(node), true));
    if (node.path("split").asBoolean(true)) {
      splits.add(Split.by(AT_EACH_MARK));
    }
  }

  /** When a Metaspace puts a space before a text. */
  static Normalizer.Prefix prefix(JsonNode node) {
    String scheme = node.path("prepend_scheme").asString("");
    boolean always = scheme.isEmpty() && node.path("add_prefix_space").asBoolean(true);
    return switch (always ? "always" : scheme) {
      case "always" -> Normalizer.Prefix.ALWAYS;
      case "first" -> Normalizer.Prefix.FIRST;
      default -> Normalizer.Prefix.NEVER;
    };
  }

  /** Steps that change a text come before those that cut it. */
  private void beforeSplits(String type) {
    if (!splits.isEmpty()) {
      throw new BadInputException(
          "pre_tokenizer: " + type + " changes a text that is cut already, which is not supported");
    }
  }

  private void split(String pattern, JsonNode node, String otherwise) {
    String behavior = node.path("behavior").asString(otherwise);
    Split.Behavior known =
        switch (behavior) {
          case "Isolated" -> Split.Behavior.ISOLATED;
          case "Removed" -> Split.Behavior.REMOVED;
          case "Contiguous" -> Split.Behavior.CONTIGUOUS;
          case "MergedWithPrevious" -> Split.Behavior.MERGED_WITH_PREVIOUS;
          case "MergedWithNext" -> Split.Behavior.MERGED_WITH_NEXT;
          default ->
              throw new BadInputException(
                  "pre_tokenizer: the behavior '" + behavior + "' is not known");
        };
    splits.add(Split.by(pattern, known, node.path("invert").asBoolean(false)));
  }

  /** A pattern that is a regular expression, or a text that stands for itself. */
  private static String regex(JsonNode pattern, String field) {
    String text =
        pattern.has("Regex")
            ? pattern.path("Regex").asString("")
            : escape(pattern.path("String").asString(""));
    if (text.isEmpty()) {
      throw new BadInputException(field + ": expected a pattern, found none");
    }
    return text;
  }

  private static String escape(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(c -> {
          if ("\\^$.|?*+()[]{}".indexOf(c) >= 0) {
            out.append('\\');
          }
          out.appendCodePoint(c);
        });
    return out.toString();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
