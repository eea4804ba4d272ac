package pollux.media;

import com.github.weisj.jsvg.parser.DomElement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import pollux.tensor.BadInputException;

/**
 * How much drawing a drawing asks for. A few lines that refer to each other can unfold into
 * billions of shapes, so each element costs 1, plus its children, plus everything that it refers
 * to; what is drawn on a surface of its own first (masks, filters, patterns) costs a surface
 * besides.
 */
final class SvgCost {
  private static final long MAX_COST = 1_000_000;
  private static final long SURFACE = 400;
  private static final Pattern REFERENCE = Pattern.compile("url\\(\\s*+['\"]?+\\s*+#([^'\")]++)");
  private static final Pattern STYLE_SHEET = Pattern.compile("<(?:\\w{1,20}:)?style\\b[^<>]*+>");
  private static final Pattern SELECTOR = Pattern.compile("\\*|[.#]?[\\w-]+");
  private static final Set<String> SURFACES = Set.of("mask", "filter", "pattern");

  /** Attributes that may refer to an element. */
  private static final List<String> REFERRING =
      List.of(
          "fill",
          "stroke",
          "mask",
          "filter",
          "clip-path",
          "marker",
          "marker-start",
          "marker-mid",
          "marker-end",
          "style");

  private static final List<String> HREFS = List.of("href", "xlink:href");

  private final String name;
  private final Map<String, DomElement> byId = new HashMap<>();
  private final Map<DomElement, Long> costs = new HashMap<>();
  private final Set<DomElement> open = new HashSet<>();

  /** What a style sheet makes elements refer to: by tag, by {@code .class} and by {@code #id}. */
  private final Map<String, List<String>> styled = new HashMap<>();

  private SvgCost(String name) {
    this.name = name;
  }

  /** Refuses a drawing that would unfold too far; {@code text} is its source. */
  static void check(DomElement root, String text, String name) {
    SvgCost cost = new SvgCost(name);
    cost.readStyleSheets(text);
    cost.register(root);
    cost.of(root);
  }

  private void readStyleSheets(String text) {
    Matcher opening = STYLE_SHEET.matcher(text);
    for (int at = 0; opening.find(at); ) {
      at = text.indexOf("</", opening.end());
      if (at < 0) {
        return;
      }
      readRules(text.substring(opening.end(), at));
    }
  }

  /** Each rule is a list of selectors, and what is set for them in braces. */
  private void readRules(String sheet) {
    int from = 0;
    for (int open = sheet.indexOf('{'); open >= 0; open = sheet.indexOf('{', from)) {
      int close = sheet.indexOf('}', open);
      if (close < 0) {
        return;
      }
      List<String> references = new ArrayList<>();
      references(sheet.substring(open, close), references);
      Matcher selector = SELECTOR.matcher(sheet.substring(from, open));
      while (!references.isEmpty() && selector.find()) {
        styled.computeIfAbsent(selector.group(), key -> new ArrayList<>()).addAll(references);
      }
      from = close + 1;
    }
  }

  private void register(DomElement element) {
    if (element.id() != null) {
      byId.putIfAbsent(element.id(), element);
    }
    for (DomElement child : element.children()) {
      register(child);
    }
  }

  private long of(DomElement element) {
    Long known = costs.get(element);
    if (known != null) {
      return known;
    }
    if (!open.add(element)) {
      throw new BadInputException(
          "%s: expected a drawing whose references end, found <%s> that refers to itself."
              .formatted(name, element.tagName()));
    }
    long cost = SURFACES.contains(element.tagName().toLowerCase(Locale.ROOT)) ? SURFACE : 1;
    for (DomElement child : element.children()) {
      cost += of(child);
    }
    List<String> references = new ArrayList<>();
    for (String attribute : REFERRING) {
      references(element.attribute(attribute, ""), references);
    }
    for (String attribute : HREFS) {
      String value = element.attribute(attribute, "").strip();
      if (value.startsWith("#")) {
        references.add(value.substring(1));
      }
    }
    for (String key : selectors(element)) {
      references.addAll(styled.getOrDefault(key, List.of()));
    }
    for (String id : references) {
      DomElement target = byId.get(id);
      if (target != null) {
        cost += of(target);
      }
    }
    if (cost > MAX_COST) {
      throw new BadInputException(
          "%s: expected a drawing of at most %,d shapes, found references that unfold to more."
              .formatted(name, MAX_COST));
    }
    open.remove(element);
    costs.put(element, cost);
    return cost;
  }

  private static List<String> selectors(DomElement element) {
    List<String> keys = new ArrayList<>(List.of("*", element.tagName()));
    if (element.id() != null) {
      keys.add("#" + element.id());
    }
    for (String name : element.attribute("class", "").strip().split("\\s+")) {
      keys.add("." + name);
    }
    return keys;
  }

  private static void references(String text, List<String> into) {
    Matcher matcher = REFERENCE.matcher(text);
    while (matcher.find()) {
      into.add(matcher.group(1).strip());
    }
  }
}
