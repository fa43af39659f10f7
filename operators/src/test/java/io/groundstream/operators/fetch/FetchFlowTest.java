package io.groundstream.operators.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many pictures are on their way at a time, and what they take. */
@Timeout(60)
class FetchFlowTest {
  private static final Logger LOG = LoggerFactory.getLogger(FetchFlowTest.class);
  private static final String LOOPBACK = "127.0.0.1";
  private static final int MIB = 1 << 20;

  private LocalHosts hosts;

  @BeforeEach
  void start() throws Exception {
    hosts = new LocalHosts();
    for (String name : List.of("slow.example", "a.example", "b.example", "c.example")) {
      hosts.name(name, LOOPBACK);
    }
  }

  @AfterEach
  void stop() {
    hosts.close();
  }

  @Test
  void picturesThatAreFetchedAndNotDecodedYetKeepOthersWaiting() throws Exception {
    hosts.serve("/", exchange -> LocalHosts.answer(exchange, 200, new byte[MIB]));
    HttpFetcher fetcher = fetcher(2 * MIB);
    FetchedImage one = fetch(fetcher, "/1").get(20, TimeUnit.SECONDS);
    FetchedImage two = fetch(fetcher, "/2").get(20, TimeUnit.SECONDS);
    CompletableFuture<FetchedImage> three = fetch(fetcher, "/3");
    TimeUnit.MILLISECONDS.sleep(300);

    assertThat(three).isNotDone();
    assertThat(hosts.asked).as("it is not even asked for").hasSize(2);
    one.close();
    assertThat(three.get(20, TimeUnit.SECONDS).bytes()).hasSize(MIB);
    two.close();
    three.get().close();
    assertThat(fetcher.memory().held()).isZero();
  }

  @Test
  void picturesLargerThanTheMemoryAreFetchedAloneWhateverIsSaidOfTheirSize() throws Exception {
    hosts.serve("/said", exchange -> LocalHosts.answer(exchange, 200, new byte[3 * MIB]));
    hosts.serve(
        "/unsaid",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream out = exchange.getResponseBody()) {
            for (int i = 0; i < 3; i++) {
              out.write(new byte[MIB]);
            }
          }
        });
    HttpFetcher fetcher = fetcher(2 * MIB);
    List<CompletableFuture<FetchedImage>> all = new ArrayList<>();
    AtomicInteger open = new AtomicInteger();
    AtomicInteger mostOpen = new AtomicInteger();
    for (int i = 0; i < 12; i++) {
      all.add(
          fetch(fetcher, i % 2 == 0 ? "/said" : "/unsaid")
              .thenApplyAsync(
                  image -> {
                    mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
                    assertThat(image.bytes()).hasSize(3 * MIB);
                    open.decrementAndGet();
                    image.close();
                    return image;
                  }));
    }
    CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).get(30, TimeUnit.SECONDS);
    assertThat(mostOpen).as("each needs all of it").hasValue(1);
    assertThat(fetcher.memory().held()).isZero();
  }

  @Test
  void whoGivesUpGivesItsMemoryBack() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    hosts.serve("/", exchange -> end.await());
    HttpFetcher fetcher = fetcher(2 * MIB);
    List<CompletableFuture<FetchedImage>> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      all.add(fetch(fetcher, "/" + i));
    }
    all.forEach(answer -> answer.cancel(true));
    end.countDown();
    for (int i = 0; i < 200 && fetcher.memory().held() > 0; i++) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(fetcher.memory().held()).isZero();
    assertThat(fetcher.memory().waiting()).isZero();
  }

  @Test
  void noMoreConnectionsThanAllowedToAllHostsTogether() throws Exception {
    AtomicInteger open = new AtomicInteger();
    AtomicInteger mostOpen = new AtomicInteger();
    hosts.serve(
        "/",
        exchange -> {
          mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
          TimeUnit.MILLISECONDS.sleep(20);
          open.decrementAndGet();
          LocalHosts.answer(exchange, 200, "picture".getBytes(UTF_8));
        });
    HttpFetcher fetcher = hosts.fetcher(MIB, 64L * MIB, 5, LOOPBACK);
    List<CompletableFuture<FetchedImage>> all = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String host = List.of("a.example", "b.example", "c.example").get(i % 3);
      all.add(fetcher.fetch(hosts.link(host, "/" + i), null));
    }
    for (CompletableFuture<FetchedImage> answer : all) {
      assertThat(LocalHosts.text(answer)).isEqualTo("picture");
    }
    assertThat(mostOpen.get()).isBetween(2, 5);
  }

  /** One picture in ten is at a host that takes two seconds for each. */
  @Test
  void aHostThatTakesTwoSecondsDoesNotHoldUpTheOthers() throws Exception {
    byte[] picture = new byte[50_000];
    hosts.serve(
        "/",
        exchange -> {
          String host = exchange.getRequestHeaders().getFirst("Host");
          TimeUnit.MILLISECONDS.sleep(host.startsWith("slow") ? 2000 : 10);
          LocalHosts.answer(exchange, 200, picture);
        });
    double without = seconds(false);
    double with = seconds(true);
    LOG.info(
        "360 pictures of fast hosts: {} a second alone, {} a second with 40 of a host mixed in that"
            + " takes 2 s for each",
        (int) (360 / without),
        (int) (360 / with));
    // It would be 10 s at least if they waited for each other: 40 pictures, 8 at a time.
    assertThat(with).isLessThan(Math.max(5, 3 * without));
  }

  /** Returns how long the pictures of fast hosts take together. */
  private double seconds(boolean mixed) throws Exception {
    HttpFetcher fetcher = hosts.fetcher(MIB, 64L * MIB, 64, LOOPBACK);
    List<CompletableFuture<FetchedImage>> fast = new ArrayList<>();
    List<CompletableFuture<FetchedImage>> slow = new ArrayList<>();
    long begin = System.nanoTime();
    for (int i = 0; i < 400; i++) {
      if (i % 10 == 0) {
        if (mixed) {
          slow.add(fetcher.fetch(hosts.link("slow.example", "/" + i), null));
        }
      } else {
        String host = List.of("a.example", "b.example", "c.example").get(i % 3);
        fast.add(fetcher.fetch(hosts.link(host, "/" + i), null));
      }
    }
    for (CompletableFuture<FetchedImage> answer : fast) {
      answer.get(20, TimeUnit.SECONDS).close();
    }
    double seconds = Duration.ofNanos(System.nanoTime() - begin).toNanos() / 1e9;
    slow.forEach(answer -> answer.cancel(true));
    return seconds;
  }

  private HttpFetcher fetcher(long memory) {
    return hosts.fetcher(4 * MIB, memory, 16, LOOPBACK);
  }

  private CompletableFuture<FetchedImage> fetch(HttpFetcher fetcher, String path) {
    return fetcher.fetch(hosts.link("a.example", path), null);
  }
}
