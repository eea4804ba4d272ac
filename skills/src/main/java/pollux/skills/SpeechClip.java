package pollux.skills;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What is said and how: the key of a synthesised clip.
 *
 * @param engine the program that speaks
 * @param voice as the engine names it, {@code en-us+m3} or {@code rms}
 * @param rate words a minute, 80 to 450
 * @param pitch 0 to 99; 50 is the voice's own
 * @param text what is said
 */
public record SpeechClip(SpeechEngine engine, String voice, int rate, int pitch, String text) {
  public SpeechClip {
    if (rate < 80 || rate > 450 || pitch < 0 || pitch > 99) {
      throw new IllegalArgumentException("rate " + rate + ", pitch " + pitch);
    }
  }

  /** The same words at {@code rate} words a minute. */
  SpeechClip at(int rate) {
    return new SpeechClip(engine, voice, rate, pitch, text);
  }

  /** The file that holds the clip, relative to the folder of clips. */
  String file() {
    String key = String.join("\n", engine.program(), voice, rate + " " + pitch, text);
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return engine.program() + "/" + HexFormat.of().formatHex(hash, 0, 16) + ".wav";
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
