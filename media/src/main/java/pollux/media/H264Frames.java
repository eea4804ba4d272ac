package pollux.media;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jcodec.codecs.h264.H264Decoder;
import org.jcodec.codecs.h264.H264Utils;
import org.jcodec.codecs.h264.io.model.Frame;
import org.jcodec.codecs.h264.io.model.SeqParameterSet;
import org.jcodec.codecs.h264.io.model.VUIParameters;
import org.jcodec.common.model.ColorSpace;
import org.jcodec.common.model.Rect;
import org.jspecify.annotations.Nullable;
import pollux.tensor.BadInputException;

/** The frames of an H.264 track, by JCodec, as upright RGB. */
final class H264Frames {
  /**
   * What follows each unit of a stream with arithmetic coding. At the end of its data JCodec's
   * decoder reads zeros, and on corrupt data waits in them for a one, for ever; in noise it soon
   * finds one.
   */
  private static final byte[] NOISE = new byte[1 << 16];

  static {
    new Random(1).nextBytes(NOISE);
  }

  private final Mp4Track track;

  /** The lengths in the stream have so many bytes. */
  private final int lengthBytes;

  private final List<ByteBuffer> sequenceSettings;
  private final List<ByteBuffer> pictureSettings;
  private final boolean arithmeticCoding;
  private final int width;
  private final int height;
  private final boolean fullRange;
  private final boolean hd;
  private final byte[][] planes;
  private H264Decoder decoder;
  private int next;

  H264Frames(Mp4Track track) {
    this.track = track;
    ByteBuffer in =
        track.settings() == null ? ByteBuffer.allocate(0) : track.settings().duplicate();
    lengthBytes = (in.position(4).get() & 3) + 1;
    sequenceSettings = units(in, in.get() & 31);
    pictureSettings = units(in, in.get() & 255);
    if (sequenceSettings.isEmpty() || pictureSettings.isEmpty()) {
      throw new BadInputException(
          "%s: expected H.264 settings, found none.".formatted(track.name()));
    }
    SeqParameterSet format = H264Utils.readSPS(copies(sequenceSettings).getFirst());
    width = format.picWidthInMbsMinus1 + 1 << 4;
    height = SeqParameterSet.getPicHeightInMbs(format) << 4;
    PictureLimits.check(track.name(), width, height);
    boolean subsampled =
        format.chromaFormatIdc == ColorSpace.YUV420 || format.chromaFormatIdc == ColorSpace.YUV420J;
    if (format.bitDepthLumaMinus8 != 0
        || format.bitDepthChromaMinus8 != 0
        || !subsampled
        || !format.frameMbsOnlyFlag) {
      throw new BadInputException(
          "%s: expected H.264 of 8 bits, 4:2:0, not interlaced, found another kind; convert it."
              .formatted(track.name()));
    }
    arithmeticCoding =
        pictureSettings.stream()
            .allMatch(
                unit -> H264Utils.readPPS(copy(unit, 0, unit.remaining())).entropyCodingModeFlag);
    VUIParameters vui = format.vuiParams;
    fullRange = vui != null && vui.videoFullRangeFlag;
    // Files often do not say which colour matrix they use; players then go by the size.
    boolean says = vui != null && vui.colourDescriptionPresentFlag && vui.matrixCoefficients != 2;
    hd = says ? vui.matrixCoefficients == 1 : height >= 720;
    int pixels = width * height;
    planes = new byte[][] {new byte[pixels], new byte[pixels / 4], new byte[pixels / 4]};
    decoder = decoder();
  }

