package io.groundstream.operators.index;

import io.groundstream.operators.deadletter.OperatorErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.writer.AsyncSinkWriter;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.DequeRequestBuffer;
import org.apache.flink.connector.base.sink.writer.ResultHandler;
import org.apache.flink.connector.base.sink.writer.SimpleBatchCreator;
import org.apache.flink.connector.base.sink.writer.config.AsyncSinkWriterConfiguration;
import org.apache.flink.connector.base.sink.writer.strategy.RateLimitingStrategy;
import org.apache.flink.connector.base.sink.writer.strategy.RequestInfo;
import org.apache.flink.connector.base.sink.writer.strategy.ResultInfo;
import org.apache.flink.util.ExceptionUtils;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * Collects documents into bulk requests and keeps some of these in flight. A checkpoint holds the
 * documents that wait, and waits for the requests in flight. Refusals are committed with the
 * checkpoint after which their documents are not sent again, hence once.
 *
 * <p>The writes of one document reach the index in order: a request holds only the last of them,
 * and waits for earlier requests that hold the same document.
 *
 * <p>Used by the subtask's thread only, except for the answers.
 */
final class IndexWriter extends AsyncSinkWriter<IndexDocument, IndexDocument>
    implements CommittingSinkWriter<IndexDocument, Refusal> {
  /** Longer than the retry time of the sender, which decides when to give up. */
  private static final Duration NEVER = Duration.ofDays(1);

  private final int maxBytes;
  private final ScheduledExecutorService executor;
  private final IndexMetrics metrics;
  private final BulkSender sender;
  private final Queue<Refusal> refusals = new ConcurrentLinkedQueue<>();

  /** The last request that holds a document, by the document. */
  private final Map<String, CompletableFuture<Void>> inFlight = new ConcurrentHashMap<>();

  IndexWriter(
      WriterInitContext context,
      IndexSettings settings,
      OpenSearchClient connection,
      ScheduledExecutorService executor,
      Collection<BufferedRequestState<IndexDocument>> state) {
    super(
        (document, ignored) -> document,
        context,
        AsyncSinkWriterConfiguration.builder()
            .setMaxBatchSize(settings.bulk().maxDocuments())
            .setMaxBatchSizeInBytes(settings.bulk().maxBytes())
            .setMaxInFlightRequests(settings.bulk().maxInFlight())
            .setMaxBufferedRequests(2 * settings.bulk().maxDocuments())
            .setMaxTimeInBufferMS(settings.bulk().maxWait().toMillis())
            .setMaxRecordSizeInBytes(settings.bulk().maxBytes())
            .setRequestTimeoutMS(NEVER.toMillis())
            .setFailOnTimeout(true)
            .setRateLimitingStrategy(new RequestLimit(settings.bulk()))
            .build(),
        state,
        new SimpleBatchCreator<>(settings.bulk().maxBytes()),
        new DequeRequestBuffer<>());
    this.maxBytes = settings.bulk().maxBytes();
    this.executor = executor;
    this.metrics = new IndexMetrics(context.metricGroup());
    this.sender =
        new BulkSender(
            connection, settings.alias(), settings.bulk(), executor, metrics, refusals::add);
  }

  @Override
  public void write(IndexDocument document, Context context)
      throws IOException, InterruptedException {
    if (document.source.length > maxBytes) {
      OperatorErrorCode code = OperatorErrorCode.DOCUMENT_TOO_LARGE;
      metrics.refused(code.code());
      refusals.add(
          Refusal.of(
              document,
              code.code(),
              "document "
                  + document.id
                  + ": "
                  + document.source.length
                  + " bytes (expected: <= "
                  + maxBytes
                  + ", which is index.bulk.max-size)",
              System.currentTimeMillis()));
      return;
    }
    super.write(document, context);
  }

  @Override
  protected void submitRequestEntries(
      List<IndexDocument> entries, ResultHandler<IndexDocument> result) {
    Map<String, IndexDocument> newest = new LinkedHashMap<>();
    for (IndexDocument document : entries) {
      if (newest.put(document.id, document) != null) {
        metrics.superseded();
      }
    }
    List<IndexDocument> documents = List.copyOf(newest.values());
    CompletableFuture<Void> done = new CompletableFuture<>();
    List<CompletableFuture<Void>> earlier = new ArrayList<>();
    for (IndexDocument document : documents) {
      CompletableFuture<Void> other = inFlight.put(document.id, done);
      if (other != null) {
        earlier.add(other);
      }
    }
    metrics.started();
    // A failure in there completes both.
    CompletableFuture<?> unused =
        CompletableFuture.allOf(earlier.toArray(CompletableFuture[]::new))
            .thenCompose(ignored -> sender.send(documents))
            .whenComplete(
                (ignored, failure) -> {
                  metrics.ended();
                  documents.forEach(document -> inFlight.remove(document.id, done));
                  if (failure == null) {
                    result.complete();
                    done.complete(null);
                  } else {
                    result.completeExceptionally(asException(failure));
                    done.completeExceptionally(failure);
                  }
                });
  }

  /** Flink rethrows it on the task's thread. */
  private static Exception asException(Throwable failure) {
    Throwable cause = ExceptionUtils.stripCompletionException(failure);
    return new FlinkRuntimeException(String.valueOf(cause.getMessage()), cause);
  }

  @Override
  protected long getSizeInBytes(IndexDocument document) {
    // Flink requires a size above 0; a deletion has no source.
    return Math.max(1, document.source.length);
  }

  @Override
  public Collection<Refusal> prepareCommit() {
    List<Refusal> ready = new ArrayList<>();
    for (Refusal refusal = refusals.poll(); refusal != null; refusal = refusals.poll()) {
      ready.add(refusal);
    }
    return ready;
  }

  @Override
  public void close() {
    super.close();
    executor.shutdownNow();
  }

  /** A fixed number of requests at a time; the sender handles an index that is slow. */
  private static final class RequestLimit implements RateLimitingStrategy {
    private final BulkSettings settings;
    private int requests;

    RequestLimit(BulkSettings settings) {
      this.settings = settings;
    }

    @Override
    public void registerInFlightRequest(RequestInfo request) {
      requests++;
    }

    @Override
    public void registerCompletedRequest(ResultInfo result) {
      requests--;
    }

    @Override
    public boolean shouldBlock(RequestInfo request) {
      return requests >= settings.maxInFlight();
    }

    @Override
    public int getMaxBatchSize() {
      return settings.maxDocuments();
    }
  }
}
