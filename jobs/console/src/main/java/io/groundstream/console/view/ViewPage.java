package io.groundstream.console.view;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.images.ImageDecoder;
import io.groundstream.operators.concurrent.DaemonThreads;
import io.groundstream.operators.fetch.ImageFetchers;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistry;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A page that shows a job at work: images with their boxes as they are enriched, dead letters,
 * throughput, the queue, and a search where there is an index.
 *
 * <p>It reads the job's topics as an ordinary consumer, commits nothing, and holds a bounded number
 * of images, however many arrive and however many browsers watch.
 *
 * <pre>{@code
 * try (ViewPage page = ViewPage.start(options)) {
 *   System.out.println(page.url());
 *   Thread.currentThread().join();
 * }
 * }</pre>
 */
public final class ViewPage implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ViewPage.class);
  private static final long PUBLISH_MILLIS = 200;
  private static final int TICKS_PER_SECOND = 5;
  private static final int TICKS_PER_BEAT = 50;

  /** Every registry can say whether it has a schema with this identifier. */
  private static final int ANY_SCHEMA_ID = 1;

  private final ViewOptions options;
  private final EventLog log = new EventLog();
  private final Health health = new Health(log);
  private final DeadLetterBoard deadLetters = new DeadLetterBoard(log);
  private final Throughput images = new Throughput();
  private final Throughput phrases = new Throughput();
  private final AtomicLong unreadable = new AtomicLong();
  private final ArrayDeque<AutoCloseable> parts = new ArrayDeque<>();
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("view-ticker"));

  private int port;
  private long ticks;

  /** Numbers for the head of the page, once a second. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Stats(
      int[] images,
      int[] phrases,
      @Nullable Long queue,
      boolean committed,
      long skipped,
      long unreadable) {}

  private ViewPage(ViewOptions options) {
    this.options = options;
  }

  /**
   * Starts serving the page.
   *
   * @throws ViewException if the port is taken, or brokers, topics or the registry cannot be
   *     reached
   */
  public static ViewPage start(ViewOptions options) throws ViewException, InterruptedException {
    ViewPage page = new ViewPage(options);
    try {
      page.open();
      return page;
    } catch (ViewException | InterruptedException | RuntimeException e) {
      page.close();
      throw e;
    }
  }

  private void open() throws ViewException, InterruptedException {
    TopicReaderSettings topics = options.topics();
    // What can fail at once comes first.
    PageServer server = add(new PageServer(options.host(), options.port()));
    port = server.port();
    ImageFetchers fetchers = add(openFetchers(topics));
    SchemaRegistry registry = add(connect(topics));
    KafkaAccess kafka = new KafkaAccess(topics.kafka());
    kafka.check(/* needsEvents= */ true);
    ImageReader reader =
        add(
            new ImageReader(
                kafka,
                registry,
                topics.events(),
                new ImageDecoder(topics.imageOptions()),
                fetchers));
    Gallery gallery = new Gallery(options.keep(), log, reader::load, System::nanoTime);
    SearchHandler search = new SearchHandler(options.search(), gallery, log.run(), reader::load);
    QueueWatch queue = add(new QueueWatch(kafka, health));
    ResultReader results =
        add(new ResultReader(kafka, registry, options.start(), health, new Results(gallery)));
    HostCheck hosts = new HostCheck(options.host(), options.allowedHosts());
    PageHandler handler = new PageHandler(hosts, log, gallery, search, greeting(search));
    try {
      results.start();
    } catch (KafkaException e) {
      throw new ViewException(
          "Kafka at " + topics.kafka().bootstrapServers() + ": " + e.getMessage(), e);
    }
    reader.start();
    queue.start();
    tick(gallery, queue, handler);
    server.start(handler);
    parts.push(handler::closeStreams);
    var unused =
        ticker.scheduleWithFixedDelay(
            () -> tick(gallery, queue, handler),
            PUBLISH_MILLIS,
            PUBLISH_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  private <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  static ImageFetchers openFetchers(TopicReaderSettings topics) throws ViewException {
    try {
      return ImageFetchers.open(topics.fetching(), (int) topics.imageOptions().limits().maxBytes());
    } catch (IOException e) {
      throw new ViewException("fetch.allowed-roots: " + e.getMessage(), e);
    }
  }

  static SchemaRegistry connect(TopicReaderSettings topics) throws ViewException {
    String urls = String.join(";", topics.registry().urls());
    SchemaRegistry registry;
    try {
      registry = SchemaRegistry.connect(topics.registry().urls(), topics.registry().properties());
    } catch (RuntimeException e) {
      throw new ViewException("--schema-registry: " + urls + ": " + e.getMessage(), e);
    }
    try {
      Object unused = registry.byId(ANY_SCHEMA_ID);
    } catch (RecordException e) {
      // It has no such schema, but it answers.
    } catch (RegistryUnavailableException e) {
      registry.close();
      throw new ViewException(
          "--schema-registry: "
              + urls
              + " gives no answer (expected: a Schema Registry with Confluent's API): "
              + e.getMessage(),
          e);
    }
    return registry;
  }

  private Map<String, Object> greeting(SearchHandler search) {
    Map<String, Object> greeting = new HashMap<>();
    greeting.put("run", log.run());
    greeting.put("keep", options.keep());
    greeting.put("search", search.isOpen());
    greeting.put("brokers", options.topics().kafka().bootstrapServers());
    greeting.put("registry", String.join(",", options.topics().registry().urls()));
    greeting.put("events", options.topics().kafka().events().toString());
    greeting.put("group", options.topics().kafka().groupId());
    return greeting;
  }

  private void tick(Gallery gallery, QueueWatch queue, PageHandler handler) {
    try {
      gallery.publish();
      deadLetters.publish();
      if (ticks % TICKS_PER_SECOND == 0) {
        long now = System.currentTimeMillis();
        log.appendState(
            "stats",
            new Stats(
                images.counts(now),
                phrases.counts(now),
                queue.latest().waiting(),
                queue.latest().committed(),
                gallery.skipped(),
                unreadable.get()));
      }
      handler.wakeStreams();
      if (ticks % TICKS_PER_BEAT == 0) {
        handler.beatStreams();
      }
      ticks++;
    } catch (RuntimeException e) {
      LOG.error("Browsers did not get the latest events", e);
    }
  }

  /** Passes records on to the parts that show them. */
  private final class Results implements ResultReader.Receiver {
    private final Gallery gallery;

    Results(Gallery gallery) {
      this.gallery = gallery;
    }

    @Override
    public void image(GroundedImage image) {
      images.count(image.getProcessingTime().toEpochMilli(), System.currentTimeMillis());
      gallery.add(image);
    }

    @Override
    public void phrase(GroundedPhrase phrase) {
      phrases.count(phrase.getProcessingTime().toEpochMilli(), System.currentTimeMillis());
      gallery.add(phrase);
    }

    @Override
    public void deadLetter(DeadLetter letter) {
      deadLetters.add(letter);
    }

    @Override
    public void unreadable(String place, String why) {
      if (unreadable.incrementAndGet() == 1) {
        LOG.warn("{} cannot be read (logged for the first such record only): {}", place, why);
      }
    }
  }

  /** Returns the URL of the page. */
  public String url() {
    String host = options.host();
    // A browser cannot open the address that stands for all addresses.
    String reachable = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
    return "http://"
        + (reachable.contains(":") ? "[" + reachable + "]" : reachable)
        + ":"
        + port
        + "/";
  }

  /** Stops everything; returns when it has stopped. */
  @Override
  public void close() {
    ticker.shutdownNow();
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        LOG.debug("A part of the page did not close cleanly", e);
      }
    }
  }
}
