package io.groundstream.operators.grounding;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.schemas.Ids;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;

/**
 * Images that were prepared recently, by URI and by content. Concurrent requests for the same URI
 * share one fetch and one decode, those for the same bytes one decode.
 *
 * <p>Failures are shared by concurrent requests, and never cached. The cache is bounded in bytes,
 * and entries expire after a while. It is not part of checkpoints. Thread-safe.
 */
final class ImageCache {
  private static final int ENTRY_BYTES = 500;

  /** Decodes and resizes an image. */
  @FunctionalInterface
  interface Decoder {
    PreparedImage decode(byte[] bytes) throws GroundingException;
  }

  /** What an image is cached under. */
  private sealed interface Key {
    record Uri(String uri) implements Key {}

    record Content(String sha256) implements Key {}
  }

  /**
   * What became of requests for images since the start.
   *
   * @param reused answered from the cache
   * @param shared waited for another request's image
   * @param loaded fetched or decoded
   * @param bytes what the images in the cache take
   */
  record Counts(long reused, long shared, long loaded, long bytes) {}

  private final AsyncCache<Key, EventImage> images;
  private final LongAdder reused = new LongAdder();
  private final LongAdder shared = new LongAdder();
  private final LongAdder loaded = new LongAdder();

  /**
   * @param window for how long an image is reused
   * @param maxBytes the most that all images in the cache take
   */
  ImageCache(Duration window, long maxBytes, LongSupplier nanoTime) {
    this.images =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher(ImageCache::weight)
            .expireAfterWrite(window)
            .ticker(nanoTime::getAsLong)
            // Upkeep takes microseconds: on the caller's thread the bound holds at any time.
            .executor(Runnable::run)
            .buildAsync();
  }

  private static int weight(Key key, EventImage image) {
    int size = ENTRY_BYTES + image.prepared().levels().length;
    return key instanceof Key.Uri uri ? size + 2 * uri.uri().length() : size;
  }

  /** Takes a key for the request that loads its image. */
  private static final class Claim extends CompletableFuture<EventImage> {
    /**
     * The image, or why it could not be loaded. The claim itself then completes with null, so that
     * the cache drops it: for a failure it would log a warning, with contents of events.
     */
    private final CompletableFuture<EventImage> outcome = new CompletableFuture<>();

    void settle(@Nullable EventImage image, @Nullable Throwable failure) {
      complete(image);
      ImageCache.settle(outcome, image, failure);
    }
  }

  /**
   * Returns the image at a URI.
   *
   * @param load fetches and decodes it where no other request has done so, or is about to
   */
  CompletableFuture<EventImage> atUri(String uri, Supplier<CompletableFuture<EventImage>> load) {
    Claim own = new Claim();
    Claim other = claim(new Key.Uri(uri), own);
    if (other == null) {
      load(load, own::settle);
      return own.outcome;
    }
    CompletableFuture<EventImage> answer = new CompletableFuture<>();
    CompletableFuture<?> unused =
        other.outcome.whenComplete(
            (image, failure) -> {
              if (failure != null && isOwn(failure)) {
                // Another event's cancellation or deadline says nothing about this one.
                load(load, (loaded, reason) -> settle(answer, loaded, reason));
              } else {
                settle(answer, image, failure);
              }
            });
    return answer;
  }

  private static void load(
      Supplier<CompletableFuture<EventImage>> load,
      BiConsumer<@Nullable EventImage, @Nullable Throwable> settle) {
    try {
      CompletableFuture<?> unused = load.get().whenComplete(settle);
    } catch (RuntimeException | Error e) {
      settle.accept(null, e);
    }
  }

  private static void settle(
      CompletableFuture<EventImage> answer,
      @Nullable EventImage image,
      @Nullable Throwable failure) {
    if (failure == null) {
      answer.complete(image);
    } else {
      answer.completeExceptionally(ExceptionUtils.stripCompletionException(failure));
    }
  }

  /** Returns the image in some bytes; waits while another thread decodes the same. */
  EventImage of(byte[] encoded, Decoder decoder) throws GroundingException {
    String sha256 = Ids.contentSha256(encoded);
    Claim own = new Claim();
    Claim other = claim(new Key.Content(sha256), own);
    if (other != null) {
      EventImage image = await(other.outcome);
      return image == null ? new EventImage(decoder.decode(encoded), sha256) : image;
    }
    try {
      EventImage image = new EventImage(decoder.decode(encoded), sha256);
      own.settle(image, null);
      return image;
    } catch (GroundingException | RuntimeException | Error e) {
      own.settle(null, e);
      throw e;
    }
  }

  /**
   * Takes a key; returns the earlier claim to it, or null if there is none. A claim that has just
   * failed may still be in the cache: its failure is shared.
   */
  private @Nullable Claim claim(Key key, Claim own) {
    Claim other = (Claim) images.asMap().putIfAbsent(key, own);
    if (other == null) {
      loaded.increment();
    } else if (other.getNow(null) != null) {
      reused.increment();
    } else {
      shared.increment();
    }
    return other;
  }

  /** Returns null if the other request failed for a reason of its own. */
  private static @Nullable EventImage await(CompletableFuture<EventImage> other)
      throws GroundingException {
    try {
      return other.join();
    } catch (RuntimeException e) {
      if (ExceptionUtils.stripCompletionException(e) instanceof GroundingException failure) {
        throw failure;
      }
      return null;
    }
  }

  /** Whether a failure is about the request that met it, and not about the image. */
  private static boolean isOwn(Throwable failure) {
    return !(ExceptionUtils.stripCompletionException(failure) instanceof GroundingException e)
        || e.errorCode() == OperatorErrorCode.DEADLINE_EXCEEDED;
  }

  Counts counts() {
    long bytes =
        images.synchronous().policy().eviction().orElseThrow().weightedSize().orElseThrow();
    return new Counts(reused.sum(), shared.sum(), loaded.sum(), bytes);
  }
}
