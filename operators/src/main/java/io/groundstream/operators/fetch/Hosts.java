package io.groundstream.operators.fetch;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * What is remembered of each host: how many transfers are under way, who waits for one to end, and
 * whether it has failed so often that it is left alone for a while. Thread-safe.
 *
 * <p>A host that is slow or away thereby keeps its own transfers waiting and nobody else's.
 */
final class Hosts {
  /** Beyond it, the idle host that was used longest ago is forgotten. */
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
  private final Map<String, Host> hosts = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param executor runs what has waited
   */
  Hosts(int mostPerHost, Executor executor) {
    this.mostPerHost = mostPerHost;
    this.executor = executor;
  }

  /** Returns what is remembered of a host. */
  Host host(String name) {
    synchronized (hosts) {
      Host host = hosts.computeIfAbsent(name, Host::new);
      if (hosts.size() > MOST_REMEMBERED) {
        forgetEldestIdle(host);
      }
      return host;
    }
  }

  /**
   * Forgets one host at most. Never the one that was just asked for: its caller is about to enter
   * it, and a second one of its name would double its limit.
   */
  private void forgetEldestIdle(Host asked) {
    Iterator<Host> eldest = hosts.values().iterator();
    while (eldest.hasNext()) {
      Host host = eldest.next();
      if (host != asked && host.isIdle()) {
        eldest.remove();
        return;
      }
    }
  }

  /** How many transfers are under way, wait for others of their host; and hosts left alone. */
  record Levels(int underWay, int waiting, int unavailable) {
    static final Levels NONE = new Levels(0, 0, 0);
  }

  Levels levels() {
    int underWay = 0;
    int waiting = 0;
    int unavailable = 0;
    synchronized (hosts) {
      for (Host host : hosts.values()) {
        synchronized (host) {
          underWay += host.underWay;
          waiting += host.waiting.size();
        }
        unavailable += host.breaker.getState() == CircuitBreaker.State.OPEN ? 1 : 0;
      }
    }
    return new Levels(underWay, waiting, unavailable);
  }

  /** One host. */
  final class Host {
    private final CircuitBreaker breaker;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int underWay;

    private Host(String name) {
      breaker = CircuitBreaker.of(name, BREAKER);
    }

    CircuitBreaker breaker() {
      return breaker;
    }

    /** Runs something once there is room; it must call {@link #leave} when it is over. */
    void enter(Runnable transfer) {
      synchronized (this) {
        if (underWay >= mostPerHost) {
          waiting.add(transfer);
          return;
        }
        underWay++;
      }
      executor.execute(transfer);
    }

    /** Says that a transfer is over. */
    void leave() {
      Runnable next;
      synchronized (this) {
        next = waiting.poll();
        if (next == null) {
          underWay--;
          return;
        }
      }
      executor.execute(next);
    }

    private synchronized boolean isIdle() {
      return underWay == 0
          && waiting.isEmpty()
          && breaker.getState() == CircuitBreaker.State.CLOSED;
    }
  }
}
