package io.groundstream.console.render;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.images.DecodedImage;
import io.groundstream.images.ImageOptions;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class DemoPageTest {
  private static final PageInfo INFO = new PageInfo("demo", "sha256-12", "float32", "cpu");
  private static final byte[] PICTURE =
      new BoxRenderer().render(new DecodedImage(480, 600, new byte[3 * 480 * 600]), List.of());

  @TempDir Path folder;

  private final DemoPage page = new DemoPage(ImageOptions.defaults());

  private String write(PageImage... images) throws IOException {
    Path file = folder.resolve("site/index.html");
    page.write(file, INFO, List.of(images));
    return Files.readString(file);
  }

  private static PagePhrase phrase(String text, int start, int end) {
    return new PagePhrase(
        text, start, end, List.of(new PageBox(0.1, 0.2, 0.5, 0.6, 0.8125, false)));
  }

  /** The cards are well-formed XML, too: what breaks out of its place breaks the parser. */
  private static Document cards(String html) throws Exception {
    String main = html.substring(html.indexOf("<main"), html.indexOf("</main>") + 7);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(main)));
  }

  private static List<Element> elements(Document document, String name) {
    NodeList nodes = document.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int index = 0; index < nodes.getLength(); index++) {
      elements.add((Element) nodes.item(index));
    }
    return elements;
  }

  @Test
  void marksPhrasesByTheirCodePointsAndLinksThemToTheirBoxes() throws Exception {
    String text = "😀 An image of a dog.";
    Document document =
        cards(
            write(
                new PageImage(
                    "dog.png",
                    PICTURE,
                    480,
                    600,
                    List.of(
                        PageAnswer.of(
                            "grounded-caption", text, List.of(phrase("a dog", 14, 19)))))));
    List<Element> marks = elements(document, "mark");
    assertThat(marks).hasSize(1);
    assertThat(marks.get(0).getTextContent()).isEqualTo("a dog");
    assertThat(elements(document, "p").get(0).getTextContent()).isEqualTo(text);
    String link = marks.get(0).getAttribute("data-p");
    assertThat(elements(document, "g"))
        .filteredOn(group -> group.getAttribute("data-p").equals(link))
        .hasSize(1);
    assertThat(elements(document, "li").get(0).getTextContent()).isEqualTo("a dog · 81 %");
    Element box =
        elements(document, "rect").stream()
            .filter(rectangle -> rectangle.getAttribute("class").equals("box"))
            .findFirst()
            .orElseThrow();
    String[] plane = elements(document, "svg").get(0).getAttribute("viewBox").split(" ", -1);
    double width = Double.parseDouble(plane[2]);
    double height = Double.parseDouble(plane[3]);
    assertThat(width / height).isEqualTo(480.0 / 600, org.assertj.core.data.Offset.offset(1e-3));
    assertThat(Double.parseDouble(box.getAttribute("x")) / width)
        .isEqualTo(0.1, org.assertj.core.data.Offset.offset(1e-3));
    assertThat(Double.parseDouble(box.getAttribute("height")) / height)
        .isEqualTo(0.4, org.assertj.core.data.Offset.offset(1e-3));
  }

  @Test
  void showsFailuresWithTheirCodes() throws Exception {
    String html =
        write(
            PageImage.failed(
                "half.jpg",
                new byte[] {1, 2, 3},
                new PageFailure("decode-image", "image-truncated", "ends early")),
            new PageImage(
                "dog.png",
                PICTURE,
                480,
                600,
                List.of(
                    PageAnswer.failed(
                        "question", new PageFailure("request", "text-missing", "no question")))));
    Document document = cards(html);
    assertThat(elements(document, "code"))
        .extracting(Element::getTextContent)
        .containsExactly("image-truncated", "text-missing");
    assertThat(elements(document, "img")).hasSize(1);
    assertThat(html).contains("<b>2</b><span>failures</span>").contains("<b>2</b><span>pictures");
  }

  @Test
  void lastsAgainstWhatStrangersWrite() throws Exception {
    String hostile =
        "</p></main></script><script>alert(1)</script>\"' onload='x' &amp; <!-- ]]> \u202e \u0000"
            + " \ufffe \ud800 {{x}} ${x} %s";
    PagePhrase broken =
        new PagePhrase(
            hostile,
            2,
            9,
            List.of(new PageBox(Double.NaN, -1e300, Double.POSITIVE_INFINITY, 2, 7.0, true)));
    List<PagePhrase> phrases =
        List.of(
            broken,
            new PagePhrase(hostile, -5, 3, List.of()),
            new PagePhrase(hostile, 5, 4000, List.of()),
            new PagePhrase(hostile, 4, 12, List.of()));
    PageAnswer answer = new PageAnswer(hostile, hostile, phrases, null);
    PageAnswer failed = PageAnswer.failed(hostile, new PageFailure(hostile, hostile, hostile));
    Path file = folder.resolve("index.html");
    page.write(
        file,
        new PageInfo(hostile, hostile, hostile, hostile),
        List.of(
            new PageImage(hostile, PICTURE, 480, 600, List.of(answer, failed)),
            PageImage.failed(
                hostile,
                hostile.getBytes(StandardCharsets.UTF_8),
                new PageFailure(hostile, hostile, hostile))));
    String html = Files.readString(file);
    assertThat(html.split("<script", -1)).hasSize(2);
    assertThat(html).doesNotContain("onload='x'").doesNotContain("\u202e").doesNotContain("<!--");
    Document document = cards(html);
    Set<String> attributes =
        Set.of(
            "class",
            "data-a",
            "data-p",
            "tabindex",
            "title",
            "alt",
            "src",
            "width",
            "height",
            "x",
            "y",
            "rx",
            "viewBox",
            "aria-hidden",
            "font-size",
            "textLength",
            "lengthAdjust");
    for (Element element : elements(document, "*")) {
      for (int index = 0; index < element.getAttributes().getLength(); index++) {
        Node attribute = element.getAttributes().item(index);
        assertThat(attributes).contains(attribute.getNodeName());
      }
    }
    assertThat(elements(document, "p").get(0).getTextContent())
        .contains("<script>alert(1)</script>");
  }

  @Test
  void takesNothingFromElsewhereAndRunsOnlyItsOwnScript() throws Exception {
    String html = write(new PageImage("dog.png", PICTURE, 480, 600, List.of()));
    assertThat(html).doesNotContain("http://").doesNotContain("https://").doesNotContain("url(");
    String script = html.substring(html.indexOf("<script>") + 8, html.indexOf("</script>"));
    String style = html.substring(html.indexOf("<style>") + 7, html.indexOf("</style>"));
    for (String own : List.of(script, style)) {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(own.getBytes(StandardCharsets.UTF_8));
      assertThat(html).contains("'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
    }
  }

  @Test
  void reducesLargePictures() throws Exception {
    byte[] rgb = new byte[3 * 3000 * 2000];
    for (int index = 0; index < rgb.length; index++) {
      rgb[index] = (byte) ((index * 31) >> 7);
    }
    byte[] large = new BoxRenderer().render(new DecodedImage(3000, 2000, rgb), List.of());
    String html = write(new PageImage("large.png", large, 3000, 2000, List.of()));
    assertThat(html.length()).isLessThan(1_000_000);
    assertThat(html).contains("3000 × 2000");
  }

  @Test
  void replacesThePageAsAWholeAndLeavesNothingBehind() throws Exception {
    write();
    String second = write(new PageImage("dog.png", PICTURE, 480, 600, List.of()));
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
