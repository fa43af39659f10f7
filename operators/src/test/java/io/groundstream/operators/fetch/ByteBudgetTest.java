package io.groundstream.operators.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.operators.fetch.ByteBudget.Grant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ByteBudgetTest {
  private final ByteBudget budget = new ByteBudget(100);

  @Test
  void whoComesFirstIsServedFirst() {
    Grant first = budget.acquire(60).join();
    CompletableFuture<Grant> large = budget.acquire(80);
    CompletableFuture<Grant> small = budget.acquire(10);
    assertThat(large).isNotDone();
    assertThat(small).as("there would be room, but not in turn").isNotDone();
    first.close();
    first.close();
    assertThat(large).isDone();
    assertThat(small).isDone();
    assertThat(budget.held()).isEqualTo(90);
  }

  @Test
  void whatIsLargerThanAllOfItGetsAllOfIt() {
    Grant one = budget.acquire(1).join();
    CompletableFuture<Grant> vast = budget.acquire(1000);
    assertThat(vast).isNotDone();
    one.close();
    assertThat(vast.join().bytes()).isEqualTo(1000);
    assertThat(budget.held()).isEqualTo(100);
    CompletableFuture<Grant> next = budget.acquire(1);
    assertThat(next).isNotDone();
    vast.join().close();
    assertThat(next).isDone();
  }

  @Test
  void growsWhereNobodyWaitsAndShrinks() {
    Grant one = budget.acquire(10).join();
    assertThat(one.tryGrow(90)).isTrue();
    Grant other = budget.acquire(10).join();
    assertThat(other.tryGrow(11)).isFalse();
    one.shrink(20);
    assertThat(budget.held()).isEqualTo(30);
    CompletableFuture<Grant> waiting = budget.acquire(75);
    assertThat(other.tryGrow(11)).as("another caller waits").isFalse();
    one.close();
    assertThat(waiting).isDone();
    assertThat(one.tryGrow(30)).as("it was given back").isFalse();
    assertThat(budget.held()).isEqualTo(85);
  }

  @Test
  void whoGivesUpTakesNothing() {
    Grant one = budget.acquire(100).join();
    CompletableFuture<Grant> gone = budget.acquire(100);
    CompletableFuture<Grant> next = budget.acquire(50);
    assertThat(gone.cancel(false)).isTrue();
    one.close();
    assertThat(next).isDone();
    assertThat(budget.held()).isEqualTo(50);
  }

  @Test
  void neverHoldsMoreThanThereIsAndServesAll() throws Exception {
    AtomicLong most = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      long wanted = ThreadLocalRandom.current().nextLong(150);
      all.add(
          budget
              .acquire(wanted)
              .thenAcceptAsync(
                  grant -> {
                    most.accumulateAndGet(budget.held(), Math::max);
                    boolean unused = grant.tryGrow(wanted + 5);
                    grant.close();
                  },
                  threads));
    }
    CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).get(20, TimeUnit.SECONDS);
    threads.shutdown();
    assertThat(most.get()).isLessThanOrEqualTo(100);
    assertThat(budget.held()).isZero();
    assertThat(budget.waiting()).isZero();
  }
}
