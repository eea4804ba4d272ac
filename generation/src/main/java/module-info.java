/** See package documentation. */
@org.jspecify.annotations.NullMarked
module pollux.generation {
  requires static org.jspecify;
  requires transitive pollux.model;

  exports pollux.generation;
}
