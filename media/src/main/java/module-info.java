/** See package documentation. */
@org.jspecify.annotations.NullMarked
module pollux.media {
  requires static org.jspecify;
  requires transitive pollux.tensor;
  requires java.desktop;

  exports pollux.media;
}
