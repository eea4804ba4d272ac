/** See package documentation. */
@org.jspecify.annotations.NullMarked
module pollux.evaluation {
  requires static org.jspecify;
  requires transitive pollux.skills;
  requires transitive pollux.generation;
  requires tools.jackson.databind;

  exports pollux.evaluation;
}