  /** Units behind lengths of two bytes, without the byte that says what each is. */
  private static List<ByteBuffer> units(ByteBuffer in, int count) {
    List<ByteBuffer> units = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int size = in.getShort() & 0xFFFF;
      units.add(copy(in, in.position() + 1, size - 1));
      in.position(in.position() + size);
    }
    return units;
  }

  /** A copy, since JCodec takes escapes out of the buffers that it is given. */
  private static ByteBuffer copy(ByteBuffer in, int at, int size) {
    byte[] bytes = new byte[size];
    in.get(at, bytes);
    return ByteBuffer.wrap(bytes);
  }

  private H264Decoder decoder() {
    H264Decoder made = new H264Decoder();
    try {
      // Its own threads are never ended, and errors in them are lost.
      Field threaded = H264Decoder.class.getDeclaredField("threaded");
      threaded.setAccessible(true);
      threaded.setBoolean(made, false);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("JCodec is not the version that this was written for", e);
    }
    made.addSps(copies(sequenceSettings));
    made.addPps(copies(pictureSettings));
    return made;
  }

  private static List<ByteBuffer> copies(List<ByteBuffer> units) {
    return units.stream().map(unit -> copy(unit, 0, unit.remaining())).toList();
  }

  long pixels() {
    return (long) width * height;
  }

  /** The frame of this number; numbers must ascend from call to call. */
  Picture frame(int number) throws IOException {
    int key = track.samples().keyOf(number);
    if (next < key) {
      decoder = decoder();
      next = key;
    }
    while (next < number) {
      decode(next++);
    }
    Frame frame = decode(next++);
    if (frame == null) {
      throw new BadInputException(
          "%s: expected frame %,d, found nothing in its place.".formatted(track.name(), number));
    }
    return ExifOrientation.upright(
        Pictures.limit(rgb(frame), FilmReader.MAX_SIDE), track.orientation());
  }

  private @Nullable Frame decode(int number) throws IOException {
    ByteBuffer sample = track.read(number);
    List<ByteBuffer> units = new ArrayList<>();
    while (sample.remaining() > lengthBytes) {
      int size = 0;
      for (int i = 0; i < lengthBytes; i++) {
        size = size << 8 | (sample.get() & 255);
      }
      if (size < 1 || size > sample.remaining()) {
        throw new IOException("a unit of " + size + " bytes in frame " + number);
      }
      units.add(unit(sample, size));
      sample.position(sample.position() + size);
    }
    return decoder.decodeFrameFromNals(units, planes);
  }

  private ByteBuffer unit(ByteBuffer in, int size) {
    int type = in.get(in.position()) & 31;
    boolean slice = type == 1 || type == 5;
    byte[] bytes = new byte[size + (arithmeticCoding && slice ? NOISE.length : 0)];
    in.get(in.position(), bytes, 0, size);
    System.arraycopy(NOISE, 0, bytes, size, bytes.length - size);
    return ByteBuffer.wrap(bytes);
  }

  private Picture rgb(Frame frame) {
    Rect crop = frame.getCrop();
    int left = crop == null ? 0 : crop.getX();
    int top = crop == null ? 0 : crop.getY();
    int cropWidth = crop == null ? width : crop.getWidth();
    int cropHeight = crop == null ? height : crop.getHeight();
    float luma = fullRange ? 1 : 255f / 219;
    float chroma = fullRange ? 1 : 255f / 224;
    int black = fullRange ? 0 : 16;
    float red = chroma * (hd ? 1.5748f : 1.402f);
    float greenU = chroma * (hd ? 0.1873f : 0.3441f);
    float greenV = chroma * (hd ? 0.4681f : 0.7141f);
    float blue = chroma * (hd ? 1.8556f : 1.772f);
    byte[] rgb = new byte[Math.multiplyExact(Math.multiplyExact(cropWidth, cropHeight), 3)];
    for (int y = 0, to = 0; y < cropHeight; y++) {
      int row = (top + y) * width + left;
      for (int x = 0; x < cropWidth; x++) {
        // JCodec stores samples less 128.
        float bright = luma * (frame.getPlaneData(0)[row + x] + 128 - black);
        int at = (top + y) / 2 * (width / 2) + (left + x) / 2;
        float u = frame.getPlaneData(1)[at];
        float v = frame.getPlaneData(2)[at];
        rgb[to++] = clamp(bright + red * v);
        rgb[to++] = clamp(bright - greenU * u - greenV * v);
        rgb[to++] = clamp(bright + blue * u);
      }
    }
    return new Picture(cropWidth, cropHeight, rgb);
  }

  private static byte clamp(float value) {
    return (byte) Math.clamp(Math.round(value), 0, 255);
  }
}
