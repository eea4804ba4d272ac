/** See package documentation. */
@org.jspecify.annotations.NullMarked
module pollux.skills {
  requires static org.jspecify;
  requires transitive pollux.model;
  requires java.desktop;

  exports pollux.skills;
}
