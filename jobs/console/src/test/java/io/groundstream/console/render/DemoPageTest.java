package io.groundstream.console.render;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.groundstream.images.DecodedImage;
import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageException;
import io.groundstream.images.ImageOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the file and its data; {@code DemoPageITCase} opens it in a browser. */
class DemoPageTest {
  private static final PageInfo INFO = new PageInfo("demo", "sha256-12", "float32", "cpu");
  private static final String DATA = "<script type=\"application/json\" id=\"data\">";
  private static final String SCRIPT = "<script type=\"module\">";

  @TempDir Path folder;

  private final DemoPage page = new DemoPage();

  private String write(Card... cards) throws IOException {
    Path file = folder.resolve("site/index.html");
    page.write(file, INFO, List.of(cards));
    return Files.readString(file);
  }

  private static Thumbnail thumbnail(int width, int height, byte[] rgb) throws ImageException {
    byte[] png = new BoxRenderer().render(new DecodedImage(width, height, rgb), List.of());
    return Thumbnail.of(png, new ImageDecoder(ImageOptions.defaults()));
  }

  private static Thumbnail thumbnail() throws ImageException {
    return thumbnail(480, 600, new byte[3 * 480 * 600]);
  }

  private static Card dog() throws ImageException {
    return Cards.answered("dog.png", thumbnail());
  }

  private static String between(String html, String start) {
    assertThat(html.split(start, -1)).as(start).hasSize(2);
    String rest = html.substring(html.indexOf(start) + start.length());
    return rest.substring(0, rest.indexOf("</"));
  }

  private static JsonNode data(String html) throws IOException {
    return new ObjectMapper().readTree(between(html, DATA));
  }

  @Test
  void holdsCardsAsTheirRecordsAre() throws Exception {
    String text = "😀 An image of a dog.";
    Card.Box box = new Card.Box(0.1, 0.2, 0.5, 0.6, 0.8125, false);
    Card card =
        Cards.answered(
            "dog.png",
            thumbnail(),
            Cards.answer(
                "grounded-caption",
                text,
                List.of(new Card.Phrase(0, "a dog", 14, 19, List.of(box)))));
    JsonNode data = data(write(card));
    assertThat(data.get("info")).isEqualTo(new ObjectMapper().valueToTree(INFO));
    assertThat(data.get("cards")).hasSize(1);
    assertThat(new ObjectMapper().treeToValue(data.get("cards").get(0), Card.class))
        .isEqualTo(card);
    assertThat(data.at("/cards/0/answers/0/caption").asText()).isEqualTo(text);
    assertThat(data.at("/cards/0/image").asText()).startsWith("data:image/jpeg;base64,");
  }

  @Test
  void boxesLieWithinTheImageAndTheRightWayRound() {
    assertThat(new Card.Box(Double.NaN, 1e300, Double.POSITIVE_INFINITY, -2, 7.0, true))
        .isEqualTo(new Card.Box(0, 0, 0, 1, 1.0, true));
    assertThat(new Card.Box(0.9, 0.8, 0.1, 0.2, -1.0, false))
        .isEqualTo(new Card.Box(0.1, 0.2, 0.9, 0.8, 0.0, false));
  }

  @Test
  void lastsAgainstWhatStrangersWrite() throws Exception {
    String hostile =
        "</p></main></script></SCRIPT ><script>alert(1)</script>\"' onload='x' &amp; <!-- <script"
            + " ]]> \u202e \u2028 \u0000 \ufffe {{x}} ${x} %s";
    Card.Failure failure = new Card.Failure(hostile, hostile, hostile);
    Card.Phrase phrase = new Card.Phrase(0, hostile, 2, 9, List.of());
    Path file = folder.resolve("index.html");
    page.write(
        file,
        new PageInfo(hostile, hostile, hostile, hostile),
        List.of(
            Cards.answered(
                hostile,
                thumbnail(),
                Cards.answer(hostile, hostile, List.of(phrase)),
                Cards.failedAnswer(hostile, failure, hostile)),
            Cards.failed(hostile, failure),
            Cards.answered("half a pair", null, Cards.answer("\ud800", "caption", List.of()))));
    String html = Files.readString(file);
    // The page's data and its script.
    assertThat(html.split("(?i)<script", -1)).hasSize(3);
    assertThat(html.split("(?i)</script", -1)).hasSize(3);
    assertThat(html).doesNotContain("\u202e", "\u2028", "<!--").contains(SCRIPT);
    String written = between(html, DATA);
    assertThat(written).doesNotContain("<").matches("\\p{ASCII}*");
    assertThat(written).contains("\\uD800");
    JsonNode data = data(html);
    assertThat(data.at("/info/model").asText()).isEqualTo(hostile);
    assertThat(data.at("/cards/0/id").asText()).isEqualTo(hostile);
    assertThat(data.at("/cards/0/answers/0/caption").asText()).isEqualTo(hostile);
    assertThat(data.at("/cards/1/failure/message").asText()).isEqualTo(hostile);
  }

  @Test
  void takesNothingFromElsewhereAndRunsOnlyItsOwnScript() throws Exception {
    String html = write(dog());
    assertThat(html).doesNotContain("http://").doesNotContain("https://").doesNotContain("url(");
    assertThat(html).contains("default-src 'none'").doesNotContain("unsafe");
    for (String own : List.of(between(html, SCRIPT), between(html, "<style>"))) {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(own.getBytes(StandardCharsets.UTF_8));
      assertThat(html).contains("'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
    }
  }

  @Test
  void reducesLargeImages() throws Exception {
    byte[] rgb = new byte[3 * 3000 * 2000];
    for (int index = 0; index < rgb.length; index++) {
      rgb[index] = (byte) ((index * 31) >> 7);
    }
    String html = write(Cards.answered("large.png", thumbnail(3000, 2000, rgb)));
    assertThat(html.length()).isLessThan(1_000_000);
    assertThat(data(html).at("/cards/0/width").asInt()).isEqualTo(3000);
    assertThat(data(html).at("/cards/0/height").asInt()).isEqualTo(2000);
  }

  @Test
  void replacesThePageAsAWholeAndLeavesNothingBehind() throws Exception {
    write();
    String second = write(dog());
    assertThat(second).contains("dog.png").endsWith("</html>\n");
    try (Stream<Path> files = Files.list(folder.resolve("site"))) {
      assertThat(files.map(file -> requireNonNull(file.getFileName()).toString()))
          .containsExactly("index.html");
    }
  }

  @Test
  void aPageThatCannotBeWrittenLeavesTheOldOne() throws Exception {
    Path file = folder.resolve("a-file");
    Files.writeString(file, "old");
    assertThatThrownBy(() -> page.write(file.resolve("index.html"), INFO, List.of()))
        .isInstanceOf(IOException.class);
    assertThat(file).hasContent("old");
  }
}
