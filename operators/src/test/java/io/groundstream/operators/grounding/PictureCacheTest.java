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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PictureCacheTest {
  private static final Picture PICTURE =
      new Picture(new PreparedImage(2, 1, new byte[4000]), "hash");

  private final AtomicInteger loads = new AtomicInteger();
  private long now;

  private PictureCache cache(Duration window, long maxBytes) {
    return new PictureCache(window, maxBytes, () -> now);
  }

  private CompletableFuture<Picture> loaded() {
    loads.incrementAndGet();
    return CompletableFuture.completedFuture(PICTURE);
  }

  @Test
  void servesAgainWithinTheWindow() {
    PictureCache cache = cache(Duration.ofSeconds(1), 1 << 20);
    assertThat(cache.atUri("a", this::loaded).join()).isSameAs(PICTURE);
    now += 999_000_000;
    assertThat(cache.atUri("a", this::loaded).join()).isSameAs(PICTURE);
    assertThat(loads).hasValue(1);
    now += 1_000_000;
    assertThat(cache.atUri("a", this::loaded).join()).isSameAs(PICTURE);
    assertThat(loads).hasValue(2);
  }

  @Test
  void takesNoMoreThanItMay() {
    // Two pictures of 4,000 bytes and something.
    PictureCache cache = cache(Duration.ofDays(1), 10_000);
    for (String uri : List.of("a", "b", "a", "c", "a", "b")) {
      cache.atUri(uri, this::loaded).join();
    }
    assertThat(loads).as("b was unused for longest when c came").hasValue(4);
    PictureCache none = cache(Duration.ofDays(1), 0);
    none.atUri("a", this::loaded).join();
    none.atUri("a", this::loaded).join();
    assertThat(loads).hasValue(6);
  }

  @Test
  void withoutAWindowThoseWhoAskTogetherShare() {
    PictureCache cache = cache(Duration.ZERO, 1 << 20);
    CompletableFuture<Picture> transfer = new CompletableFuture<>();
    List<CompletableFuture<Picture>> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(
          cache.atUri(
              "a",
              () -> {
                loads.incrementAndGet();
                return transfer;
              }));
    }
    transfer.complete(PICTURE);
    assertThat(all).allSatisfy(answer -> assertThat(answer.join()).isSameAs(PICTURE));
    assertThat(loads).hasValue(1);
    cache.atUri("a", this::loaded).join();
    assertThat(loads).hasValue(2);
  }

  @Test
  void failuresAreSharedAndNotRemembered() {
    PictureCache cache = cache(Duration.ofDays(1), 1 << 20);
    CompletableFuture<Picture> transfer = new CompletableFuture<>();
    CompletableFuture<Picture> first = cache.atUri("a", () -> transfer);
    CompletableFuture<Picture> second = cache.atUri("a", this::loaded);
    transfer.completeExceptionally(
        new GroundingException(OperatorErrorCode.IMAGE_NOT_FOUND, "nothing there"));
    assertThatThrownBy(first::join).hasCauseInstanceOf(GroundingException.class);
    assertThatThrownBy(second::join).hasCauseInstanceOf(GroundingException.class);
    assertThat(loads).hasValue(0);
    assertThat(cache.atUri("a", this::loaded).join()).isSameAs(PICTURE);
  }

  @Test
  void whoIsInAHurryOrGivesUpFailsAlone() {
    PictureCache cache = cache(Duration.ofDays(1), 1 << 20);
    for (boolean hurried : new boolean[] {true, false}) {
      CompletableFuture<Picture> transfer = new CompletableFuture<>();
      String uri = "a" + hurried;
      CompletableFuture<Picture> first = cache.atUri(uri, () -> transfer);
      CompletableFuture<Picture> second = cache.atUri(uri, this::loaded);
      if (hurried) {
        transfer.completeExceptionally(
            new GroundingException(OperatorErrorCode.DEADLINE_EXCEEDED, "too late"));
      } else {
        transfer.cancel(true);
      }
      assertThat(first).isCompletedExceptionally();
      assertThat(second.join()).isSameAs(PICTURE);
    }
  }

  @Test
  void theSameBytesAreDecodedOnceAtATime() throws Exception {
    PictureCache cache = cache(Duration.ofSeconds(1), 1 << 20);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    PictureCache.Decoder decoder =
        bytes -> {
          loads.incrementAndGet();
          begun.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return PICTURE.image();
        };
    List<CompletableFuture<Picture>> all = new ArrayList<>();
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
        .allSatisfy(answer -> assertThat(answer.join().image()).isSameAs(PICTURE.image()));
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
}
