package io.groundstream.operators.fetch;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * What is remembered of each host: its transfers under way, those that wait for one of them to end,
 * and a circuit breaker, which stops requests for a while after many failures. A host that is slow
 * or away thus delays its own transfers only. Thread-safe.
 *
 * <p>A host is in use from {@link #host} to {@link Host#leave}, and never forgotten while it is: a
 * second host of its name would double its limit. Of the other hosts, the one that was used longest
 * ago is forgotten when there are too many, whatever the state of its circuit breaker: by then,
 * thousands of other hosts have been used since. Each step takes constant time.
 */
final class Hosts {
  /** The most hosts to remember, unless more are in use. */
  private static final int MOST_REMEMBERED = 10_000;

  private static final CircuitBreakerConfig BREAKER =
      CircuitBreakerConfig.custom()
          .slidingWindowSize(20)
          .minimumNumberOfCalls(10)
          .failureRateThreshold(80)
          .waitDurationInOpenState(Duration.ofSeconds(10))
          .permittedNumberOfCallsInHalfOpenState(2)
          .build();

  private final int mostPerHost;
  private final Executor executor;

  /** Guards all that is below, and the hosts. */
  private final Object lock = new Object();

  private final Map<String, Host> hosts = new HashMap<>();

  /** The hosts that are not in use; the one that was used longest ago is the first. */
  private final Set<Host> idle = new LinkedHashSet<>();

  private int underWay;
  private int waiting;

  /**
   * @param mostPerHost how many transfers from one host may be under way at a time
   * @param executor runs transfers
   */
  Hosts(int mostPerHost, Executor executor) {
    this.mostPerHost = mostPerHost;
    this.executor = executor;
  }

  /**
   * Returns a host to use; the caller calls {@link Host#enter} and, when its transfer is over,
   * {@link Host#leave}, each once.
   */
  Host host(String name) {
    synchronized (lock) {
      Host host = hosts.computeIfAbsent(name, Host::new);
      host.users++;
      idle.remove(host);
      forgetIdle();
      return host;
    }
  }

  /** Forgets hosts that are too many, as far as they are not in use. */
  private void forgetIdle() {
    while (hosts.size() > MOST_REMEMBERED && !idle.isEmpty()) {
      Host eldest = idle.iterator().next();
      idle.remove(eldest);
      hosts.remove(eldest.name);
    }
  }

  /**
   * What happens at a moment.
   *
   * @param underWay how many transfers are under way
   * @param waiting how many transfers wait for others from their host
   * @param unavailable how many hosts get no requests for a while
   */
  record Levels(int underWay, int waiting, int unavailable) {
    static final Levels NONE = new Levels(0, 0, 0);
  }

  Levels levels() {
    List<Host> all;
    int running;
    int queued;
    synchronized (lock) {
      all = new ArrayList<>(hosts.values());
      running = underWay;
      queued = waiting;
    }
    long unavailable =
        all.stream().filter(host -> host.breaker.getState() == CircuitBreaker.State.OPEN).count();
    return new Levels(running, queued, (int) unavailable);
  }

  /** One host. */
  final class Host {
    private final String name;
    private final CircuitBreaker breaker;
    private final Deque<Runnable> queue = new ArrayDeque<>();

    /** Transfers that run, wait, or are about to enter. */
    private int users;

    private int running;

    private Host(String name) {
      this.name = name;
      this.breaker = CircuitBreaker.of(name, BREAKER);
    }

    CircuitBreaker breaker() {
      return breaker;
    }

    /** Runs a transfer as soon as the host has room for it. */
    void enter(Runnable transfer) {
      synchronized (lock) {
        if (running >= mostPerHost) {
          queue.add(transfer);
          waiting++;
          return;
        }
        running++;
        underWay++;
      }
      executor.execute(transfer);
    }

    /** Ends a transfer that has run. */
    void leave() {
      Runnable next;
      synchronized (lock) {
        next = queue.poll();
        if (next == null) {
          running--;
          underWay--;
        } else {
          waiting--;
        }
        users--;
        if (users == 0) {
          idle.add(this);
          forgetIdle();
        }
      }
      if (next != null) {
        executor.execute(next);
      }
    }
  }
}
