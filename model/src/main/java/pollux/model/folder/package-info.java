/**
 * Folders as Hugging Face's transformers write them ({@code config.json}, safetensors), read as if
 * they were GGUF files: {@link pollux.model.folder.ModelFolder} translates keys and names, {@link
 * pollux.model.folder.FolderFamilies} holds the dictionary of each family.
 */
@org.jspecify.annotations.NullMarked
package pollux.model.folder;
