package io.groundstream.operators.fetch;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.groundstream.model.GroundingException;
import io.groundstream.operators.config.HttpFetchSettings;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.fetch.HttpFetcher.InwardAddressException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/**
 * One picture on its way: attempts, each of which follows redirections, and the waiting between
 * them. Its steps come one after the other, on threads of the fetcher.
 */
final class HttpTransfer {
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(200);
  private static final int BACKOFF_FACTOR = 3;

  private final HttpFetcher fetcher;
  private final HttpFetchSettings settings;
  private final Link first;
  private final long endNanos;
  private final boolean endsWithDeadline;
  private final CompletableFuture<byte[]> result = new CompletableFuture<>();
  private int attempts;

  HttpTransfer(HttpFetcher fetcher, Link link, @Nullable Instant deadline) {
    this.fetcher = fetcher;
    this.settings = fetcher.settings();
    this.first = link;
    long left =
        deadline == null ? Long.MAX_VALUE : Duration.between(Instant.now(), deadline).toMillis();
    long allowed = settings.totalTimeout().toMillis();
    this.endsWithDeadline = left < allowed;
    this.endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.min(left, allowed));
  }

  CompletableFuture<byte[]> result() {
    return result;
  }

  /** Begins the next attempt. */
  void start() {
    attempts++;
    new Hop(first, 0, System.nanoTime() + settings.transferTimeout().toNanos()).start();
  }

  /** One request of an attempt. */
  private final class Hop {
    private final Link link;
    private final int redirects;
    private final long attemptEndNanos;
    private final Hosts.Host host;
    private final AtomicReference<@Nullable Future<?>> exchange = new AtomicReference<>();
    private final CompletableFuture<SizedBody.Response> response = new CompletableFuture<>();

    Hop(Link link, int redirects, long attemptEndNanos) {
      this.link = link;
      this.redirects = redirects;
      this.attemptEndNanos = attemptEndNanos;
      this.host = fetcher.hosts().host(link.host());
    }

    void start() {
      host.enter(this::run);
    }

    /** Runs on a thread that may wait for the name. */
    private void run() {
      long left = Math.min(attemptEndNanos, endNanos) - System.nanoTime();
      if (result.isDone() || left <= 0) {
        host.leave();
        if (!result.isDone()) {
          failed(timedOut("waiting for other transfers from that host"), null);
        }
        return;
      }
      if (!host.breaker().tryAcquirePermission()) {
        host.leave();
        failed(
            new GroundingException(
                OperatorErrorCode.HOST_UNAVAILABLE,
                "image_uri: "
                    + link
                    + " has failed often and is left alone for a while (expected: a host that"
                    + " answers)"),
            null);
        return;
      }
      ScheduledFuture<?> alarm =
          fetcher
              .timer()
              .schedule(
                  () -> response.completeExceptionally(timedOut("the transfer")),
                  left,
                  TimeUnit.NANOSECONDS);
      CompletableFuture<?> unused =
          response.whenComplete(
              (answer, failure) -> {
                alarm.cancel(false);
                Future<?> running = exchange.get();
                if (failure != null && running != null) {
                  running.cancel(true);
                }
                host.leave();
                settleSurely(answer, failure);
              });
      // Whoever cancels the result ends the transfer.
      CompletableFuture<?> unusedToo =
          result.whenComplete(
              (bytes, failure) -> response.completeExceptionally(timedOut("nobody waits")));
      ask();
    }

    private void ask() {
      List<InetAddress> addresses;
      try {
        addresses = fetcher.allowedAddresses(link.host());
      } catch (InwardAddressException e) {
        response.completeExceptionally(
            new GroundingException(
                OperatorErrorCode.ADDRESS_NOT_ALLOWED,
                "image_uri: "
                    + link
                    + " is at an inward address (expected: one of the public Internet, or of"
                    + " fetch.http.opened-addresses)"));
        return;
      } catch (UnknownHostException e) {
        response.completeExceptionally(
            new GroundingException(
                OperatorErrorCode.HOST_UNKNOWN,
                "image_uri: " + link + " is not known (expected: a host with an address)"));
        return;
      }
      if (response.isDone()) {
        return;
      }
      Future<?> running =
          fetcher.exchange(
              link,
              // A host with a broken address among good ones is met at another next time.
              addresses.get((attempts - 1) % addresses.size()),
              new FutureCallback<>() {
                @Override
                public void completed(SizedBody.Response answer) {
                  response.complete(answer);
                }

                @Override
                public void failed(Exception e) {
                  response.completeExceptionally(e);
                }

                @Override
                public void cancelled() {
                  response.completeExceptionally(timedOut("the transfer"));
                }
              });
      exchange.set(running);
      if (response.isDone()) {
        running.cancel(true);
      }
    }

    /** Whoever waits for the result must not wait for ever, whatever goes wrong here. */
    private void settleSurely(SizedBody.@Nullable Response answer, @Nullable Throwable failure) {
      try {
        settle(answer, failure);
      } catch (RuntimeException e) {
        result.completeExceptionally(HttpFailure.of(link, e, fetcher.maxBytes()).exception());
      }
    }

    private void settle(SizedBody.@Nullable Response answer, @Nullable Throwable failure) {
      CircuitBreaker breaker = host.breaker();
      if (result.isDone()) {
        breaker.releasePermission();
        return;
      }
      HttpFailure problem =
          answer == null ? HttpFailure.of(link, failure, fetcher.maxBytes()) : null;
      if (answer != null && answer.status() != HttpStatus.SC_OK && !redirects(answer)) {
        problem = HttpFailure.of(link, answer);
      }
      if (problem != null && problem.hostsFault()) {
        breaker.onError(0, TimeUnit.NANOSECONDS, problem.exception());
      } else {
        breaker.onSuccess(0, TimeUnit.NANOSECONDS);
      }
      if (problem != null) {
        HttpTransfer.this.failed(problem.exception(), problem.retryAfter());
      } else if (answer != null && answer.status() == HttpStatus.SC_OK) {
        result.complete(answer.body());
      } else if (answer != null) {
        follow(answer);
      }
    }

    private static boolean redirects(SizedBody.Response answer) {
      return switch (answer.status()) {
        case HttpStatus.SC_MOVED_PERMANENTLY,
            HttpStatus.SC_MOVED_TEMPORARILY,
            HttpStatus.SC_SEE_OTHER,
            HttpStatus.SC_TEMPORARY_REDIRECT,
            HttpStatus.SC_PERMANENT_REDIRECT ->
            answer.location() != null;
        default -> false;
      };
    }

    private void follow(SizedBody.Response answer) {
      if (redirects >= settings.maxRedirects()) {
        HttpTransfer.this.failed(
            new GroundingException(
                OperatorErrorCode.TOO_MANY_REDIRECTS,
                "image_uri: "
                    + first
                    + " redirects more than "
                    + settings.maxRedirects()
                    + " times (expected: at most that, fetch.http.max-redirects)"),
            null);
        return;
      }
      try {
        Link next = link.redirected(String.valueOf(answer.location()), settings);
        new Hop(next, redirects + 1, attemptEndNanos).start();
      } catch (GroundingException e) {
        HttpTransfer.this.failed(e, null);
      }
    }

    private GroundingException timedOut(String what) {
      return new GroundingException(
          endsWithDeadline && endNanos - System.nanoTime() <= 0
              ? OperatorErrorCode.DEADLINE_EXCEEDED
              : OperatorErrorCode.FETCH_TIMEOUT,
          "image_uri: " + link + " took too long: " + what);
    }
  }

  /** Tries again where that is worth it and there is time, and gives up otherwise. */
  private void failed(GroundingException reason, @Nullable Duration retryAfter) {
    long left = endNanos - System.nanoTime();
    long backoff = FIRST_BACKOFF.toNanos();
    for (int i = 1; i < attempts; i++) {
      backoff *= BACKOFF_FACTOR;
    }
    // Half of it at random, lest all who were refused together come back together.
    long wait = backoff / 2 + ThreadLocalRandom.current().nextLong(backoff / 2 + 1);
    if (retryAfter != null) {
      wait = Math.max(wait, retryAfter.toNanos());
    }
    if (!reason.errorCode().retryable()
        || reason.errorCode() == OperatorErrorCode.DEADLINE_EXCEEDED
        || attempts >= settings.maxAttempts()
        || wait >= left) {
      result.completeExceptionally(reason);
      return;
    }
    ScheduledFuture<?> unused = fetcher.timer().schedule(this::start, wait, TimeUnit.NANOSECONDS);
  }
}
