/** The command line. */
@org.jspecify.annotations.NullMarked
module pollux.cli {
  requires static org.jspecify;
  requires pollux.training;
  requires pollux.evaluation;
  requires info.picocli;
  requires org.jline;
  requires tools.jackson.databind;
  requires java.management;
  requires jdk.management;

  // picocli sets the fields that hold options.
  opens pollux.cli to
      info.picocli;
}
