package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.groundstream.console.render.Card;
import io.groundstream.console.render.DemoPage;
import io.groundstream.console.render.PageInfo;
import io.groundstream.console.render.Thumbnail;
import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** Tests the file that the demo writes, opened from disk in a real browser. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DemoPageITCase {
  private static final PageInfo INFO = new PageInfo("a model", "sha256-12", "float32", "cpu");
  private static final String FIRST = "document.querySelector('.card')";

  @TempDir static Path folder;

  private Browser browser;

  @BeforeAll
  void start() throws Exception {
    Path program = Browser.find();
    if (program == null) {
      throw new TestAbortedException(Browser.ADVICE);
    }
    browser = Browser.start(program, folder);
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @AfterEach
  void leave() throws Exception {
    browser.call("Page.navigate", Map.of("url", "about:blank"));
  }

  private static Card card(
      String id, Card.@Nullable Failure failure, @Nullable String note, Card.Answer... answers)
      throws Exception {
    byte[] jpeg = PretendedJob.image("jpg");
    return new Card(
        id,
        1,
        1_700_000_000_000L,
        "event of " + id,
        note == null ? 400 : 0,
        note == null ? 300 : 0,
        "image-events 0:7",
        "a model",
        Map.of("shop", id),
        note == null
            ? Thumbnail.of(jpeg, new ImageDecoder(ImageOptions.defaults())).dataUri()
            : null,
        note,
        failure,
        List.of(answers));
  }

  private static Card.Answer answer(String task, String caption, Card.Phrase... phrases) {
    return new Card.Answer("r", task, caption, null, phrases.length, List.of(phrases));
  }

  private static Card.Phrase phrase(int ordinal, String text, int start, Card.Box... boxes) {
    int end = start + text.codePointCount(0, text.length());
    return new Card.Phrase(ordinal, text, start, end, List.of(boxes));
  }

  /** Writes a page and opens it; from then on, complaints and requests are counted. */
  private String show(PageInfo info, Card... cards) throws Exception {
    Path file = folder.resolve("site/index.html");
    new DemoPage().write(file, info, List.of(cards));
    String url = file.toUri().toString();
    browser.complaints.clear();
    browser.requests.clear();
    browser.open(url);
    browser.await(count(".card") + " === " + cards.length);
    return url;
  }

  private static String count(String selector) {
    return "document.querySelectorAll('" + selector + "').length";
  }

  /** Checks that the page requested only the file and the images in it. */
  private void assertNothingOdd(String url) {
    assertThat(browser.complaints).isEmpty();
    assertThat(browser.requests)
        .contains(url)
        .allMatch(request -> request.equals(url) || request.startsWith("data:image/jpeg;base64,"));
  }

  @Test
  void marksPhrasesByTheirCodePointsAndLinksThemToTheirBoxes() throws Exception {
    String url =
        show(
            INFO,
            card(
                "dog.png",
                null,
                null,
                answer(
                    "grounded-caption",
                    "\ud83d\ude00 An image of a dog and a cat.",
                    phrase(0, "a dog", 14, new Card.Box(0.5, 0.25, 1, 0.75, 0.8125, false)),
                    phrase(1, "a cat", 24, new Card.Box(0, 0, 0.25, 0.25, 0.5, false))),
                answer(
                    "referring-expression",
                    "It is a dog.",
                    phrase(0, "It", 0, new Card.Box(0.25, 0.25, 0.5, 0.5, null, true)))));
    browser.await("document.querySelector('.card img').naturalWidth === 400");
    assertThat(browser.text("[...document.querySelectorAll('mark')].map(m => m.textContent)+''"))
        .isEqualTo("a dog,a cat,It");
    assertThat(browser.text("document.querySelector('.caption').textContent"))
        .isEqualTo("\ud83d\ude00 An image of a dog and a cat.");
    JsonNode places =
        browser.evaluate(
            "(() => { const i = document.querySelector('.card img').getBoundingClientRect();"
                + " const b = document.querySelector('.box').getBoundingClientRect();"
                + " return [i.width / i.height, (b.x - i.x) / i.width, (b.y - i.y) / i.height,"
                + " b.width / i.width, b.height / i.height]; })()");
    double[] expected = {4 / 3.0, 0.5, 0.25, 0.5, 0.5};
    for (int index = 0; index < expected.length; index++) {
      assertThat(places.get(index).asDouble()).isCloseTo(expected[index], Offset.offset(0.01));
    }
    assertThat(browser.text("document.querySelector('.boxes').innerText"))
        .matches("a dog\\s+81 %\\s+a cat\\s+50 %");
    assertThat(browser.text("document.querySelectorAll('.boxes')[1].innerText"))
        .matches("It\\s+given");
    assertThat(browser.text("document.querySelector('.card').innerText")).contains("400 × 300");
    assertThat(browser.text("document.querySelector('header').innerText"))
        .containsPattern("1\\s+image\\s+2\\s+answers\\s+3\\s+phrases\\s+3\\s+boxes")
        .containsPattern("model\\s+a model\\s+revision\\s+sha256-12")
        .doesNotContain("failure");
    assertThat(browser.text("document.title")).isEqualTo("Groundstream: 1 image");

    String lit =
        "[...document.querySelectorAll('.lit')].map(e => e.tagName + ' ' +"
            + " e.textContent.slice(0, 5)).sort().join('|')";
    browser.hover("document.querySelectorAll('mark')[0]");
    browser.await(lit + " === 'DIV a dog|LI a dog|MARK a dog'");
    browser.await("getComputedStyle(" + FIRST + ".querySelector('.box:not(.lit)')).opacity < 0.5");
    browser.hover("document.querySelectorAll('.box')[1]");
    browser.await(lit + " === 'DIV a cat|LI a cat|MARK a cat'");
    browser.moveMouseAway();
    browser.await(lit + " === ''");

    // Pointing at an answer shows its boxes and hides those of the other answer.
    String shown =
        "[...document.querySelectorAll('.box')]"
            + ".filter(b => getComputedStyle(b).visibility === 'visible').length";
    browser.await(shown + " === 2");
    browser.hover("document.querySelectorAll('section.answer')[1].querySelector('h3')");
    browser.await(shown + " === 1");
    assertThat(
            browser.text("getComputedStyle(document.querySelector('.layer.on .box')).borderStyle"))
        .isEqualTo("dashed");
    assertNothingOdd(url);
  }

  @Test
  void labelsStandInsideTheImageAndApart() throws Exception {
    Card.Phrase[] phrases = new Card.Phrase[5];
    for (int index = 0; index < phrases.length; index++) {
      String text = "the thing with number " + index;
      phrases[index] = phrase(index, text, 0, new Card.Box(0.4, 0.4, 0.95, 0.9, 0.5, false));
    }
    String corner = "a long phrase in a corner of the image, and longer still than it is wide";
    String url =
        show(
            INFO,
            card("five", null, null, answer("grounded-caption", "", phrases)),
            card(
                "corner",
                null,
                null,
                answer(
                    "grounded-caption",
                    "",
                    phrase(0, corner, 0, new Card.Box(0.9, 0, 1, 0.02, 0.5, false)))));
    String odd =
        "(() => { let odd = 0; for (const frame of document.querySelectorAll('.frame')) { const f ="
            + " frame.getBoundingClientRect(); const tags ="
            + " [...frame.querySelectorAll('.tag')].map(t => t.getBoundingClientRect());"
            + " tags.forEach((a, i) => { if (a.width === 0 || a.x < f.x - 1 || a.y < f.y - 1 ||"
            + " a.right > f.right + 1 || a.bottom > f.bottom + 1) odd++; tags.slice(i +"
            + " 1).forEach(b => { if (a.x < b.right - 1 && b.x < a.right - 1 && a.y < b.bottom - 1"
            + " && b.y < a.bottom - 1) odd++; }); }); } return odd; })()";
    for (int width : List.of(1280, 320, 700)) {
      browser.resize(width, 800);
      browser.await(odd + " === 0");
      assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
          .as("nothing overflows at " + width)
          .isLessThanOrEqualTo(width);
    }
    browser.resize(1280, 800);
    assertThat(browser.evaluate(count(".tag")).asInt()).isEqualTo(6);
    assertThat(browser.text("getComputedStyle(document.querySelector('.tag')).opacity"))
        .isEqualTo("1");
    assertNothingOdd(url);
  }

  @Test
  void showsFailuresWithTheirCodesAndCardsLarge() throws Exception {
    Card.Failure request = new Card.Failure("text-missing", "request", "no question");
    Card.Failure image = new Card.Failure("image-truncated", "decode-image", "ends early");
    String url =
        show(
            INFO,
            card("half.jpg", image, "This image cannot be shown."),
            card(
                "dog.png",
                null,
                null,
                new Card.Answer("r", "question", "", request, 0, List.of()),
                new Card.Answer(
                    "s", "question", "", new Card.Failure("alone", "", ""), 0, List.of())));
    assertThat(browser.text("[...document.querySelectorAll('.failure')].map(f => f.innerText)+''"))
        .isEqualTo(
            "image-truncated at decode-image\nends early,text-missing at request\nno question,"
                + "alone – its dead letter says why");
    assertThat(browser.evaluate(count(".card img")).asInt()).isEqualTo(1);
    assertThat(browser.text(FIRST + ".innerText")).contains("This image cannot be shown.");
    assertThat(browser.text("document.querySelector('header').innerText"))
        .containsPattern("2\\s+images\\s+0\\s+answers\\s+0\\s+phrases\\s+0\\s+boxes")
        .containsPattern("3\\s+failures");

    browser.click("document.querySelectorAll('.card figure')[1]");
    browser.await("document.querySelector('dialog').open");
    assertThat(browser.text("document.querySelector('dialog').innerText"))
        .contains("dog.png", "event of dog.png", "image-events 0:7", "a model", "shop");
    browser.press("ArrowLeft");
    browser.await("document.querySelector('#large-card h2').textContent === 'half.jpg'");
    browser.press("Escape");
    browser.await("!document.querySelector('dialog').open");
    assertNothingOdd(url);
  }

  @Test
  void whatComesFromOutsideStaysText() throws Exception {
    List<String> hostile =
        List.of(
            "<script>window.pwned=1</script>",
            "</script><script>window.pwned=1</script><!-- <script>",
            "<img src=x onerror=\"window.pwned=1\">",
            "\"'><b>&amp;\u202e\u0000\u2028</style></SCRIPT >]]>${1}{{1}}\ud83d\ude00");
    Card[] cards = new Card[hostile.size()];
    for (int index = 0; index < cards.length; index++) {
      String text = hostile.get(index);
      Card.Failure failure = new Card.Failure(text, text, text);
      cards[index] =
          card(
              text,
              failure,
              index == 0 ? text : null,
              answer(text, text, phrase(0, text, 0, new Card.Box(0, 0, 1, 1, 1.0, false))),
              new Card.Answer(text, text, text, failure, 0, List.of()));
    }
    String odd = hostile.get(3);
    String url = show(new PageInfo(odd, hostile.get(1), hostile.get(2), hostile.get(0)), cards);
    for (int index = 0; index < cards.length; index++) {
      String element = "document.querySelectorAll('#images .card')[" + index + "]";
      String text = TextNode.valueOf(hostile.get(index)).toString();
      for (String part : List.of("h2", ".caption", "mark", ".failure code", ".boxes span")) {
        assertThat(
                browser
                    .evaluate(element + ".querySelector('" + part + "').textContent === " + text)
                    .asBoolean())
            .as(part + " of " + text)
            .isTrue();
      }
      browser.click(element + ".querySelector('figure')");
      browser.await("document.querySelector('dialog').open");
      browser.await("document.querySelector('dialog .facts').textContent.includes(" + text + ")");
      browser.press("Escape");
      browser.await("!document.querySelector('dialog').open");
    }
    assertThat(browser.text("document.querySelector('#info dd').textContent")).isEqualTo(odd);
    assertThat(browser.evaluate("window.pwned === undefined").asBoolean()).isTrue();
    // The data and the page's own script.
    assertThat(browser.evaluate(count("script")).asInt()).isEqualTo(2);
    assertThat(browser.evaluate(count("img[src=x], main b, main script, body > b")).asInt())
        .isZero();
    assertNothingOdd(url);
  }

  @Test
  void runsNothingButItsOwnScript() throws Exception {
    String unused = show(INFO, card("dog.png", null, null));
    browser.evaluate(
        "(() => { const s = document.createElement('script');"
            + " s.append('window.pwned=1'); document.body.append(s); })()");
    browser.evaluate("document.body.setAttribute('style', 'background: red')");
    assertThat(browser.evaluate("window.pwned === undefined").asBoolean()).isTrue();
    assertThat(browser.text("getComputedStyle(document.body).backgroundColor"))
        .isNotEqualTo("rgb(255, 0, 0)");
    assertThat(browser.complaints)
        .anyMatch(complaint -> complaint.contains("TrustedScript"))
        .anyMatch(complaint -> complaint.contains("style-src"));
  }

  @Test
  void looksAsItsUserPrefers() throws Exception {
    String url = show(INFO, card("dog.png", null, null, answer("question", "Is it? Yes.")));
    String ground = "getComputedStyle(document.body).backgroundColor";
    browser.prefer("prefers-color-scheme", "light");
    assertThat(browser.text(ground)).isEqualTo("rgb(244, 243, 239)");
    browser.prefer("prefers-color-scheme", "dark");
    assertThat(browser.text(ground)).isEqualTo("rgb(15, 17, 21)");
    assertNothingOdd(url);
  }
}
