package io.groundstream.operators.grounding;

import io.groundstream.avro.ImageEvent;
import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.Stage;
import io.groundstream.operators.fetch.FetchedImage;
import io.groundstream.operators.fetch.ImageFetcher;
import io.groundstream.operators.tracing.EventTrace.Part;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gets the images of events, from their bytes or their URIs, ready for the model. Concurrent events
 * with the same URI share one fetch and one decode, those with the same bytes one decode; what was
 * prepared lately is reused. Thread-safe.
 */
final class ImageSource {
  private final ImageFetcher fetcher;
  private final GroundingModel model;
  private final ImageCache cache;
  private final DecodePermits permits;
  private final Executor preparation;
  private final EventMetrics metrics;

  /**
   * @param model decodes and resizes
   * @param preparation decodes what was fetched, and goes on with what another event has fetched
   */
  ImageSource(
      ImageFetcher fetcher,
      GroundingModel model,
      ImageCache cache,
      DecodePermits permits,
      Executor preparation,
      EventMetrics metrics) {
    this.fetcher = fetcher;
    this.model = model;
    this.cache = cache;
    this.permits = permits;
    this.preparation = preparation;
    this.metrics = metrics;
  }

  /**
   * Gets the image of an event. Bytes in the event are decoded on the caller's thread.
   *
   * @return completes with the image, or with null if the event has neither bytes nor a URI; else
   *     with a {@link GroundingException}. Cancelling the event ends its own transfer only.
   */
  CompletableFuture<@Nullable EventImage> imageOf(InFlightEvent event, ImageEvent decoded) {
    byte[] bytes = bytes(decoded);
    String uri = decoded.getImageUri();
    if (bytes != null) {
      try {
        return CompletableFuture.completedFuture(prepare(event, bytes, decoded.getDeadline()));
      } catch (GroundingException e) {
        return CompletableFuture.failedFuture(e);
      }
    }
    return uri == null
        ? CompletableFuture.completedFuture(null)
        : imageAt(uri, event, decoded.getDeadline());
  }

  /** Returns a copy of the image in the event; null if the event has none. */
  static byte @Nullable [] bytes(ImageEvent decoded) {
    ByteBuffer buffer = decoded.getImageBytes();
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private CompletableFuture<@Nullable EventImage> imageAt(
      String uri, InFlightEvent event, @Nullable Instant deadline) {
    event.reach(Stage.FETCH);
    long begin = System.nanoTime();
    AtomicBoolean loads = new AtomicBoolean();
    CompletableFuture<EventImage> image =
        cache.atUri(
            uri,
            () -> {
              loads.set(true);
              return load(uri, event, deadline);
            });
    CompletableFuture<@Nullable EventImage> traced =
        image
            .whenComplete(
                (found, failure) -> {
                  if (!loads.get()) {
                    event.trace().ended(Part.REUSE_IMAGE, begin, failure);
                  }
                })
            .thenApply(Function.identity());
    // The event goes on with a thread of its own, not with that of the event whose image it is.
    return image.isDone() ? traced : traced.thenApplyAsync(Function.identity(), preparation);
  }

  private CompletableFuture<EventImage> load(
      String uri, InFlightEvent event, @Nullable Instant deadline) {
    long begin = System.nanoTime();
    CompletableFuture<FetchedImage> transfer = fetcher.fetch(uri, deadline);
    AtomicReference<@Nullable FetchedImage> held = new AtomicReference<>();
    Runnable end =
        () -> {
          transfer.cancel(true);
          FetchedImage image = held.get();
          if (image != null) {
            image.close();
          }
        };
    event.onCancel(end);
    Executor next = transfer.isDone() ? Runnable::run : preparation;
    return transfer
        .whenComplete(
            (fetched, failure) -> {
              metrics.fetched(System.nanoTime() - begin);
              event.trace().fetched(uri, begin, failure);
              held.set(fetched);
              if (event.isCancelled()) {
                end.run();
              }
            })
        .thenApplyAsync(fetched -> prepare(event, fetched, deadline), next)
        .whenComplete(
            (image, failure) -> {
              // Also where there was no thread for it any more.
              end.run();
              event.forget(end);
            });
  }

  private EventImage prepare(
      InFlightEvent event, FetchedImage fetched, @Nullable Instant deadline) {
    try (fetched) {
      return prepare(event, fetched.bytes(), deadline);
    } catch (GroundingException e) {
      throw new CompletionException(e);
    }
  }

  private EventImage prepare(InFlightEvent event, byte[] bytes, @Nullable Instant deadline)
      throws GroundingException {
    event.reach(Stage.DECODE_IMAGE);
    long begin = System.nanoTime();
    AtomicBoolean decodes = new AtomicBoolean();
    EventImage image =
        cache.of(
            bytes,
            encoded -> {
              decodes.set(true);
              return decode(event, encoded, deadline);
            });
    if (!decodes.get()) {
      event.trace().ended(Part.REUSE_IMAGE, begin, null);
    }
    return image;
  }

  private PreparedImage decode(InFlightEvent event, byte[] encoded, @Nullable Instant deadline)
      throws GroundingException {
    long begin = System.nanoTime();
    try {
      PreparedImage image = permits.decode(model, encoded, deadline);
      metrics.decoded(System.nanoTime() - begin);
      event.trace().ended(Part.DECODE_IMAGE, begin, null);
      return image;
    } catch (GroundingException e) {
      event.trace().ended(Part.DECODE_IMAGE, begin, e);
      throw e;
    }
  }
}
