package io.groundstream.operators.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.groundstream.kosmos2.ErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reads of file systems, one of which hangs. */
@Timeout(120)
class FileReadsTest {
  private static final int MAX_BYTES = 3 << 20;

  @TempDir Path folder;

  private final List<ImageFetchers> opened = new ArrayList<>();

  @BeforeEach
  void hold() {
    SlowFileSystem.hold();
  }

  @AfterEach
  void stop() {
    SlowFileSystem.release();
    opened.forEach(ImageFetchers::close);
  }

  private ImageFetchers open(Duration timeout) throws Exception {
    List<String> roots = List.of(folder.toString(), "slow://hangs/in", "slow://answers/in");
    ImageFetchers fetchers = ImageFetchers.open(Grants.files(roots, 2, timeout), MAX_BYTES);
    opened.add(fetchers);
    return fetchers;
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private static void assertFails(CompletableFuture<FetchedImage> fetched, ErrorCode code) {
    Throwable failure = catchThrowable(fetched::get);
    assertThat(failure).isInstanceOf(ExecutionException.class);
    assertThat(failure.getCause()).isInstanceOf(GroundingException.class);
    assertThat(((GroundingException) failure.getCause()).errorCode())
        .as(failure.getMessage())
        .isEqualTo(code);
  }

  @Test
  void aFileSystemThatHangsKeepsOnlyItsOwnReadersWaiting() throws Exception {
    Files.writeString(folder.resolve("a"), "local");
    ImageFetchers fetchers = open(Duration.ofMinutes(1));
    List<CompletableFuture<FetchedImage>> hanging = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      hanging.add(fetchers.fetch("slow://hangs/in/" + i + "a", null));
    }
    await(() -> SlowFileSystem.WAITING.get() == 2);
    for (int i = 0; i < 20; i++) {
      try (FetchedImage local = fetchers.fetch(folder.resolve("a").toUri() + "", null).get();
          FetchedImage other = fetchers.fetch("slow://answers/in/" + i + "b", null).get()) {
        assertThat(local.bytes()).asString().isEqualTo("local");
        assertThat(other.bytes()).asString().isEqualTo("/in/" + i + "b");
      }
    }
    assertThat(hanging).noneMatch(CompletableFuture::isDone);
    // A read is over a moment after its answer is there.
    await(() -> fetchers.levels().reads() == 2);
    assertThat(fetchers.levels().readsWaiting()).isEqualTo(8);

    SlowFileSystem.release();
    for (CompletableFuture<FetchedImage> answer : hanging) {
      try (FetchedImage image = answer.get()) {
        assertThat(image.bytes()).asString().startsWith("/in/");
      }
    }
    await(() -> fetchers.levels().memoryBytes() == 0);
  }

  @Test
  void whoWaitsGivesUpThoughTheFileSystemNeverLetsGo() throws Exception {
    ImageFetchers fetchers = open(Duration.ofMillis(200));
    List<CompletableFuture<FetchedImage>> hanging = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      hanging.add(fetchers.fetch("slow://hangs/in/" + i, null));
    }
    hanging.forEach(answer -> assertFails(answer, OperatorErrorCode.FETCH_TIMEOUT));
    assertFails(
        fetchers.fetch("slow://hangs/in/a", Instant.now().plusMillis(50)),
        OperatorErrorCode.DEADLINE_EXCEEDED);
    SlowFileSystem.release();
    await(() -> fetchers.levels().memoryBytes() == 0 && SlowFileSystem.WAITING.get() == 0);
  }

  @Test
  void whoeverCancelsGivesItsPlaceBack() throws Exception {
    ImageFetchers fetchers = open(Duration.ofMinutes(1));
    List<CompletableFuture<FetchedImage>> hanging = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      hanging.add(fetchers.fetch("slow://hangs/in/" + i, null));
    }
    await(() -> SlowFileSystem.WAITING.get() == 2);
    hanging.forEach(answer -> answer.cancel(true));
    assertThat(fetchers.levels().readsWaiting()).isZero();
    assertThatThrownBy(hanging.get(4)::get).isInstanceOf(CancellationException.class);
    SlowFileSystem.release();
    await(() -> fetchers.levels().memoryBytes() == 0);
  }

  @Test
  void whatIsReadAndNotDecodedYetKeepsOthersWaiting() throws Exception {
    ImageFetchers fetchers = open(Duration.ofMinutes(1));
    // Three do not fit into the memory of four megabytes; who waits for it does not time out.
    List<CompletableFuture<FetchedImage>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(fetchers.fetch("slow://answers/in/1500000", null));
    }
    await(() -> all.stream().anyMatch(CompletableFuture::isDone));
    await(() -> fetchers.levels().memoryWaiting() > 0);
    assertThat(all.stream().filter(CompletableFuture::isDone).count()).isBetween(1L, 2L);
    // Whichever comes makes room for others.
    List<CompletableFuture<Integer>> lengths = new ArrayList<>();
    for (CompletableFuture<FetchedImage> one : all) {
      lengths.add(
          one.thenApply(
              image -> {
                try (image) {
                  return image.bytes().length;
                }
              }));
    }
    for (CompletableFuture<Integer> length : lengths) {
      assertThat(length.get()).isEqualTo(1_500_000);
    }
    await(() -> fetchers.levels().memoryBytes() == 0);
  }

  @Test
  void largeFilesAreReadAndTooLargeOnesRefused() throws Exception {
    ImageFetchers fetchers = open(Duration.ofMinutes(1));
    String at = "slow://answers/in/";
    try (FetchedImage image = fetchers.fetch(at + MAX_BYTES, null).get()) {
      assertThat(image.bytes()).hasSize(MAX_BYTES);
    }
    assertFails(fetchers.fetch(at + (MAX_BYTES + 1), null), OperatorErrorCode.FETCH_TOO_LARGE);
    assertFails(fetchers.fetch(at + "missing", null), OperatorErrorCode.IMAGE_NOT_FOUND);
    byte[] empty = fetchers.fetch(at + "0", null).get().bytes();
    assertThat(new String(empty, StandardCharsets.UTF_8)).isEmpty();
    await(() -> fetchers.levels().memoryBytes() == 0);
  }
}
