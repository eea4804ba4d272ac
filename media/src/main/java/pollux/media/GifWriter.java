package pollux.media;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * The frames of a film as an animated GIF, at most 256 colours a frame; the sound is left out.
 *
 * <p>The last frame stays for as long as the one before it.
 */
public final class GifWriter {
  private GifWriter() {}

  public static void write(Film film, Path file) throws IOException {
    Files.write(file, bytes(film));
  }

  public static byte[] bytes(Film film) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.prepareWriteSequence(null);
      List<Film.Frame> frames = film.frames();
      for (int i = 0; i < frames.size(); i++) {
        int last = Math.max(0, frames.size() - 2);
        int from = Math.min(i, last);
        double seconds =
            frames.size() == 1 ? 1 : frames.get(from + 1).seconds() - frames.get(from).seconds();
        BufferedImage image = Pixels.image(frames.get(i).picture());
        IIOMetadata metadata =
            writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), null);
        setDelay(metadata, (int) Math.round(seconds * 100));
        writer.writeToSequence(new IIOImage(image, null, metadata), null);
      }
      writer.endWriteSequence();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  private static void setDelay(IIOMetadata metadata, int hundredths) throws IOException {
    IIOMetadataNode root = new IIOMetadataNode(metadata.getNativeMetadataFormatName());
    IIOMetadataNode control = new IIOMetadataNode("GraphicControlExtension");
    control.setAttribute("disposalMethod", "none");
    control.setAttribute("userInputFlag", "FALSE");
    control.setAttribute("transparentColorFlag", "FALSE");
    control.setAttribute("transparentColorIndex", "0");
    control.setAttribute("delayTime", Integer.toString(Math.clamp(hundredths, 2, 65_535)));
    root.appendChild(control);
    metadata.mergeTree(metadata.getNativeMetadataFormatName(), root);
  }
}
