/** See package documentation. */
@org.jspecify.annotations.NullMarked
module pollux.model {
  requires static org.jspecify;
  requires transitive pollux.media;
  requires tools.jackson.databind;

  exports pollux.model;
  exports pollux.model.families;
  exports pollux.model.folder;
  exports pollux.model.projector;
  exports pollux.model.tokenizer;
  exports pollux.model.template;
}
