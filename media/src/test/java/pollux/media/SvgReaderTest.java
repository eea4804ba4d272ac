package pollux.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pollux.tensor.BadInputException;

class SvgReaderTest {
  private static final String OPEN =
      "<svg xmlns='http://www.w3.org/2000/svg' "
          + "xmlns:xlink='http://www.w3.org/1999/xlink' width='100' height='50' viewBox='0 0 100 50'>";

  private static Picture read(String text) {
    return PictureReader.read(text.getBytes(StandardCharsets.UTF_8), "drawing.svg");
  }

  private static void assertRefused(String text, String why) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(BadInputException.class)
        .hasMessageStartingWith("drawing.svg: ")
        .hasMessageContaining(why);
  }

  @Test
  void drawsOverWhite() {
    Picture picture =
        read(
            "<?xml version='1.0' encoding='UTF-8'?>\n<!-- made by hand -->\n"
                + "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'>"
                + OPEN
                + "<style>.c{fill:url(#g)}</style><defs><linearGradient id='g'>"
                + "<stop offset='0' stop-color='#00f'/><stop offset='1' stop-color='#00f'/></linearGradient></defs>"
                + "<rect width='25' height='50' fill='red'/><rect class='c' x='50' width='25' height='50'/></svg>");
    assertThat(picture.width()).isEqualTo(512);
    assertThat(picture.height()).isEqualTo(256);
    assertThat(PicturesTest.at(picture, 60, 128)).isEqualTo(0xFF0000);
    assertThat(PicturesTest.at(picture, 190, 128)).isEqualTo(0xFFFFFF);
    assertThat(PicturesTest.at(picture, 320, 128)).isEqualTo(0x0000FF);
    assertThat(PicturesTest.at(picture, 450, 128)).isEqualTo(0xFFFFFF);
  }

  @Test
  void sideIsAsAskedAndTheViewBoxMayBeHuge() {
    String huge =
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 2000000 1000000'>"
            + "<rect width='1000000' height='1000000' fill='lime'/></svg>";
    Picture picture = SvgReader.read(huge.getBytes(StandardCharsets.UTF_8), "huge.svg", 96);
    assertThat(picture.width()).isEqualTo(96);
    assertThat(picture.height()).isEqualTo(48);
    assertThat(PicturesTest.at(picture, 20, 20)).isEqualTo(0x00FF00);
  }

  @Test
  void refusesEntities() {
    StringBuilder bomb = new StringBuilder("<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'ha'>");
    for (char c = 'b'; c <= 'z'; c++) {
      bomb.append("<!ENTITY ").append(c).append(" '");
      bomb.append(("&" + (char) (c - 1) + ";").repeat(10)).append("'>");
    }
    assertRefused(bomb + "]>" + OPEN + "<text>&z;</text></svg>", "ENTITY");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<image href='file:///etc/passwd' width='10' height='10'/>",
        "<image xlink:href='data:image/png;base64,AAAA' width='10' height='10'/>",
        "<use xlink:href='other.svg#x'/>",
        "<rect width='5' height='5' fill=\"url('http://example.org/x.svg#p')\"/>",
        "<style>@import url(http://example.org/x.css);</style>"
      })
  void refusesWhatLiesElsewhere(String element) {
    assertRefused(OPEN + element + "</svg>", "references to other files");
  }

  @Test
  void externalDocumentTypeIsNotRead(@TempDir Path directory) throws Exception {
    Path dtd =
        Files.writeString(
            directory.resolve("x.dtd"),
            "<!ENTITY secret \"<rect width='100' height='50' fill='blue'/>\">");
    Picture picture =
        read(
            "<!DOCTYPE svg SYSTEM '"
                + dtd.toUri()
                + "'>"
                + OPEN
                + "<rect width='100' height='50' fill='red'/>&secret;</svg>");
    assertThat(PicturesTest.at(picture, 100, 100)).isEqualTo(0xFF0000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"xlink:href", "href"})
  void refusesReferencesThatUnfold(String href) {
    StringBuilder bomb = new StringBuilder(OPEN + "<defs><rect id='l0' width='1' height='1'/>");
    for (int level = 1; level <= 12; level++) {
      bomb.append("<g id='l").append(level).append("'>");
      bomb.append(("<use " + href + "='#l" + (level - 1) + "'/>").repeat(10)).append("</g>");
    }
    assertRefused(bomb + "</defs><use " + href + "='#l12'/></svg>", "unfold");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fill=\"url(#p%d)\"", "style=\"fill:url('#p%d')\"", "class='c%d'"})
  void refusesPatternsThatUnfold(String reference) {
    StringBuilder bomb = new StringBuilder(OPEN + "<style>");
    for (int level = 0; level <= 9; level++) {
      bomb.append(".c").append(level).append("{fill:url(#p").append(level).append(")}");
    }
    bomb.append(
        "</style><pattern id='p0' width='1' height='1'><rect width='1' height='1'/></pattern>");
    for (int level = 1; level <= 9; level++) {
      bomb.append("<pattern id='p").append(level).append("' width='9' height='9'>");
      bomb.append(
          ("<rect width='9' height='9' " + reference.formatted(level - 1) + "/>").repeat(10));
      bomb.append("</pattern>");
    }
    assertRefused(
        bomb + "<rect width='9' height='9' " + reference.formatted(9) + "/></svg>", "unfold");
  }

  @Test
  void searchesLongTextsInOnePass() {
    String comment = "<!--" + "<use ".repeat(400_000) + "<style>".repeat(200_000) + "-->";
    String spaces =
        "<style>" + "x".repeat(500_000) + "{fill:url(" + " ".repeat(1_000_000) + ")}</style>";
    String drawing = "<rect width='100' height='50' fill='red'/></svg>";
    assertThat(PicturesTest.at(read(OPEN + comment + drawing), 9, 9)).isEqualTo(0xFF0000);
    assertThat(PicturesTest.at(read(OPEN + spaces + drawing), 9, 9)).isEqualTo(0xFF0000);
  }

  @Test
  void refusesCirclesAndCorruptFiles() {
    assertRefused(OPEN + "<g id='a'><use xlink:href='#a'/></g></svg>", "refers to itself");
    assertRefused(OPEN + "<rect width='5'", "corrupt");
    assertRefused("<svg></sv", "corrupt");
    assertRefused(OPEN + "<g>".repeat(100_000) + "</g>".repeat(100_000) + "</svg>", "corrupt");
  }
}
