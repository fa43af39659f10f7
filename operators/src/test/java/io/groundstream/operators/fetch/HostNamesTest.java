package io.groundstream.operators.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HostNamesTest {
  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicInteger questions = new AtomicInteger();
  private final HostNames names = new HostNames(this::resolve, threads, Duration.ofMillis(300));

  private List<InetAddress> resolve(String host) throws UnknownHostException {
    questions.incrementAndGet();
    if (host.startsWith("dead")) {
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new UnknownHostException(host);
    }
    return List.of(InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void stop() {
    end.countDown();
    threads.shutdownNow();
  }

  @Test
  void aNameWhoseServersAreDeadKeepsOneThread() throws Exception {
    List<CompletableFuture<List<InetAddress>>> dead = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      dead.add(names.resolve("dead.example"));
    }
    for (int i = 0; i < 20; i++) {
      assertThat(names.resolve("good" + i + ".example").get(5, TimeUnit.SECONDS)).hasSize(1);
    }
    // The dead one has a thread of its own, which may be late.
    while (questions.get() < 21) {
      Thread.onSpinWait();
    }
    assertThat(dead)
        .allSatisfy(
            answer ->
                assertThatThrownBy(() -> answer.get(5, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(TimeoutException.class));
    // Still under way, so it is not asked a second time.
    assertThatThrownBy(() -> names.resolve("dead.example").get(5, TimeUnit.SECONDS))
        .hasCauseInstanceOf(TimeoutException.class);
    assertThat(questions).hasValue(21);
  }

  @Test
  void nothingIsRemembered() throws Exception {
    assertThat(names.resolve("a.example").get(5, TimeUnit.SECONDS)).hasSize(1);
    assertThat(names.resolve("a.example").get(5, TimeUnit.SECONDS)).hasSize(1);
    assertThat(questions).hasValue(2);
    end.countDown();
    assertThatThrownBy(() -> names.resolve("dead.example").get(5, TimeUnit.SECONDS))
        .hasCauseInstanceOf(UnknownHostException.class);
  }
}
