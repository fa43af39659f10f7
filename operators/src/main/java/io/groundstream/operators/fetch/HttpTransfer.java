package io.groundstream.operators.fetch;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.concurrent.Backoff;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.util.ExceptionUtils;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/**
 * The transfer of one image: attempts, each of which follows redirections, with pauses between
 * them. Its steps run one after the other, on threads of the fetcher.
 */
final class HttpTransfer {
  private static final Backoff BACKOFF =
      Backoff.of(Duration.ofMillis(200), 3, Duration.ofMinutes(5));

  /** The memory for an image before its size is known. */
  private static final int FIRST_GUESS_BYTES = 1 << 20;

  /** Farther away than any transfer lasts, and not too far for nanoseconds. */
  private static final Duration NEVER = Duration.ofDays(365);

  private final HttpFetcher fetcher;
  private final HttpFetchSettings settings;
  private final Link first;

  /** When the event's deadline is; far in the future if it has none. */
  private final long deadlineNanos;

  private final CompletableFuture<FetchedImage> result = new CompletableFuture<>();

  /** When all attempts together have taken too long; waiting for memory does not count. */
  private long totalEndNanos;

  private int attempts;

  HttpTransfer(HttpFetcher fetcher, Link link, @Nullable Instant deadline) {
    this.fetcher = fetcher;
    this.settings = fetcher.settings();
    this.first = link;
    long now = System.nanoTime();
    Duration left = deadline == null ? NEVER : Duration.between(Instant.now(), deadline);
    this.deadlineNanos = now + (left.compareTo(NEVER) < 0 ? left : NEVER).toNanos();
    this.totalEndNanos = now + settings.totalTimeout().toNanos();
  }

  CompletableFuture<FetchedImage> result() {
    return result;
  }

  /** Begins the next attempt. */
  void start() {
    attempts++;
    long attemptEndNanos = System.nanoTime() + settings.transferTimeout().toNanos();
    new HttpExchange(first, 0, attemptEndNanos, Math.min(FIRST_GUESS_BYTES, fetcher.maxBytes()))
        .start();
  }

  private long endNanos() {
    return deadlineNanos - totalEndNanos < 0 ? deadlineNanos : totalEndNanos;
  }

  /** One request of an attempt. */
  private final class HttpExchange {
    private final Link link;
    private final int redirects;
    private final int bytes;
    private final Hosts.Host host;
    private final AtomicReference<@Nullable Future<?>> exchange = new AtomicReference<>();
    private final CompletableFuture<SizedBody.Response> response = new CompletableFuture<>();
    private long attemptEndNanos;

    /**
     * @param bytes the memory to acquire for the answer before the request
     */
    HttpExchange(Link link, int redirects, long attemptEndNanos, int bytes) {
      this.link = link;
      this.redirects = redirects;
      this.attemptEndNanos = attemptEndNanos;
      this.bytes = bytes;
      this.host = fetcher.hosts().host(link.host());
    }

    void start() {
      host.enter(this::reserve);
    }

    /** Acquires memory first, so that transfers under way never need more than there is. */
    private void reserve() {
      if (result.isDone()) {
        host.leave();
        return;
      }
      long began = System.nanoTime();
      if (left() <= 0) {
        host.leave();
        failed(timedOut("waiting for other transfers from that host"), null);
        return;
      }
      CompletableFuture<ByteBudget.Grant> memory = fetcher.memory().acquire(bytes);
      CompletableFuture<?> unused = result.whenComplete((image, failure) -> memory.cancel(false));
      CompletableFuture<?> unusedToo =
          memory.whenCompleteAsync(
              (grant, failure) -> {
                if (grant == null) {
                  host.leave();
                  return;
                }
                // Not the fault of the host or the link.
                long waited = System.nanoTime() - began;
                totalEndNanos += waited;
                attemptEndNanos += waited;
                run(grant);
              },
              fetcher.timer());
    }

    private void run(ByteBudget.Grant grant) {
      long left = left();
      if (result.isDone() || left <= 0) {
        host.leave();
        grant.close();
        if (!result.isDone()) {
          failed(timedOut("waiting for memory"), null);
        }
        return;
      }
      if (!host.breaker().tryAcquirePermission()) {
        host.leave();
        grant.close();
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
                settleSurely(answer, failure, grant);
              });
      // Cancelling the result ends the transfer.
      CompletableFuture<?> unusedToo =
          result.whenComplete(
              (image, failure) -> response.completeExceptionally(timedOut("the caller")));
      CompletableFuture<?> unusedThree =
          fetcher
              .allowedAddresses(link.host())
              .handleAsync(
                  (addresses, failure) -> {
                    resolved(addresses, failure, grant);
                    return null;
                  },
                  fetcher.timer());
    }

    private long left() {
      long end = endNanos();
      return (attemptEndNanos - end < 0 ? attemptEndNanos : end) - System.nanoTime();
    }

