/** How the family learns. */
@org.jspecify.annotations.NullMarked
module pollux.training {
  requires static org.jspecify;
  requires transitive pollux.skills;
  requires pollux.generation;
  requires com.fasterxml.jackson.annotation;
  requires tools.jackson.databind;
  requires tools.jackson.dataformat.yaml;

  exports pollux.training;

  opens pollux.training to
      tools.jackson.databind;
}
