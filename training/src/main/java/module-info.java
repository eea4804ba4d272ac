/** See package documentation. */
@org.jspecify.annotations.NullMarked
module pollux.training {
  requires static org.jspecify;
  requires transitive pollux.skills;
  requires pollux.generation;

  exports pollux.training;
}