    private void resolved(
        @Nullable List<InetAddress> addresses,
        @Nullable Throwable failure,
        ByteBudget.Grant grant) {
      if (failure != null || addresses == null) {
        Throwable reason =
            failure == null
                ? new UnknownHostException()
                : ExceptionUtils.stripCompletionException(failure);
        response.completeExceptionally(
            reason instanceof UnknownHostException || reason instanceof TimeoutException
                ? new GroundingException(
                    OperatorErrorCode.HOST_UNKNOWN,
                    "image_uri: "
                        + link
                        + (reason instanceof TimeoutException
                            ? " is not found in time (expected: a name that is answered for within"
                                + " fetch.http.connect-timeout)"
                            : " is not known (expected: a host with an address)"))
                : reason);
        return;
      }
      if (addresses.isEmpty()) {
        response.completeExceptionally(
            new GroundingException(
                OperatorErrorCode.ADDRESS_NOT_ALLOWED,
                "image_uri: "
                    + link
                    + " is at an inward address (expected: one of the public Internet, or of"
                    + " fetch.http.opened-addresses)"));
        return;
      }
      if (response.isDone()) {
        return;
      }
      try {
        // The next attempt uses another address, in case this one is broken.
        ask(addresses.get((attempts - 1) % addresses.size()), grant);
      } catch (RuntimeException e) {
        response.completeExceptionally(e);
      }
    }

    private void ask(InetAddress address, ByteBudget.Grant grant) {
      Future<?> running =
          fetcher.exchange(
              link,
              first,
              address,
              grant,
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

    /** Settles the result whatever goes wrong here, so that its caller does not wait for ever. */
    private void settleSurely(
        SizedBody.@Nullable Response answer, @Nullable Throwable failure, ByteBudget.Grant grant) {
      boolean handedOn = false;
      try {
        handedOn = settle(answer, failure, grant);
      } catch (RuntimeException e) {
        result.completeExceptionally(HttpFailure.of(link, e, fetcher.maxBytes()).exception());
      } finally {
        if (!handedOn) {
          grant.close();
        }
      }
    }

    /** Returns whether the result holds the memory now. */
    private boolean settle(
        SizedBody.@Nullable Response answer, @Nullable Throwable failure, ByteBudget.Grant grant) {
      CircuitBreaker breaker = host.breaker();
      if (result.isDone()) {
        breaker.releasePermission();
        return false;
      }
      if (failure instanceof SizedBody.OverBudgetException larger) {
        // Repeated once there is as much memory; the host has not failed.
        breaker.releasePermission();
        grant.close();
        askAgain(larger);
        return false;
      }
      HttpFailure problem =
          answer == null ? HttpFailure.of(link, failure, fetcher.maxBytes()) : null;
      if (answer != null && !answer.isWhole() && !redirects(answer)) {
        problem = HttpFailure.of(link, answer);
      }
      if (problem != null && problem.hostsFault()) {
        breaker.onError(0, TimeUnit.NANOSECONDS, problem.exception());
      } else {
        breaker.onSuccess(0, TimeUnit.NANOSECONDS);
      }
      if (problem != null) {
        HttpTransfer.this.failed(problem.exception(), problem.retryAfter());
      } else if (answer != null && answer.isWhole()) {
        return handOn(answer, grant);
      } else if (answer != null) {
        follow(answer);
      }
      return false;
    }

    private void askAgain(SizedBody.OverBudgetException larger) {
      int enough = (int) Math.min(Integer.MAX_VALUE, larger.bytes());
      new HttpExchange(link, redirects, attemptEndNanos, enough).start();
    }

    /** Returns whether the result, or the decoder, holds the memory now. */
    private boolean handOn(SizedBody.Response answer, ByteBudget.Grant grant) {
      if (answer.codings().isEmpty()) {
        grant.shrink(answer.body().length);
        return result.complete(new FetchedImage(answer.body(), grant::close));
      }
      fetcher.decoding().execute(() -> decode(answer, grant));
      return true;
    }

    private void decode(SizedBody.Response answer, ByteBudget.Grant grant) {
      boolean handedOn = false;
      try {
        byte[] image =
            ContentCodings.decode(answer.body(), answer.codings(), fetcher.maxBytes(), grant);
        grant.shrink(image.length);
        handedOn = result.complete(new FetchedImage(image, grant::close));
      } catch (SizedBody.OverBudgetException e) {
        grant.close();
        askAgain(e);
      } catch (IOException | RuntimeException e) {
        HttpTransfer.this.failed(HttpFailure.of(link, e, fetcher.maxBytes()).exception(), null);
      } finally {
        if (!handedOn) {
          grant.close();
        }
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
        new HttpExchange(next, redirects + 1, attemptEndNanos, bytes).start();
      } catch (GroundingException e) {
        HttpTransfer.this.failed(e, null);
      }
    }

    private GroundingException timedOut(String what) {
      return new GroundingException(
          deadlineNanos - System.nanoTime() <= 0
              ? OperatorErrorCode.DEADLINE_EXCEEDED
              : OperatorErrorCode.FETCH_TIMEOUT,
          "image_uri: " + link + " took too long: " + what);
    }
  }

  /** Tries again if that may help and there is time, and gives up otherwise. */
  private void failed(GroundingException reason, @Nullable Duration retryAfter) {
    long left = endNanos() - System.nanoTime();
    long wait = TimeUnit.MILLISECONDS.toNanos(BACKOFF.pauseMillis(attempts));
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
