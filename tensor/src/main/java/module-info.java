/** See package documentation. */
@org.jspecify.annotations.NullMarked
module pollux.tensor {
  requires static org.jspecify;
  requires jdk.incubator.vector;

  exports pollux.tensor;
}
