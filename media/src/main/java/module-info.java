/** See package documentation. */
// The decoders of sound and film have no module descriptors of their own.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
@org.jspecify.annotations.NullMarked
module pollux.media {
  requires static org.jspecify;
  requires transitive pollux.tensor;
  requires java.desktop;
  requires java.logging;
  requires com.github.weisj.jsvg;
  requires com.twelvemonkeys.imageio.webp;
  requires jcodec;
  requires jflac.codec;
  requires jlayer;
  requires jorbis;

  exports pollux.media;
}
