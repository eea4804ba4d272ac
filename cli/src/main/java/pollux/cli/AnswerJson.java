package pollux.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pollux.generation.Answer;
import tools.jackson.databind.json.JsonMapper;

/** The object that {@code ask --json} prints. */
final class AnswerJson {
  private AnswerJson() {}

  static String of(Answer answer, Answerer answerer, long seed) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    object.put("text", answer.text());
    object.put("thought", answer.thought());
    object.put("tier", answerer.tier());
    Map<String, Object> tokens = new LinkedHashMap<>();
    tokens.put("prompt", answer.promptTokens());
    tokens.put("thought", answer.thoughtTokens());
    tokens.put("answer", answer.answerTokens());
    object.put("tokens", tokens);
    Map<String, Object> timings = new LinkedHashMap<>();
    timings.put("load", seconds(answer.timings().load()));
    timings.put("prefill", seconds(answer.timings().prefill()));
    timings.put("decode", seconds(answer.timings().decode()));
    object.put("timings", timings);
    object.put("stop", answer.stop().name().toLowerCase(Locale.ROOT));
    object.put("seed", seed);
    object.put("weights", answerer.sha256());
    return JsonMapper.shared().writeValueAsString(object);
  }

  /** To the tenth of a millisecond. */
  private static double seconds(double value) {
    return Math.round(value * 10_000) / 10_000.0;
  }
}
