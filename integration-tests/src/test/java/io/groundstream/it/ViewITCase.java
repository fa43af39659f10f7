package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.groundstream.avro.Origin;
import io.groundstream.console.embedded.LocalKafka;
import io.groundstream.console.embedded.LocalRegistry;
import io.groundstream.console.render.Card;
import io.groundstream.console.view.StartFrom;
import io.groundstream.console.view.TopicReaderSettings;
import io.groundstream.console.view.ViewException;
import io.groundstream.console.view.ViewOptions;
import io.groundstream.console.view.ViewPage;
import io.groundstream.console.view.ViewSearch;
import io.groundstream.console.view.ViewSearchException;
import io.groundstream.it.PretendedJob.Found;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** Tests the page in a real browser, with real brokers and a real registry. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ViewITCase {
  private static final Path REGISTRY =
      Path.of(
          System.getProperty(
              LocalRegistry.HOME_PROPERTY, "../jobs/console/target/apicurio-registry"));
  private static final String FIRST = "document.querySelector('#grid .card')";

  @TempDir static Path folder;

  private LocalKafka kafka;
  private LocalRegistry registry;
  private Browser browser;
  private final List<AutoCloseable> open = new ArrayList<>();

  @BeforeAll
  void start() throws Exception {
    Path program = Browser.find();
    if (program == null) {
      throw new TestAbortedException(Browser.ADVICE);
    }
    kafka = LocalKafka.start(folder.resolve("kafka"), 0);
    registry = LocalRegistry.start(REGISTRY, folder.resolve("registry"), 0);
    browser = Browser.start(program, folder);
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.close();
      registry.close();
      kafka.close();
    }
  }

  @AfterEach
  void closeAll() throws Exception {
    browser.call("Page.navigate", Map.of("url", "about:blank"));
    for (AutoCloseable each : open) {
      each.close();
    }
    open.clear();
  }

  private PretendedJob job(TestInfo test) throws Exception {
    String name = test.getTestMethod().orElseThrow().getName();
    PretendedJob job = new PretendedJob(name, kafka.bootstrapServers(), registry.url());
    open.add(0, job);
    return job;
  }

  private static ViewOptions options(
      PretendedJob job, String roots, int keep, int port, @Nullable ViewSearch search)
      throws Exception {
    return new ViewOptions(
        job.settings(roots), StartFrom.EARLIEST, keep, "127.0.0.1", port, List.of(), search);
  }

  /** Serves a page and opens it; from then on, complaints and requests are counted. */
  private ViewPage show(ViewOptions options) throws Exception {
    ViewPage page = ViewPage.start(options);
    open.add(page);
    browser.open(page.url());
    browser.complaints.clear();
    browser.requests.clear();
    browser.open(page.url());
    return page;
  }

  private void assertNothingOdd(ViewPage page) {
    assertThat(browser.complaints).isEmpty();
    assertThat(browser.requests).isNotEmpty().allMatch(url -> url.startsWith(page.url()));
  }

  private static String card(String id) {
    return "[...document.querySelectorAll('#grid .card')].find(c => c.dataset.id === '" + id + "')";
  }

  private static String count(String selector) {
    return "document.querySelectorAll('" + selector + "').length";
  }

  @Test
  void imagesAppearWithTheirBoxesWhereTheyBelong(TestInfo test) throws Exception {
    PretendedJob job = job(test);
    ViewPage page = show(options(job, folder.toString(), 50, 0, null));
    browser.await("!document.querySelector('#empty').hidden");
    assertThat(browser.text("document.querySelector('#empty').innerText"))
        .contains("groundstream produce --topic " + job.settings("").kafka().events().first())
        .contains(kafka.bootstrapServers());

    job.enrich(
        "first",
        PretendedJob.image("png"),
        "A blue field.",
        new Found("A blue field", 0.5, 0.5, 1, 1));
    browser.await(
        count("#grid img") + " === 1 && document.querySelector('#grid img').naturalWidth > 0");
    assertThat(browser.evaluate("document.querySelector('#empty').hidden").asBoolean()).isTrue();
    JsonNode places =
        browser.evaluate(
            "(() => { const i = document.querySelector('#grid img').getBoundingClientRect();"
                + " const b = document.querySelector('#grid .box').getBoundingClientRect();"
                + " return [i.width / i.height, (b.x - i.x) / i.width, (b.y - i.y) / i.height,"
                + " b.width / i.width, b.height / i.height]; })()");
    double[] expected = {4 / 3.0, 0.5, 0.5, 0.5, 0.5};
    for (int index = 0; index < expected.length; index++) {
      assertThat(places.get(index).asDouble()).isCloseTo(expected[index], within());
    }
    assertThat(browser.text("document.querySelector('#grid mark').textContent"))
        .isEqualTo("A blue field");

    // An image rotated by its Exif data, a file that its event refers to, and bytes that are not an
    // image.
    byte[] turned = PretendedJob.turned(PretendedJob.image("jpg"));
    job.enrich("second", turned, "It stands.");
    Path file = Files.write(folder.resolve("third.png"), PretendedJob.image("png"));
    job.enrich("third", job.event("third", null, file.toUri().toString()), Map.of(), "A file.");
    Path secret = Path.of("/etc/hostname");
    job.enrich("fourth", job.event("fourth", null, secret.toUri().toString()), Map.of(), "None.");
    job.enrich("fifth", new byte[] {1, 2, 3}, "Broken.");
    job.enrich("sixth", new Origin("archive", "shard.tar", "7"), Map.of(), "From elsewhere.");
    browser.await(count("#grid .card") + " === 6 && " + count("#grid img") + " === 3");
    browser.await(card("second") + ".querySelector('img')?.naturalHeight === 400");
    assertThat(browser.evaluate(card("second") + ".querySelector('img').naturalWidth").asInt())
        .isEqualTo(300);
    assertThat(
            browser.text(
                "[...document.querySelectorAll('#grid .card')].map(c => c.dataset.id).join()"))
        .isEqualTo("sixth,fifth,fourth,third,second,first");
    browser.await(card("fourth") + ".innerText.includes('fetch.allowed-roots')");
    browser.await(card("fifth") + ".innerText.includes('cannot be shown')");
    browser.await(card("sixth") + ".innerText.includes('shard.tar 7')");
    assertNothingOdd(page);
  }

  private static Offset<Double> within() {
    return Offset.offset(0.01);
  }

  @Test
  void phrasesAndBoxesLightEachOther(TestInfo test) throws Exception {
    PretendedJob job = job(test);
    for (int image = 0; image < 3; image++) {
      job.enrich(
          "image " + image,
          PretendedJob.image("png"),
          "A \ud83d\ude00 red field and a blue field.",
          new Found("red field", 0.05, 0.3, 0.45, 0.7),
          new Found("a blue field", 0.5, 0.5, 1, 1));
    }
    ViewPage page = show(options(job, "", 50, 0, null));
    browser.await(count("#grid .card mark") + " === 6");
    // Images may arrive after their phrases, but not while the mouse is on one.
    browser.await(count("#grid .card img") + " === 3");
    String lit =
        "[...document.querySelectorAll('.lit')].map(e => e.tagName + ' ' +"
            + " e.textContent).join('|')";

    browser.hover(FIRST + ".querySelectorAll('mark')[1]");
    browser.await(lit + " === 'DIV a blue field|MARK a blue field'");
    browser.await("getComputedStyle(" + FIRST + ".querySelector('.box:not(.lit)')).opacity < 0.5");
    browser.hover(FIRST + ".querySelectorAll('.box')[1]");
    browser.await(lit + " === 'DIV red field|MARK red field'");
    browser.moveMouseAway();
    browser.await(lit + " === ''");

    // The same by keyboard: Enter keeps the highlight, Escape removes it.
    browser.evaluate(FIRST + ".querySelector('.open').focus()");
    browser.press("Tab");
    browser.await(lit + " === 'DIV red field|MARK red field'");
    assertThat(browser.text("document.activeElement.getAttribute('aria-label')"))
        .isEqualTo("red field: middle left, confidence 50 %");
    browser.press("Enter");
    browser.evaluate("document.activeElement.blur()");
    browser.await(lit + " === 'DIV red field|MARK red field'");
    browser.press("Escape");
    browser.await(lit + " === ''");

    browser.click(FIRST + ".querySelector('img')");
    browser.await("document.querySelector('dialog').open");
    browser.await("document.querySelector('#large-card h2').textContent === 'image 2'");
    assertThat(browser.text("document.querySelector('#large-card').innerText"))
        .contains("0.500  0.500  1.000  1.000", "a model");
    browser.press("ArrowRight");
    browser.await("document.querySelector('#large-card h2').textContent === 'image 1'");
    // Cards do not move while the user points at one.
    job.enrich("image 3", PretendedJob.image("png"), "Later.");
    browser.await("document.querySelector('#shown').textContent === '3'");
    browser.press("Escape");
    browser.await("!document.querySelector('dialog').open");
    browser.moveMouseAway();
    browser.await(FIRST + ".dataset.id === 'image 3'");
    assertThat(browser.text("document.activeElement.closest('.card').dataset.id"))
        .isEqualTo("image 1");
    assertNothingOdd(page);
  }

  @Test
  void whatComesFromOutsideStaysText(TestInfo test) throws Exception {
    PretendedJob job = job(test);
    String script = "<script>window.pwned=1</script>";
    String image = "<img src=x onerror=\"window.pwned=1\">";
    String odd = "\"'><b>&amp;\u202e\u0000</style>]]>${1}{{1}}";
    List<String> hostile = List.of(script, image, odd);
    for (String text : hostile) {
      Origin origin = job.event(text, PretendedJob.image("png"), null);
      job.enrich(text, origin, Map.of(text, text), "Before " + text, new Found(text, 0, 0, 1, 1));
      job.fail(text, text, text, text);
    }
    ViewSearch search =
        (query, limit) -> {
          throw new ViewSearchException(query, new IllegalArgumentException());
        };
    ViewPage page = show(options(job, "", 50, 0, search));
    browser.await(count("#grid .card") + " === 3 && " + count("#grid img") + " === 3");
    browser.await("document.querySelector('#letters-total').textContent === '3'");
    browser.click("document.querySelector('#letters-toggle')");
    browser.await("!document.querySelector('#letters').hidden");
    assertThat(browser.text("document.querySelector('#letters').innerText"))
        .contains(script, image);
    assertThat(browser.evaluate(count("#letters-codes li")).asInt()).isEqualTo(3);
    for (int index = 0; index < hostile.size(); index++) {
      String element = "document.querySelectorAll('#grid .card')[" + index + "]";
      String text = hostile.get(hostile.size() - 1 - index);
      assertThat(browser.text(element + ".querySelector('h2').textContent")).isEqualTo(text);
      assertThat(browser.text(element + ".querySelector('.caption').textContent"))
          .isEqualTo("Before " + text);
      browser.click(element + ".querySelector('figure')");
      browser.await("document.querySelector('dialog').open");
      assertThat(browser.text("document.querySelector('dialog .facts').textContent"))
          .contains(text);
      browser.press("Escape");
      browser.await("!document.querySelector('dialog').open");
    }
    browser.evaluate("document.querySelector('#query').focus()");
    browser.type(image);
    browser.press("Enter");
    browser.await("document.querySelector('#search-error').textContent === " + json(image));
    assertThat(browser.evaluate("window.pwned === undefined").asBoolean()).isTrue();
    assertThat(browser.evaluate(count("script")).asInt()).isEqualTo(1);
    assertThat(browser.evaluate(count("img[src=x], main b, main script")).asInt()).isZero();
    // The console reports only that the search was rejected.
    browser.complaints.removeIf(complaint -> complaint.contains("/search?q="));
    assertNothingOdd(page);
  }

  private static String json(String text) {
    return TextNode.valueOf(text).toString();
  }

  @Test
  void holdsAsManyImagesAsItWasTold(TestInfo test) throws Exception {
    PretendedJob job = job(test);
    ViewPage page = show(options(job, "", 5, 0, null));
    for (int image = 0; image < 12; image++) {
      job.enrich("image " + image, PretendedJob.image("png"), "One more.");
    }
    browser.await(FIRST + "?.dataset.id === 'image 11'");
    browser.await(count("#grid .card") + " === 5");
    browser.await(card("image 7") + " !== undefined && " + card("image 6") + " === undefined");

    browser.click("document.querySelector('#pause')");
    for (int image = 12; image < 15; image++) {
      job.enrich("image " + image, PretendedJob.image("png"), "One more.");
    }
    browser.await("document.querySelector('#pause').textContent === 'Go on (3 new)'");
    assertThat(browser.text(FIRST + ".dataset.id")).isEqualTo("image 11");
    browser.click("document.querySelector('#pause')");
    browser.await(FIRST + ".dataset.id === 'image 14'");
    browser.await(count("#grid .card") + " === 5");
    job.writeGarbage();
    browser.await("document.querySelector('#shown-note').textContent.includes('1 records could')");
    assertNothingOdd(page);
  }

  @Test
  void tellsHowMuchWaits(TestInfo test) throws Exception {
    PretendedJob job = job(test);
    for (int image = 0; image < 7; image++) {
      job.event("image " + image, PretendedJob.image("png"), null);
    }
    ViewPage page = show(options(job, "", 5, 0, null));
    browser.await("document.querySelector('#queue').textContent === '7'");
    String events = job.settings("").kafka().events().first();
    String group = job.settings("").kafka().groupId();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      TopicPartition partition = new TopicPartition(events, 0);
      long end =
          admin
              .listOffsets(Map.of(partition, OffsetSpec.latest()))
              .partitionResult(partition)
              .get()
              .offset();
      commit(admin, group, partition, end);
      browser.await("document.querySelector('#queue').textContent === '" + (7 - end) + "'");
      // Only the job has a group.
      assertThat(admin.listGroups().all().get())
          .extracting(listing -> listing.groupId())
          .doesNotContain("", "view")
          .contains(group);
    }
    job.enrich("image 0", PretendedJob.image("png"), "One.");
    browser.await("document.querySelector('#images-rate').textContent === '0.02'");
    assertNothingOdd(page);
  }

  private static void commit(Admin admin, String group, TopicPartition partition, long offset)
      throws InterruptedException, ExecutionException {
    admin
        .alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(offset)))
        .all()
        .get();
  }

  @Test
  void findsWhatTheIndexKnows(TestInfo test) throws Exception {
    PretendedJob job = job(test);
    Origin origin = job.enrich("shown", PretendedJob.image("png"), "A field.");
    Origin old = job.event("old", PretendedJob.turned(PretendedJob.image("jpg")), null);
    Card.Answer answer =
        new Card.Answer(
            "r",
            "grounded-caption",
            "a dog",
            null,
            1,
            List.of(
                new Card.Phrase(
                    0, "a dog", 0, 5, List.of(new Card.Box(0.1, 0.1, 0.4, 0.4, 0.5, false)))));
    ViewSearch search =
        (query, limit) -> {
          if (query.equals("dog (")) {
            throw new ViewSearchException("dog (\n    ^ no end", new IllegalArgumentException());
          }
          return query.equals("dog")
              ? new ViewSearch.Found(
                  7,
                  List.of(
                      new ViewSearch.Hit("old", 300, 400, old, List.of(answer)),
                      new ViewSearch.Hit("shown", 400, 300, origin, List.of())))
              : new ViewSearch.Found(0, List.of());
        };
    ViewPage page = show(options(job, "", 50, 0, search));
    browser.await(count("#grid .card img") + " === 1");
    browser.press("Tab");
    browser.press("Tab");
    assertThat(browser.text("document.activeElement.id")).isEqualTo("query");
    browser.type("dog");
    browser.press("Enter");
    browser.await(count("#found .card") + " === 2");
    browser.await("document.querySelector('#found img').naturalHeight === 400");
    assertThat(browser.text("document.querySelector('#found-text').textContent"))
        .isEqualTo("7 images match dog, the best 2 shown");
    browser.hover("document.querySelector('#found mark')");
    browser.await("document.querySelector('#found .box').classList.contains('lit')");
    assertThat(browser.evaluate("document.querySelector('#grid').hidden").asBoolean()).isTrue();
    assertThat(browser.text("location.hash")).isEqualTo("#q=dog");
    assertNothingOdd(page);

    browser.evaluate("document.querySelector('#query').select()");
    browser.type("dog (");
    browser.press("Enter");
    browser.await("document.querySelector('#search-error').textContent.includes('no end')");
    browser.evaluate("document.querySelector('#query').select()");
    browser.type("cat");
    browser.press("Enter");
    browser.await("document.querySelector('#found-text').textContent === 'No image matches cat'");
    browser.await("document.querySelector('#search-error').hidden");
    browser.click("document.querySelector('#found-close')");
    browser.await("!document.querySelector('#grid').hidden");
  }

  @Test
  void comesBackWhenItsServerOrKafkaDoes(TestInfo test) throws Exception {
    PretendedJob job = job(test);
    ViewPage page = show(options(job, "", 50, 0, null));
    job.enrich("before", PretendedJob.image("png"), "Before.");
    browser.await(count("#grid .card") + " === 1");
    page.close();
    browser.await("document.querySelector('#banner').textContent.includes('lost its server')");
    int port = URI.create(page.url()).getPort();
    ViewPage second = ViewPage.start(options(job, "", 50, port, null));
    open.add(second);
    browser.await("document.querySelector('#banner').hidden");
    job.enrich("between", PretendedJob.image("png"), "Between.");
    browser.await(count("#grid .card") + " === 2");

    int kafkaPort = Integer.parseInt(kafka.bootstrapServers().replaceAll(".*:", ""));
    kafka.close();
    browser.await("document.querySelector('#banner').textContent.includes('Kafka at')");
    assertThat(browser.text("document.querySelector('#live').textContent")).isEqualTo("waiting");
    kafka = LocalKafka.start(folder.resolve("kafka"), kafkaPort);
    browser.await("document.querySelector('#banner').hidden");
    job.enrich("after", PretendedJob.image("png"), "After.");
    browser.await(FIRST + ".dataset.id === 'after'");
    browser.await(card("after") + ".querySelector('img')?.naturalWidth === 400");
    assertThat(browser.evaluate(count("#grid .card")).asInt()).isEqualTo(3);
  }

  @Test
  void looksAsItsUserPrefers(TestInfo test) throws Exception {
    PretendedJob job = job(test);
    job.enrich("one", PretendedJob.image("png"), "One.");
    ViewPage page = show(options(job, "", 50, 0, null));
    browser.await(count("#grid .card") + " === 1");
    String ground = "getComputedStyle(document.body).backgroundColor";
    browser.prefer("prefers-color-scheme", "light");
    assertThat(browser.text(ground)).isEqualTo("rgb(244, 243, 239)");
    browser.prefer("prefers-color-scheme", "dark");
    assertThat(browser.text(ground)).isEqualTo("rgb(15, 17, 21)");
    browser.prefer("prefers-reduced-motion", "reduce");
    job.enrich("two", PretendedJob.image("png"), "Two.");
    browser.await(count("#grid .card") + " === 2");
    assertThat(browser.text("getComputedStyle(" + FIRST + ").animationName")).isEqualTo("none");
    for (int width : List.of(320, 700, 1600)) {
      browser.resize(width, 900);
      assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
          .as("nothing overflows at " + width)
          .isLessThanOrEqualTo(width);
    }
    browser.resize(1280, 800);
    assertNothingOdd(page);
  }

  @Test
  void whatIsMissingAtTheStartIsNamed(TestInfo test) throws Exception {
    PretendedJob job = job(test);
    ViewPage page = ViewPage.start(options(job, "", 5, 0, null));
    open.add(page);
    int taken = URI.create(page.url()).getPort();
    assertThatThrownBy(() -> ViewPage.start(options(job, "", 5, taken, null)))
        .isInstanceOf(ViewException.class)
        .hasMessageStartingWith("--port: " + taken);
    Map<String, String> nowhere =
        Map.of(
            "kafka.bootstrap-servers", kafka.bootstrapServers(),
            "schema-registry.url", registry.url(),
            "kafka.topics.images", "no-images",
            "kafka.topics.events", job.settings("").kafka().events().first());
    assertThatThrownBy(() -> start(nowhere))
        .isInstanceOf(ViewException.class)
        .hasMessageContaining("kafka.topics.images: no-images")
        .hasMessageContaining("kafka.topics.phrases: grounded-phrases")
        .hasMessageNotContaining("kafka.topics.events");
    assertThatThrownBy(
            () ->
                start(
                    Map.of(
                        "kafka.bootstrap-servers",
                        kafka.bootstrapServers(),
                        "schema-registry.url",
                        "http://127.0.0.1:1")))
        .isInstanceOf(ViewException.class)
        .hasMessageStartingWith("--schema-registry: http://127.0.0.1:1 gives no answer");
  }

  private static void start(Map<String, String> values) throws Exception {
    ViewPage.start(
            new ViewOptions(
                TopicReaderSettings.parse(values),
                StartFrom.NOW,
                5,
                "127.0.0.1",
                0,
                List.of(),
                null))
        .close();
  }
}
