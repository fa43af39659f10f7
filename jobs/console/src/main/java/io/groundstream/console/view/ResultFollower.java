package io.groundstream.console.view;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.console.render.Card;
import io.groundstream.console.render.CardParts;
import io.groundstream.console.render.SmallImage;
import io.groundstream.console.render.Thumbnail;
import io.groundstream.console.terminal.TerminalGraphics;
import io.groundstream.images.ImageDecoder;
import io.groundstream.operators.fetch.ImageFetchers;
import io.groundstream.schemas.SchemaRegistry;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prints a job's results as they arrive: a block of lines for each event, with a small image where
 * the terminal can show one. Reads the job's topics as an ordinary consumer and commits nothing.
 *
 * <p>Memory is bounded: if the terminal is slow, the topics are read more slowly. Images are left
 * out while more results wait than a person could look at.
 */
public final class ResultFollower {
  private static final Logger LOG = LoggerFactory.getLogger(ResultFollower.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration IMAGE_PATIENCE = Duration.ofSeconds(10);
  private static final int MOST_QUEUED = 1000;
  private static final int MOST_QUEUED_WITH_IMAGES = 50;
  private static final int MOST_WIDTH = 400;
  private static final int MOST_HEIGHT = 300;

  private final FollowOptions options;
  private final PrintStream out;
  private final PrintWriter err;
  private final ResultText text;
  private final BlockingQueue<Runnable> arrived = new ArrayBlockingQueue<>(MOST_QUEUED);
  private final ResultBlocks blocks = new ResultBlocks(System::nanoTime);
  private final ArrayDeque<AutoCloseable> parts = new ArrayDeque<>();

  /** What was reported, by the thread that reads. */
  private final Map<Health.Part, String> problems = new EnumMap<>(Health.Part.class);

  private volatile boolean ended;
  private long printed;

  private ResultFollower(FollowOptions options, PrintStream out, PrintWriter err) {
    this.options = options;
    this.out = out;
    this.err = err;
    this.text = new ResultText(options.colored(), ZoneId.systemDefault());
  }

  /**
   * Prints results until the options say that it is over, or until the output is closed.
   *
   * @param out receives the results
   * @param err receives what is wrong with Kafka or the registry
   * @throws ViewException if brokers, topics or the registry cannot be reached at the start
   */
  public static void follow(FollowOptions options, PrintStream out, PrintWriter err)
      throws ViewException, InterruptedException {
    ResultFollower follower = new ResultFollower(options, out, err);
    try {
      follower.run();
    } finally {
      follower.close();
    }
  }

  private void run() throws ViewException, InterruptedException {
    TopicReaderSettings topics = options.topics();
    SchemaRegistry registry = add(ViewPage.connect(topics));
    KafkaAccess kafka = new KafkaAccess(topics.kafka());
    boolean needsEvents = options.graphics() != TerminalGraphics.NONE && options.images() == null;
    kafka.check(needsEvents);
    @Nullable ImageLoader loader = loader(kafka, registry, needsEvents);
    ResultReader results =
        add(new ResultReader(kafka, registry, options.start(), this::report, new Arrivals()));
    try {
      results.start();
    } catch (KafkaException e) {
      throw new ViewException(
          "Kafka at " + topics.kafka().bootstrapServers() + ": " + e.getMessage(), e);
    }
    print(loader);
  }

  /** Loads the image of a result. */
  @FunctionalInterface
  private interface ImageLoader {
    CompletableFuture<LoadedImage> load(GroundedImage image);
  }

  private @Nullable ImageLoader loader(
      KafkaAccess kafka, SchemaRegistry registry, boolean needsEvents) throws ViewException {
    if (options.graphics() == TerminalGraphics.NONE) {
      return null;
    }
    TopicReaderSettings topics = options.topics();
    ImageDecoder images = new ImageDecoder(topics.imageOptions());
    if (!needsEvents && options.images() != null) {
      ImageFolder folder =
          new ImageFolder(options.images(), images, topics.imageOptions().limits().maxBytes());
      return image -> CompletableFuture.completedFuture(folder.load(image.getImageId()));
    }
    ImageFetchers fetchers = add(ViewPage.openFetchers(topics));
    ImageReader reader = add(new ImageReader(kafka, registry, topics.events(), images, fetchers));
    reader.start();
    return image -> reader.load(image.getOrigin());
  }

  private <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  private void print(@Nullable ImageLoader loader) throws InterruptedException {
    long last = System.nanoTime();
    while (options.count() == null || printed < options.count()) {
      Runnable arrival = arrived.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
      if (arrival != null) {
        arrival.run();
        last = System.nanoTime();
      }
      for (ResultBlocks.Block block = blocks.poll(arrived.isEmpty());
          block != null && (options.count() == null || printed < options.count());
          block = blocks.poll(arrived.isEmpty())) {
        print(block, loader);
        printed++;
        last = System.nanoTime();
      }
      if (out.checkError()) {
        // The reader of the output has ended.
        return;
      }
      Duration idle = options.idleTimeout();
      if (idle != null && System.nanoTime() - last > idle.toNanos()) {
        return;
      }
    }
  }

  private void print(ResultBlocks.Block block, @Nullable ImageLoader loader)
      throws InterruptedException {
    GroundedImage image = block.image();
    if (loader != null && image != null) {
      out.print(
          arrived.size() > MOST_QUEUED_WITH_IMAGES
              ? text.noImage("results arrive faster than images can be shown")
              : shown(image, block, loader));
    }
    out.print(text.of(block));
  }

  private String shown(GroundedImage image, ResultBlocks.Block block, ImageLoader loader)
      throws InterruptedException {
    LoadedImage loaded;
    try {
      loaded = loader.load(image).get(IMAGE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      loaded = LoadedImage.none("it was not there within " + IMAGE_PATIENCE.toSeconds() + " s");
    } catch (ExecutionException e) {
      loaded = LoadedImage.none(String.valueOf(e.getCause()));
    }
    Thumbnail thumbnail = loaded.thumbnail();
    if (thumbnail == null) {
      return text.noImage(loaded.note());
    }
    List<Card.Phrase> phrases = block.phrases().stream().map(CardParts::phrase).toList();
    return options.graphics().encode(SmallImage.of(thumbnail, phrases, MOST_WIDTH, MOST_HEIGHT));
  }

  private void report(Health.Part part, @Nullable String problem) {
    String before = problem == null ? problems.remove(part) : problems.put(part, problem);
    if (problem != null && !problem.equals(before)) {
      arrive(
          () -> {
            err.println(problem);
            err.flush();
          });
    }
  }

  /** Waits while the terminal is behind. */
  private void arrive(Runnable arrival) {
    try {
      while (!ended && !arrived.offer(arrival, POLL.toMillis(), TimeUnit.MILLISECONDS)) {
        // Read on only when there is room.
      }
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private final class Arrivals implements ResultReader.Receiver {
    @Override
    public void image(GroundedImage image) {
      arrive(() -> blocks.add(image));
    }

    @Override
    public void phrase(GroundedPhrase phrase) {
      arrive(() -> blocks.add(phrase));
    }

    @Override
    public void deadLetter(DeadLetter letter) {
      arrive(() -> blocks.add(letter));
    }

    @Override
    public void unreadable(String place, String why) {
      arrive(
          () -> {
            err.println(place + " cannot be read: " + why);
            err.flush();
          });
    }
  }

  private void close() {
    ended = true;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        LOG.debug("A part did not close cleanly", e);
      }
    }
  }
}
