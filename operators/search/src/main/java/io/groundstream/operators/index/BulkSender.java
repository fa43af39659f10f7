package io.groundstream.operators.index;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.groundstream.operators.concurrent.Backoff;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.schemas.text.Texts;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes documents in bulk requests and distinguishes the results:
 *
 * <ul>
 *   <li>written, or the index has a newer version: done;
 *   <li>rejected, because the document does not fit the mapping or is too large: reported as a
 *       {@link Refusal};
 *   <li>everything else, about one document or the whole request (index busy, unreachable, red,
 *       closed, missing, read-only): sent again after a pause that doubles each time up to ten
 *       seconds, less a random part, so that many writers do not retry together. Meanwhile the
 *       request counts as in flight, so the job is backpressured.
 * </ul>
 *
 * <p>When the index has accepted nothing for the configured time, the request fails with {@link
 * IndexUnavailableException}. Thread-safe.
 */
final class BulkSender {
  private static final Logger LOG = LoggerFactory.getLogger(BulkSender.class);
  private static final Backoff BACKOFF =
      Backoff.of(Duration.ofMillis(100), 2, Duration.ofSeconds(10));
  private static final int LONGEST_TEXT = 1000;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int CONFLICT = 409;
  private static final byte[] NEW_LINE = {'\n'};

  private final OpenSearchClient connection;
  private final String alias;
  private final String path;
  private final BulkSettings settings;
  private final ScheduledExecutorService timer;
  private final IndexMetrics metrics;
  private final Consumer<Refusal> refusals;

  BulkSender(
      OpenSearchClient connection,
      String alias,
      BulkSettings settings,
      ScheduledExecutorService timer,
      IndexMetrics metrics,
      Consumer<Refusal> refusals) {
    this.connection = connection;
    this.alias = alias;
    // Requires an alias: otherwise OpenSearch would create an index in place of a missing one.
    this.path =
        URLEncoder.encode(alias, StandardCharsets.UTF_8)
            + "/_bulk?require_alias=true&filter_path=items.*.status,items.*.error,errors";
    this.settings = settings;
    this.timer = timer;
    this.metrics = metrics;
    this.refusals = refusals;
  }

