/** See package documentation. */
@org.jspecify.annotations.NullMarked
module pollux.skills {
  requires static org.jspecify;
  requires transitive pollux.model;
  requires java.desktop;
  requires com.github.weisj.jsvg;

  exports pollux.skills;
}
