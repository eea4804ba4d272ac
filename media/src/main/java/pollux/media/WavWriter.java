package pollux.media;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Sound as a WAV file: 16-bit PCM, mono, {@link Sound#RATE} Hz. */
public final class WavWriter {
  private WavWriter() {}

  public static void write(Sound sound, Path file) throws IOException {
    Files.write(file, bytes(sound));
  }

  /** The bytes of the file; samples outside of -1 to 1 are clipped. */
  public static byte[] bytes(Sound sound) {
    int size = Math.multiplyExact(sound.samples().length, 2);
    ByteBuffer out = ByteBuffer.allocate(44 + size).order(ByteOrder.LITTLE_ENDIAN);
    out.put(ascii("RIFF")).putInt(36 + size).put(ascii("WAVE"));
    out.put(ascii("fmt ")).putInt(16).putShort((short) 1).putShort((short) 1);
    out.putInt(Sound.RATE).putInt(2 * Sound.RATE).putShort((short) 2).putShort((short) 16);
    out.put(ascii("data")).putInt(size);
    for (float sample : sound.samples()) {
      out.putShort((short) Math.clamp(Math.round(sample * 32_768f), -32_768, 32_767));
    }
    return out.array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
