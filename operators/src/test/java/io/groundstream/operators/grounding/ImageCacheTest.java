package io.groundstream.operators.grounding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class ImageCacheTest {
  private static final EventImage IMAGE =
      new EventImage(new PreparedImage(2, 1, new byte[4000]), "hash");

  private final GroundingException notFound =
      new GroundingException(OperatorErrorCode.IMAGE_NOT_FOUND, "nothing there");

  private final AtomicInteger loads = new AtomicInteger();
  private long now;

  private ImageCache cache(Duration window, long maxBytes) {
    return new ImageCache(window, maxBytes, () -> now);
  }

  private CompletableFuture<EventImage> loaded() {
    loads.incrementAndGet();
    return CompletableFuture.completedFuture(IMAGE);
  }

  @Test
  void servesAgainWithinTheWindow() {
    ImageCache cache = cache(Duration.ofSeconds(1), 1 << 20);
    assertThat(cache.atUri("a", this::loaded).join()).isSameAs(IMAGE);
    now += 999_000_000;
    assertThat(cache.atUri("a", this::loaded).join()).isSameAs(IMAGE);
    assertThat(loads).hasValue(1);
    now += 1_000_000;
    assertThat(cache.atUri("a", this::loaded).join()).isSameAs(IMAGE);
    assertThat(loads).hasValue(2);
  }

  @Test
  void takesNoMoreThanItMay() {
    // Two images of 4,000 bytes and something.
    ImageCache cache = cache(Duration.ofDays(1), 10_000);
    for (String uri : List.of("a", "b", "a", "c", "a", "b", "d", "e", "f", "a")) {
      cache.atUri(uri, this::loaded).join();
      assertThat(cache.counts().bytes()).isLessThanOrEqualTo(10_000);
    }
    assertThat(cache.counts().bytes()).isGreaterThan(8_000);
    assertThat(cache.counts().reused()).as("a is requested most often").isPositive();
    loads.set(0);
    ImageCache none = cache(Duration.ofDays(1), 0);
    none.atUri("a", this::loaded).join();
    none.atUri("a", this::loaded).join();
    assertThat(loads).hasValue(2);
  }

  @Test
  void withoutAWindowThoseWhoAskTogetherShare() {
    ImageCache cache = cache(Duration.ZERO, 1 << 20);
    CompletableFuture<EventImage> transfer = new CompletableFuture<>();
    List<CompletableFuture<EventImage>> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(
          cache.atUri(
              "a",
              () -> {
                loads.incrementAndGet();
                return transfer;
              }));
    }
    transfer.complete(IMAGE);
    assertThat(all).allSatisfy(answer -> assertThat(answer.join()).isSameAs(IMAGE));
    assertThat(loads).hasValue(1);
    cache.atUri("a", this::loaded).join();
    assertThat(loads).hasValue(2);
  }

  @Test
  void failuresAreSharedAndNotRemembered() {
    ImageCache cache = cache(Duration.ofDays(1), 1 << 20);
    CompletableFuture<EventImage> transfer = new CompletableFuture<>();
    CompletableFuture<EventImage> first = cache.atUri("a", () -> transfer);
    CompletableFuture<EventImage> second = cache.atUri("a", this::loaded);
    transfer.completeExceptionally(
        new GroundingException(OperatorErrorCode.IMAGE_NOT_FOUND, "nothing there"));
    assertThatThrownBy(first::join).hasCauseInstanceOf(GroundingException.class);
    assertThatThrownBy(second::join).hasCauseInstanceOf(GroundingException.class);
    assertThat(loads).hasValue(0);
    assertThat(cache.atUri("a", this::loaded).join()).isSameAs(IMAGE);
  }

  @Test
  void whoIsInAHurryOrGivesUpFailsAlone() {
    ImageCache cache = cache(Duration.ofDays(1), 1 << 20);
    for (boolean hurried : new boolean[] {true, false}) {
      CompletableFuture<EventImage> transfer = new CompletableFuture<>();
      String uri = "a" + hurried;
      CompletableFuture<EventImage> first = cache.atUri(uri, () -> transfer);
      CompletableFuture<EventImage> second = cache.atUri(uri, this::loaded);
      if (hurried) {
        transfer.completeExceptionally(
            new GroundingException(OperatorErrorCode.DEADLINE_EXCEEDED, "too late"));
      } else {
        transfer.cancel(true);
      }
      assertThat(first).isCompletedExceptionally();
      assertThat(second.join()).isSameAs(IMAGE);
    }
  }

  @Test
  void theSameBytesAreDecodedOnceAtATime() throws Exception {
    ImageCache cache = cache(Duration.ofSeconds(1), 1 << 20);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    ImageCache.Decoder decoder =
        bytes -> {
          loads.incrementAndGet();
          begun.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return IMAGE.prepared();
        };
    List<CompletableFuture<EventImage>> all = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      all.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return cache.of("bytes".getBytes(UTF_8), decoder);
                } catch (GroundingException e) {
                  throw new IllegalStateException(e);
                }
              },
              task -> new Thread(task).start()));
    }
    begun.await();
    TimeUnit.MILLISECONDS.sleep(50);
    go.countDown();
    assertThat(all)
        .allSatisfy(answer -> assertThat(answer.join().prepared()).isSameAs(IMAGE.prepared()));
    assertThat(loads).hasValue(1);
    assertThatThrownBy(
            () ->
                cache.of(
                    "other".getBytes(UTF_8),
                    bytes -> {
                      throw new GroundingException(GroundingErrorCode.IMAGE_CORRUPT, "corrupt");
                    }))
        .isInstanceOf(GroundingException.class);
  }

  /** A cache that logs failures would tell what is in events, such as URIs with signatures. */
  @Test
  void failuresAreNotLogged() {
    List<LogRecord> logged = new ArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            logged.add(record);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger("com.github.benmanes.caffeine");
    logger.addHandler(handler);
    try {
      ImageCache cache = cache(Duration.ofDays(1), 1 << 20);
      CompletableFuture<EventImage> image =
          cache.atUri(
              "https://host/?signature=secret",
              () -> CompletableFuture.failedFuture(new IllegalStateException("secret")));
      assertThat(image).isCompletedExceptionally();
      assertThatThrownBy(
              () ->
                  cache.of(
                      new byte[] {1},
                      bytes -> {
                        throw new GroundingException(GroundingErrorCode.IMAGE_CORRUPT, "secret");
                      }))
          .isInstanceOf(GroundingException.class);
      assertThat(cache.counts().bytes()).isZero();
    } finally {
      logger.removeHandler(handler);
    }
    assertThat(logged).isEmpty();
  }

  /** A claim that has just failed is in the cache for a moment more, and is not reused. */
  @Test
  void anImageThatCouldNotBeLoadedIsNeverReused() throws Exception {
    ImageCache cache = cache(Duration.ofDays(1), 1 << 20);
    int threads = 4;
    int each = 50_000;
    ExecutorService executor = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(
            executor.submit(
                () -> {
                  for (int request = 0; request < each; request++) {
                    CompletableFuture<?> unused =
                        cache.atUri("a", () -> CompletableFuture.failedFuture(notFound));
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      executor.shutdownNow();
    }

    ImageCache.Counts counts = cache.counts();
    assertThat(counts.reused()).isZero();
    assertThat(counts.shared() + counts.loaded()).isEqualTo((long) threads * each);
  }
}