  /**
   * Writes documents, of which no two have the same identifier.
   *
   * @return completes when all are written or rejected; fails with an {@link
   *     IndexUnavailableException} or {@link IndexSetupException}
   */
  CompletableFuture<Void> send(List<IndexDocument> documents) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    attempt(new Batch(documents, 0, System.nanoTime(), done));
    return done;
  }

  /**
   * Documents that are sent together.
   *
   * @param retries how often they were sent before
   * @param sinceNanos when the index last accepted a document
   */
  private record Batch(
      List<IndexDocument> documents, int retries, long sinceNanos, CompletableFuture<Void> done) {}

  private void attempt(Batch batch) {
    long start = System.nanoTime();
    // A failure in there completes the batch.
    CompletableFuture<?> unused =
        connection
            .send("POST", path, "application/x-ndjson", body(batch.documents()))
            .whenComplete(
                (answer, failure) -> {
                  metrics.requestTook(System.nanoTime() - start);
                  try {
                    if (failure != null) {
                      retry(batch, batch.documents(), false, describe(failure), failure);
                    } else {
                      evaluate(batch, answer);
                    }
                  } catch (RuntimeException e) {
                    batch.done().completeExceptionally(e);
                  }
                });
  }

  private void evaluate(Batch batch, OpenSearchClient.Answer answer) {
    int status = answer.status();
    if (answer.isSuccess()) {
      List<BulkAnswer.Item> items;
      try {
        items = BulkAnswer.parse(answer.body(), batch.documents().size());
      } catch (IOException e) {
        retry(batch, batch.documents(), false, describe(e), e);
        return;
      }
      evaluate(batch, items);
    } else if (status == 413 || status == 400) {
      // One of them is invalid, or together they are too large.
      split(batch, status, answer.text());
    } else if (status == 401 || (status == 403 && !answer.text().contains("_block"))) {
      batch.done().completeExceptionally(IndexAdvice.notAllowed(connection.where(), status));
    } else {
      retry(
          batch,
          batch.documents(),
          false,
          status + " " + Texts.shortened(answer.text(), LONGEST_TEXT),
          null);
    }
  }

  private void evaluate(Batch batch, List<BulkAnswer.Item> items) {
    List<IndexDocument> again = new ArrayList<>();
    String reason = "";
    for (int i = 0; i < items.size(); i++) {
      IndexDocument document = batch.documents().get(i);
      BulkAnswer.Item item = items.get(i);
      if (isDone(document, item)) {
        metrics.written();
      } else if (item.status() == CONFLICT) {
        metrics.conflict();
      } else if (isTemporary(item)) {
        again.add(document);
        reason = item.explanation();
      } else if (item.status() == 401 || item.status() == 403) {
        batch
            .done()
            .completeExceptionally(IndexAdvice.notAllowed(connection.where(), item.status()));
        return;
      } else {
        refuse(document, OperatorErrorCode.DOCUMENT_REFUSED, item.explanation());
      }
    }
    if (again.isEmpty()) {
      batch.done().complete(null);
    } else {
      retry(batch, again, again.size() < items.size(), reason, null);
    }
  }

  private static boolean isDone(IndexDocument document, BulkAnswer.Item item) {
    // A deleted document may be missing; a missing index is an error with a type.
    return (item.status() >= 200 && item.status() < 300)
        || (document.deleted && item.status() == 404 && item.type().isEmpty());
  }

  /** Returns whether the index is in a bad state, rather than the document. */
  private static boolean isTemporary(BulkAnswer.Item item) {
    return item.status() >= 500
        || item.status() == TOO_MANY_REQUESTS
        || item.status() == 408
        // The index or its alias is missing, which is not the fault of a document.
        || item.status() == 404
        || item.type().equals("cluster_block_exception")
        || item.type().equals("index_closed_exception")
        || item.reason().contains("no write index is defined");
  }

  private void retry(
      Batch batch,
      List<IndexDocument> documents,
      boolean progress,
      String reason,
      @Nullable Throwable cause) {
    long now = System.nanoTime();
    long since = progress ? now : batch.sinceNanos();
    int retries = progress ? 0 : batch.retries();
    long left = settings.retryTimeout().toNanos() - (now - since);
    if (left <= 0) {
      batch
          .done()
          .completeExceptionally(
              new IndexUnavailableException(
                  IndexAdvice.unavailable(
                      connection.where(), alias, documents.size(), settings.retryTimeout(), reason),
                  cause));
      return;
    }
    long pause =
        Math.min(BACKOFF.pauseMillis(retries + 1), TimeUnit.NANOSECONDS.toMillis(left) + 1);
    metrics.retried(documents.size());
    LOG.warn(
        "{} documents are sent to {} again in {} ms: {}", documents.size(), alias, pause, reason);
    Batch next = new Batch(documents, retries + 1, since, batch.done());
    Future<?> unused = timer.schedule(() -> attempt(next), pause, TimeUnit.MILLISECONDS);
  }

  private void split(Batch batch, int status, String text) {
    List<IndexDocument> documents = batch.documents();
    if (documents.size() == 1) {
      refuse(
          documents.get(0),
          status == 413 ? OperatorErrorCode.DOCUMENT_TOO_LARGE : OperatorErrorCode.DOCUMENT_REFUSED,
          status + " " + Texts.shortened(text, LONGEST_TEXT));
      batch.done().complete(null);
      return;
    }
    int middle = documents.size() / 2;
    CompletableFuture<Void> first = send(documents.subList(0, middle));
    CompletableFuture<Void> second = send(documents.subList(middle, documents.size()));
    CompletableFuture<?> unused =
        CompletableFuture.allOf(first, second)
            .whenComplete(
                (ignored, failure) -> {
                  if (failure == null) {
                    batch.done().complete(null);
                  } else {
                    batch
                        .done()
                        .completeExceptionally(ExceptionUtils.stripCompletionException(failure));
                  }
                });
  }

  private void refuse(IndexDocument document, OperatorErrorCode code, String reason) {
    metrics.refused(code.code());
    refusals.accept(
        Refusal.of(
            document,
            code.code(),
            "document "
                + document.id
                + " of "
                + document.source.length
                + " bytes: the index rejects it: "
                + reason,
            System.currentTimeMillis()));
  }

  private static List<byte[]> body(List<IndexDocument> documents) {
    List<byte[]> parts = new ArrayList<>(3 * documents.size());
    for (IndexDocument document : documents) {
      String id = String.valueOf(JsonStringEncoder.getInstance().quoteAsString(document.id));
      String action =
          "{\""
              + (document.deleted ? "delete" : "index")
              + "\":{\"_id\":\""
              + id
              + "\",\"version\":"
              + document.version
              + ",\"version_type\":\"external_gte\"}}\n";
      parts.add(action.getBytes(StandardCharsets.UTF_8));
      if (!document.deleted) {
        parts.add(document.source);
        parts.add(NEW_LINE);
      }
    }
    return parts;
  }

  private static String describe(Throwable failure) {
    Throwable cause = ExceptionUtils.stripCompletionException(failure);
    return cause.getMessage() == null ? cause.toString() : cause + "";
  }
}
