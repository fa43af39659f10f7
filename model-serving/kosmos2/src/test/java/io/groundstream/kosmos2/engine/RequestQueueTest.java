package io.groundstream.kosmos2.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RequestQueueTest {

  private final EngineStatistics statistics = new EngineStatistics();
  private long arrivals;

  RequestQueueTest() {}

  private Sequence sequence(
      String caller, int priority, @Nullable Instant deadline, int newTokens) {
    return new Sequence(
        new GenerationRequest(
            new int[] {0, 70, 71},
            0,
            null,
            new GenerationOptions(newTokens, 0),
            new Admission(caller, priority, deadline),
            false),
        2,
        arrivals++);
  }

  private Sequence sequence(String caller) {
    return sequence(caller, 0, null, 20);
  }

  private static Sequence take(RequestQueue queue) {
    Sequence next = Objects.requireNonNull(queue.next());
    assertThat(queue.take(next)).isTrue();
    return next;
  }

  private static String caller(Sequence sequence) {
    return sequence.request().admission().caller();
  }

  @Test
  void aCallerThatFloodsTheQueueStarvesNoOther() throws Exception {
    RequestQueue queue = new RequestQueue(1000, statistics);
    for (int i = 0; i < 500; i++) {
      assertThat(queue.put(sequence("flood"))).isTrue();
    }
    for (int i = 0; i < 100; i++) {
      take(queue);
    }
    // Late, but not behind the other 400.
    for (int i = 0; i < 50; i++) {
      assertThat(queue.put(sequence("late"))).isTrue();
    }
    int late = 0;
    for (int i = 0; i < 100; i++) {
      late += caller(take(queue)).equals("late") ? 1 : 0;
    }
    // Admissions are shared equally, except every eighth, which goes to the oldest request.
    assertThat(late).isBetween(40, 50);
  }

  @Test
  void sharesAreCountedInTokensNotInRequests() throws Exception {
    RequestQueue queue = new RequestQueue(1000, statistics);
    for (int i = 0; i < 400; i++) {
      assertThat(queue.put(sequence("long", 0, null, 97))).isTrue();
      assertThat(queue.put(sequence("short", 0, null, 7))).isTrue();
    }
    Map<String, Integer> tokens = new HashMap<>();
    for (int i = 0; i < 200; i++) {
      Sequence taken = take(queue);
      tokens.merge(caller(taken), taken.cost(), Integer::sum);
    }
    assertThat((double) tokens.getOrDefault("long", 0) / tokens.getOrDefault("short", 0))
        .isBetween(0.7, 1.8);
  }

  /** A caller whose answers end early is not charged for unused tokens. */
  @Test
  void whatWasNotUsedIsGivenBack() throws Exception {
    RequestQueue queue = new RequestQueue(1000, statistics);
    for (int i = 0; i < 300; i++) {
      assertThat(queue.put(sequence("thrifty", 0, null, 97))).isTrue();
      assertThat(queue.put(sequence("wasteful", 0, null, 97))).isTrue();
    }
    Map<String, Integer> taken = new HashMap<>();
    for (int i = 0; i < 150; i++) {
      Sequence next = take(queue);
      taken.merge(caller(next), 1, Integer::sum);
      queue.ended(next, caller(next).equals("thrifty") ? 13 : 100);
    }
    assertThat(taken.getOrDefault("thrifty", 0))
        .isGreaterThan(3 * taken.getOrDefault("wasteful", 0));
  }

  @Test
  void higherPrioritiesComeFirstAcrossCallers() throws Exception {
    RequestQueue queue = new RequestQueue(100, statistics);
    for (int priority : new int[] {0, -3, 5, 1, 5, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      assertThat(queue.put(sequence("caller" + priority, priority, null, 20))).isTrue();
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      order.add(take(queue).priority());
    }
    assertThat(order).containsExactly(Integer.MAX_VALUE, 5, 5, 1, 0, -3, Integer.MIN_VALUE);
  }

  @Test
  void theLowestPriorityGetsItsTurnUnderAFloodOfHigherOnes() throws Exception {
    RequestQueue queue = new RequestQueue(100, statistics);
    Sequence patient = sequence("patient", -10, null, 20);
    assertThat(queue.put(patient)).isTrue();
    int before = 0;
    do {
      assertThat(queue.put(sequence("urgent", 10, null, 20))).isTrue();
      before++;
    } while (take(queue) != patient);
    assertThat(before).isLessThanOrEqualTo(8);
  }

  @Test
  void aCancelledRequestLeavesAtOnceAndMakesRoom() throws Exception {
    RequestQueue queue = new RequestQueue(1, statistics);
    Sequence cancelled = sequence("a");
    assertThat(queue.put(cancelled)).isTrue();
    Sequence second = sequence("a");
    FutureTask<Boolean> put = new FutureTask<>(() -> queue.put(second));
    new Thread(put).start();
    cancelled.answer().cancel(false);
    assertThat(put.get()).isTrue();
    assertThat(queue.size()).isEqualTo(1);
    assertThat(queue.take(cancelled)).isFalse();
    assertThat(queue.next()).isSameAs(second);
    assertThat(statistics.get(EngineCounter.CANCELLED)).isEqualTo(1);
  }

  @Test
  void deadlinesPassInsideAndAtTheDoor() throws Exception {
    RequestQueue queue = new RequestQueue(1, statistics);
    Sequence inside = sequence("a", 0, Instant.now().plusMillis(30), 20);
    assertThat(queue.put(inside)).isTrue();
    Sequence atTheDoor = sequence("b", 9, Instant.now().plusMillis(20), 20);
    assertThat(queue.put(atTheDoor)).isTrue();
    assertThat(atTheDoor.answer()).isCompletedExceptionally();
    while (!inside.answer().isDone()) {
      queue.expire();
    }
    for (Sequence late : List.of(inside, atTheDoor)) {
      assertThatThrownBy(() -> late.answer().get())
          .cause()
          .isInstanceOf(GroundingException.class)
          .hasMessageContaining("deadline: ")
          .extracting(cause -> ((GroundingException) cause).errorCode())
          .isEqualTo(GroundingErrorCode.ADMISSION_DEADLINE_EXCEEDED);
    }
    assertThat(queue.isEmpty()).isTrue();
    assertThat(statistics.get(EngineCounter.EXPIRED)).isEqualTo(2);
    assertThat(statistics.get(EngineCounter.CANCELLED)).isZero();
    // There is room again, and later deadlines have no effect.
    assertThat(queue.put(sequence("c", 0, Instant.MAX, 20))).isTrue();
    queue.expire();
    assertThat(queue.size()).isEqualTo(1);
  }

  @Test
  void aFloodAtTheDoorDoesNotKeepOthersOut() throws Exception {
    RequestQueue queue = new RequestQueue(4, statistics);
    List<Thread> flood = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Sequence one = sequence("flood");
      Thread thread = new Thread(() -> putUnlessInterrupted(queue, one));
      flood.add(thread);
      thread.start();
    }
    while (queue.size() < 4 || flood.stream().filter(Thread::isAlive).count() > 36) {
      Thread.onSpinWait();
    }
    Sequence other = sequence("other");
    FutureTask<Boolean> put = new FutureTask<>(() -> queue.put(other));
    Thread late = new Thread(put);
    late.start();
    while (late.getState() != Thread.State.TIMED_WAITING && !put.isDone()) {
      Thread.onSpinWait();
    }
    int taken = 0;
    while (take(queue) != other) {
      taken++;
    }
    assertThat(put.get(1, TimeUnit.SECONDS)).isTrue();
    assertThat(taken).isLessThanOrEqualTo(3);
    flood.forEach(Thread::interrupt);
    for (Thread thread : flood) {
      thread.join();
    }
  }

  private static void putUnlessInterrupted(RequestQueue queue, Sequence sequence) {
    try {
      boolean unused = queue.put(sequence);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** An admitted caller whose thread has not woken yet must not keep others out. */
  @Test
  void noRequestWaitsAtTheDoorWhileThereIsRoom() throws Exception {
    for (int round = 0; round < 200; round++) {
      RequestQueue queue = new RequestQueue(1, statistics);
      List<Thread> putting = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        Sequence one = sequence("caller" + i);
        Thread thread = new Thread(() -> putUnlessInterrupted(queue, one));
        putting.add(thread);
        thread.start();
      }
      for (int i = 0; i < 6; i++) {
        queue.await(Long.MAX_VALUE);
        take(queue);
      }
      for (Thread thread : putting) {
        thread.join();
      }
    }
  }

  @Test
  void closingTurnsAwayRequestsAtTheDoor() throws Exception {
    RequestQueue queue = new RequestQueue(1, statistics);
    assertThat(queue.put(sequence("a"))).isTrue();
    FutureTask<Boolean> put = new FutureTask<>(() -> queue.put(sequence("b")));
    Thread thread = new Thread(put);
    thread.start();
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    queue.close();
    assertThat(put.get()).isFalse();
    assertThat(queue.put(sequence("c"))).isFalse();
    assertThat(queue.drain()).hasSize(1);
  }

  /**
   * For any order of events: each request leaves exactly once, and the capacity is never exceeded.
   */
  @Property(tries = 200)
  void everyRequestLeavesExactlyOnce(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int capacity) throws Exception {
    Random random = new Random(seed);
    RequestQueue queue = new RequestQueue(capacity, statistics);
    List<Sequence> inside = new ArrayList<>();
    List<Sequence> running = new ArrayList<>();
    Set<Sequence> ended = new HashSet<>();
    int put = 0;
    for (int i = 0; i < 300; i++) {
      switch (random.nextInt(5)) {
        case 0, 1 -> {
          if (queue.size() < capacity) {
            Instant deadline = random.nextInt(4) == 0 ? Instant.now() : null;
            Sequence one =
                sequence(
                    "caller" + random.nextInt(3),
                    random.nextInt(3),
                    deadline,
                    1 + random.nextInt(50));
            assertThat(queue.put(one)).isTrue();
            inside.add(one);
            put++;
          }
        }
        case 2 -> {
          if (!inside.isEmpty()) {
            Sequence one = inside.get(random.nextInt(inside.size()));
            one.answer().cancel(false);
          }
        }
        case 3 -> {
          Sequence next = queue.next();
          if (next != null) {
            assertThat(queue.take(next)).isTrue();
            assertThat(inside.remove(next)).isTrue();
            running.add(next);
          }
        }
        default -> {
          if (!running.isEmpty()) {
            Sequence one = running.remove(random.nextInt(running.size()));
            queue.ended(one, random.nextInt(one.cost() + 1));
            assertThat(ended.add(one)).isTrue();
          }
        }
      }
      queue.expire();
      for (Sequence one : List.copyOf(inside)) {
        if (one.answer().isDone()) {
          inside.remove(one);
          assertThat(ended.add(one)).isTrue();
        }
      }
      assertThat(queue.size()).isEqualTo(inside.size()).isLessThanOrEqualTo(capacity);
    }
    assertThat(ended.size() + inside.size() + running.size()).isEqualTo(put);
    assertThat(new HashSet<>(queue.drain())).isEqualTo(new HashSet<>(inside));
  }
}
