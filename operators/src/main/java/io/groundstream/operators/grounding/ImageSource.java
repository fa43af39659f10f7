package io.groundstream.operators.grounding;

import io.groundstream.avro.FurtherImage;
import io.groundstream.avro.ImageEvent;
import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.Demonstrations;
import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.Stage;
import io.groundstream.kosmos2.text.PromptBuilder;
import io.groundstream.operators.fetch.FetchedImage;
import io.groundstream.operators.fetch.ImageFetcher;
import io.groundstream.operators.tracing.EventTrace.Part;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.apache.flink.util.ExceptionUtils;
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
  private final Demonstrations configured;

  /**
   * @param model decodes and resizes
   * @param preparation decodes what was fetched, and goes on with what another event has fetched
   * @param configured the demonstrations for events without any
   */
  ImageSource(
      ImageFetcher fetcher,
      GroundingModel model,
      ImageCache cache,
      DecodePermits permits,
      Executor preparation,
      EventMetrics metrics,
      Demonstrations configured) {
    this.fetcher = fetcher;
    this.model = model;
    this.cache = cache;
    this.permits = permits;
    this.preparation = preparation;
    this.metrics = metrics;
    this.configured = configured;
  }

  /**
   * Gets the images of an event that its requests need. Bytes in the event are decoded on the
   * caller's thread.
   *
   * @return completes with the images, without an own one if the event has neither bytes nor a URI;
   *     else with a {@link GroundingException}, once all transfers have ended. Cancelling the event
   *     ends its own transfers only.
   */
  CompletableFuture<EventImages> imagesOf(
      InFlightEvent event, ImageEvent decoded, List<AskedRequest> requests) {
    Instant deadline = decoded.getDeadline();
    CompletableFuture<@Nullable EventImage> own =
        image(decoded.getImageBytes(), decoded.getImageUri(), event, deadline);
    boolean hasOwn = decoded.getImageBytes() != null || decoded.getImageUri() != null;
    List<FurtherImage> further = decoded.getFurtherImages();
    // Without an own image, there is nothing that they could be about.
    List<io.groundstream.avro.Demonstration> shown =
        hasOwn && requests.stream().anyMatch(asked -> asked.request().getParts().isEmpty())
            ? decoded.getDemonstrations()
            : List.of();
    if (further.isEmpty() && shown.isEmpty()) {
      return own.thenApply(image -> new EventImages(image, List.of(), configured));
    }
    Set<Integer> needed = new HashSet<>();
    requests.forEach(asked -> needed.addAll(asked.imagesOfParts()));
    List<CompletableFuture<@Nullable EventImage>> others = new ArrayList<>();
    for (int i = 0; i < further.size(); i++) {
      FurtherImage one = further.get(i);
      others.add(
          needed.contains(i + 1)
              ? required(
                  "further_images", i, one.getImageBytes(), one.getImageUri(), event, deadline)
              : CompletableFuture.completedFuture(null));
    }
    for (int i = 0; i < shown.size(); i++) {
      io.groundstream.avro.Demonstration one = shown.get(i);
      others.add(
          required("demonstrations", i, one.getImageBytes(), one.getImageUri(), event, deadline));
    }
    List<CompletableFuture<@Nullable EventImage>> all = new ArrayList<>(others);
    all.add(own);
    return CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0]))
        .handle(
            (nothing, anyFailure) -> {
              throwFailure(all);
              List<@Nullable EventImage> images =
                  new ArrayList<>(others.stream().map(CompletableFuture::join).toList());
              List<PreparedImage> ofDemonstrations =
                  images.subList(further.size(), images.size()).stream()
                      .filter(Objects::nonNull)
                      .map(EventImage::prepared)
                      .toList();
              return new EventImages(
                  own.join(),
                  images.subList(0, further.size()),
                  shown.isEmpty() ? configured : Demonstrated.of(shown, ofDemonstrations, false));
            });
  }

  /** Throws why an image is missing; what is no fault of the event comes first. */
  private static void throwFailure(List<CompletableFuture<@Nullable EventImage>> images) {
    CompletionException first = null;
    for (CompletableFuture<@Nullable EventImage> image : images) {
      try {
        EventImage unused = image.join();
      } catch (CompletionException e) {
        if (JobFailures.failsTheJob(ExceptionUtils.stripCompletionException(e))) {
          throw e;
        }
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /**
   * Checks how many images an event has.
   *
   * @throws GroundingException if there are more than a prompt can have
   */
  static void checkCounts(ImageEvent decoded) throws GroundingException {
    checkCount("further_images", decoded.getFurtherImages().size());
    checkCount("demonstrations", decoded.getDemonstrations().size());
  }

  private static void checkCount(String field, int count) throws GroundingException {
    if (count >= PromptBuilder.MAX_IMAGES) {
      throw new GroundingException(
          GroundingErrorCode.TOO_MANY_IMAGES,
          field
              + ": "
              + count
              + " (expected: at most "
              + (PromptBuilder.MAX_IMAGES - 1)
              + ", and an own image)");
    }
  }

  /** Gets an image that the event cannot go without. Failures name its field. */
  private CompletableFuture<@Nullable EventImage> required(
      String field,
      int index,
      @Nullable ByteBuffer bytes,
      @Nullable String uri,
      InFlightEvent event,
      @Nullable Instant deadline) {
    String name = field + "[" + index + "]: ";
    return image(bytes, uri, event, deadline)
        .handle(
            (image, failure) -> {
              if (image != null) {
                return image;
              }
              Throwable cause =
                  failure == null
                      ? new GroundingException(
                          GroundingErrorCode.IMAGE_MISSING,
                          "neither image_bytes nor image_uri (expected: one of them)")
                      : ExceptionUtils.stripCompletionException(failure);
              throw new CompletionException(
                  cause instanceof GroundingException e
                      ? new GroundingException(e.errorCode(), name + e.getMessage(), e)
                      : cause);
            });
  }

  private CompletableFuture<@Nullable EventImage> image(
      @Nullable ByteBuffer encoded,
      @Nullable String uri,
      InFlightEvent event,
      @Nullable Instant deadline) {
    byte[] bytes = bytes(encoded);
    if (bytes != null) {
      try {
        return CompletableFuture.completedFuture(prepare(event, bytes, deadline));
      } catch (GroundingException e) {
        return CompletableFuture.failedFuture(e);
      }
    }
    return uri == null ? CompletableFuture.completedFuture(null) : imageAt(uri, event, deadline);
  }

  /** Returns a copy of the image in the event; null if the event has none. */
  static byte @Nullable [] bytes(ImageEvent decoded) {
    return bytes(decoded.getImageBytes());
  }

  private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
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
