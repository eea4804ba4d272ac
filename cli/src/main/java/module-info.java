/** See package documentation. */
@org.jspecify.annotations.NullMarked
module pollux.cli {
  requires static org.jspecify;
  requires pollux.training;
  requires pollux.evaluation;
  requires info.picocli;
  requires org.jline;
  requires tools.jackson.databind;

  exports pollux.cli;
}
