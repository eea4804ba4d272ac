package pollux.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pollux.generation.Answer;
import pollux.tensor.BadInputException;
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
    object.put("stop", answer.stop().name().toLowerCase(java.util.Locale.ROOT));
    object.put("seed", seed);
    object.put("weights", sha256(answerer.weights()));
    return JsonMapper.shared().writeValueAsString(object);
  }

  /** To the tenth of a millisecond. */
  private static double seconds(double value) {
    return Math.round(value * 10_000) / 10_000.0;
  }

  /** The SHA-256 of a file, in lower-case hexadecimal. */
  static String sha256(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(in, digest).transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new BadInputException("the weights file " + file + " cannot be read (" + e.getMessage() + ")", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
