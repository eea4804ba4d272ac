package pollux.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import pollux.cli.AskedParts.Given;

class AskCommandTest {
  @Test
  void mediaAndWordsKeepTheirOrderAcrossOptions() {
    AskedParts asked =
        parse(
            "--video",
            "a.mp4",
            "before",
            "--image=b.png",
            "--audio",
            "c.wav",
            "--image",
            "d.png",
            "is it");

    assertThat(asked.given().stream().map(Object::toString))
        .containsExactly(
            "Video[file=a.mp4]",
            "Words[text=before]",
            "Image[file=b.png]",
            "Audio[file=c.wav]",
            "Image[file=d.png]",
            "Words[text=is it]");
  }

  @Test
  void wordsWithoutQuotesAreOneQuestion() {
    assertThat(parse("how", "many", "--seed", "3", "leaves?").given())
        .isEqualTo(List.of(new Given.Words("how many leaves?")));
  }

  private static AskedParts parse(String... args) {
    AskCommand command = new AskCommand();
    new CommandLine(command).parseArgs(args);
    return command.asked;
  }
}
