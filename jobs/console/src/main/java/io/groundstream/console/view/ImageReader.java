package io.groundstream.console.view;

import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.Origin;
import io.groundstream.console.render.CardParts;
import io.groundstream.console.render.Thumbnail;
import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageException;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.event.EventSources;
import io.groundstream.operators.fetch.FetchedImage;
import io.groundstream.operators.fetch.ImageFetcher;
import io.groundstream.operators.format.EventDecoder;
import io.groundstream.operators.format.EventFormat;
import io.groundstream.operators.grounding.RegistryContext;
import io.groundstream.operators.kafka.EventTopics;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.flink.util.ExceptionUtils;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the images of results: every result names the place of its event in the events topic, and
 * that one record is read again. So images need not be held from their arrival until a job that is
 * behind reaches them.
 *
 * <p>One thread reads and decodes. The newest request is served first; if too many wait, the oldest
 * ends without an image. Thread-safe.
 */
final class ImageReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ImageReader.class);
  private static final int MOST_WAITING = 1200;
  private static final int BATCH = 16;

  /** For an image behind a URI; others wait meanwhile. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final String KAFKA = "kafka";

  private final EventRecords events;
  private final EventTopics topics;
  private final EventDecoder decoder;
  private final ImageDecoder images;
  private final ImageFetcher fetcher;
  private final ArrayDeque<Wanted> waiting = new ArrayDeque<>();
  private final Thread thread = new Thread(this::run, "view-images");
  private boolean closed;

  private record Wanted(
      TopicPartition partition, long offset, CompletableFuture<LoadedImage> answer) {}

  /**
   * @param format opens decoders of the events
   */
  ImageReader(
      KafkaAccess kafka,
      SchemaRegistry registry,
      EventFormat.Opener format,
      ImageDecoder images,
      ImageFetcher fetcher) {
    this.events = new EventRecords(kafka);
    this.topics = kafka.settings().events();
    this.decoder = format.open(RegistryContext.impatient(registry, /* ignoreRecordNames= */ true));
    this.images = images;
    this.fetcher = fetcher;
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Loads the image of the event at a place; does not block. */
  CompletableFuture<LoadedImage> load(Origin origin) {
    if (!origin.getSystem().equals(KAFKA)) {
      return none("The image is not in a topic: it comes from " + CardParts.origin(origin));
    }
    String[] place = origin.getPosition().split(":", -1);
    if (!topics.contains(origin.getName())
        || place.length != 2
        || !place[0].matches("\\d{1,9}")
        || !place[1].matches("\\d{1,18}")) {
      return none("The image is not in " + topics + ": " + CardParts.origin(origin));
    }
    Wanted wanted =
        new Wanted(
            new TopicPartition(origin.getName(), Integer.parseInt(place[0])),
            Long.parseLong(place[1]),
            new CompletableFuture<>());
    Wanted eldest = null;
    synchronized (waiting) {
      if (closed) {
        return none("The page is closing");
      }
      waiting.addFirst(wanted);
      if (waiting.size() > MOST_WAITING) {
        eldest = waiting.removeLast();
      }
      waiting.notifyAll();
    }
    if (eldest != null) {
      eldest.answer().complete(LoadedImage.none("Images arrived faster than they can be read"));
    }
    return wanted.answer();
  }

  private static CompletableFuture<LoadedImage> none(String note) {
    return CompletableFuture.completedFuture(LoadedImage.none(note));
  }

  private void run() {
    try (events) {
      while (true) {
        List<Wanted> batch = take();
        if (batch.isEmpty()) {
          return;
        }
        // In the order of the topic, so that most reads continue where the last one ended.
        batch.sort(
            Comparator.comparing((Wanted wanted) -> wanted.partition().topic())
                .thenComparingInt(wanted -> wanted.partition().partition())
                .thenComparingLong(Wanted::offset));
        for (Wanted wanted : batch) {
          wanted.answer().complete(loadNow(wanted));
        }
      }
    } catch (InterruptedException | InterruptException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("No more images are read", e);
    }
  }

  /** Waits for requests; returns an empty list once this is closed. */
  private List<Wanted> take() throws InterruptedException {
    synchronized (waiting) {
      while (waiting.isEmpty() && !closed) {
        waiting.wait();
      }
      List<Wanted> batch = new ArrayList<>();
      while (!closed && !waiting.isEmpty() && batch.size() < BATCH) {
        batch.add(waiting.removeFirst());
      }
      return batch;
    }
  }

  private LoadedImage loadNow(Wanted wanted) throws InterruptedException {
    try {
      ConsumerRecord<byte[], byte[]> event = events.read(wanted.partition(), wanted.offset());
      if (event == null || event.value() == null) {
        return LoadedImage.none("The image is no longer in " + wanted.partition().topic());
      }
      ImageEvent decoded = decoder.decode(EventSources.record(event));
      byte[] bytes = decoded == null ? null : bytes(decoded);
      if (bytes == null) {
        return LoadedImage.none("The event has no image");
      }
      return LoadedImage.of(Thumbnail.of(bytes, images));
    } catch (EventRecords.UnavailableException | RegistryUnavailableException e) {
      return LoadedImage.none("The image cannot be read now: " + e.getMessage());
    } catch (RecordException | GroundingException | ImageException e) {
      return LoadedImage.none("The image cannot be shown: " + e.getMessage());
    } catch (OutOfMemoryError e) {
      return LoadedImage.none("The image is too large for this page's memory");
    }
  }

  private byte @Nullable [] bytes(ImageEvent event) throws GroundingException {
    ByteBuffer bytes = event.getImageBytes();
    if (bytes != null) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      return copy;
    }
    String uri = event.getImageUri();
    return uri == null ? null : fetch(uri);
  }

  private byte[] fetch(String uri) throws GroundingException {
    try (FetchedImage image = fetcher.fetch(uri, Instant.now().plus(PATIENCE)).join()) {
      return image.bytes();
    } catch (CompletionException e) {
      if (ExceptionUtils.stripCompletionException(e) instanceof GroundingException reason) {
        throw reason;
      }
      throw e;
    }
  }

  @Override
  public void close() {
    List<Wanted> left;
    synchronized (waiting) {
      closed = true;
      left = new ArrayList<>(waiting);
      waiting.clear();
      waiting.notifyAll();
    }
    left.forEach(wanted -> wanted.answer().complete(LoadedImage.none("The page is closing")));
    events.wakeUp();
    Threads.join(thread);
  }
}
