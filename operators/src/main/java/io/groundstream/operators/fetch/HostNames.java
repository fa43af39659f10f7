package io.groundstream.operators.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Finds the addresses of hosts without blocking callers. Concurrent requests for a name share one
 * lookup, and each waits for a limited time. So a name whose servers are dead occupies one thread,
 * however many links contain it. Answers are not cached. Thread-safe.
 */
final class HostNames {
  private final NameResolver resolver;
  private final Executor threads;
  private final Duration timeout;
  private final Map<String, CompletableFuture<List<InetAddress>>> asked = new ConcurrentHashMap<>();

  /**
   * @param resolver runs on the threads, and may block
   * @param timeout how long a request waits
   */
  HostNames(NameResolver resolver, Executor threads, Duration timeout) {
    this.resolver = resolver;
    this.threads = threads;
    this.timeout = timeout;
  }

  /**
   * Finds a host's addresses.
   *
   * @return completes with at least one, with {@link UnknownHostException}, or with {@link
   *     java.util.concurrent.TimeoutException}
   */
  CompletableFuture<List<InetAddress>> resolve(String host) {
    CompletableFuture<List<InetAddress>> fresh = new CompletableFuture<>();
    CompletableFuture<List<InetAddress>> before = asked.putIfAbsent(host, fresh);
    if (before == null) {
      try {
        threads.execute(() -> ask(host, fresh));
      } catch (RejectedExecutionException e) {
        answered(host, fresh);
        fresh.completeExceptionally(e);
      }
    }
    // A copy, so that a caller that gives up does not affect the others.
    return (before == null ? fresh : before)
        .copy()
        .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void ask(String host, CompletableFuture<List<InetAddress>> answer) {
    try {
      List<InetAddress> addresses = resolver.resolve(host);
      answered(host, answer);
      answer.complete(addresses);
    } catch (UnknownHostException | RuntimeException e) {
      answered(host, answer);
      answer.completeExceptionally(e);
    }
  }

  /** Forgets a lookup before its answer is known, so that later requests start a new one. */
  private void answered(String host, CompletableFuture<List<InetAddress>> answer) {
    boolean unused = asked.remove(host, answer);
  }
}
