package pollux.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import pollux.tensor.ElementType;

/**
 * Against files that llama.cpp made. They are no part of the project, and lie in the folder that
 * {@code -Dpollux.peer=FOLDER} names, or beside the repository.
 */
class PeerFilesTest {
  private Path peer = Path.of("");

  @BeforeEach
  void thePeerIsHere() {
    String folder = System.getProperty("pollux.peer", "../../shared/peer");
    peer = Path.of(folder);
    assumeTrue(Files.isDirectory(peer), peer + " is missing");
  }

  @Test
  void filesOfLlamaCppAreRead() throws IOException {
    List<Path> files;
    try (var walk = Files.walk(peer)) {
      files = walk.filter(p -> p.toString().endsWith(".gguf")).sorted().toList();
    }
    assumeTrue(!files.isEmpty(), peer + " holds no GGUF files");
    for (Path path : files) {
      try (Arena arena = Arena.ofConfined()) {
        GgufFile file = GgufFile.open(path, arena);
        assertThat(file.text("general.architecture")).as(path.toString()).isNotEmpty();
        for (String name : file.tensors().keySet()) {
          if (ElementType.ofId(file.tensors().get(name).typeId()) != null) {
            assertThat(file.tensor(name).elements()).isPositive();
          }
        }
      }
    }
  }
}
