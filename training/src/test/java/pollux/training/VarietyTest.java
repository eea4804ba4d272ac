package pollux.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import pollux.media.Picture;
import pollux.model.Message;
import pollux.model.Part;

/** Questions and pictures are varied, what the model says is not. */
class VarietyTest {
  private static final int DRAWS = 300;

  private final Picture picture = new Picture(2, 1, new byte[] {10, 20, 30, (byte) 200, 90, 5});
  private final Message asked =
      Message.user(new Part.Image(picture), new Part.Text("How many leaves are in the picture?"));
  private final Message answer = Message.model(new Part.Thought("a1b2"), new Part.Text("2"));

  @Test
  void theAnswerStays() {
    for (long seed = 0; seed < DRAWS; seed++) {
      List<Message> varied = Variety.of(List.of(asked, answer), new SplittableRandom(seed));
      assertThat(varied).as("seed %d", seed).hasSize(2).endsWith(answer);
      assertThat(varied.getFirst().parts()).as("seed %d", seed).hasSize(2);
    }
  }

  @Test
  void theQuestionIsReworded() {
    Set<String> questions = new HashSet<>();
    int plain = 0;
    for (long seed = 0; seed < DRAWS; seed++) {
      for (Part part : draw(seed)) {
        if (part instanceof Part.Text spoken) {
          String text = spoken.text();
          questions.add(text);
          plain += text.equals("How many leaves are in the picture?") ? 1 : 0;
          assertThat(text.toLowerCase(java.util.Locale.ROOT))
              .as("seed %d", seed)
              .contains("leaves");
        }
      }
    }
    assertThat(questions).hasSizeGreaterThan(50);
    assertThat(plain).isBetween(DRAWS / 10, DRAWS / 2);
  }

  @Test
  void theQuestionStandsBeforeThePictureNowAndThen() {
    int before = 0;
    for (long seed = 0; seed < DRAWS; seed++) {
      before += draw(seed).getFirst() instanceof Part.Text ? 1 : 0;
    }
    assertThat(before).isBetween(DRAWS / 6, DRAWS / 3);
  }

  @Test
  void thePictureIsSeenInManyWaysOfTheSameSize() {
    Set<List<Byte>> looks = new HashSet<>();
    for (long seed = 0; seed < DRAWS; seed++) {
      for (Part part : draw(seed)) {
        if (part instanceof Part.Image(Picture seen)) {
          assertThat(seen.width()).isEqualTo(2);
          assertThat(seen.height()).isEqualTo(1);
          looks.add(List.of(seen.rgb()[0], seen.rgb()[1], seen.rgb()[2]));
        }
      }
    }
    assertThat(looks).hasSizeGreaterThan(30);
  }

  private List<Part> draw(long seed) {
    return Variety.of(List.of(asked), new SplittableRandom(seed)).getFirst().parts();
  }
}
