package io.groundstream.operators.index;

import io.groundstream.operators.concurrent.DaemonThreads;
import io.groundstream.operators.kafka.GuardedKafkaSink;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.kafka.RegistrySettings;
import io.groundstream.operators.output.OutputRecord;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Writes documents to OpenSearch, each at least once and with an external version, so that writing
 * one again changes nothing. A document that the index rejects becomes a dead letter, written
 * exactly once by Flink's Kafka sink.
 *
 * <p>Prepares the index before the first document: see {@link IndexSetup}.
 */
public final class IndexSink
    implements Sink<IndexDocument>,
        SupportsWriterState<IndexDocument, BufferedRequestState<IndexDocument>>,
        SupportsCommitter<Refusal>,
        SupportsPostCommitTopology<Refusal> {
  private static final long serialVersionUID = 1L;
  private static final int THREADS = 2;

  private final IndexSettings settings;
  private final GuardedKafkaSink<OutputRecord> deadLetters;

  /**
   * @param deadLetters the sink of refusals
   */
  public IndexSink(IndexSettings settings, GuardedKafkaSink<OutputRecord> deadLetters) {
    this.settings = settings;
    this.deadLetters = deadLetters;
  }

  @Override
  public IndexWriter createWriter(WriterInitContext context) throws IOException {
    return restoreWriter(context, List.of());
  }

  @Override
  public IndexWriter restoreWriter(
      WriterInitContext context, Collection<BufferedRequestState<IndexDocument>> state)
      throws IOException {
    try {
      IndexSetup.prepare(settings);
      ScheduledExecutorService executor =
          Executors.newScheduledThreadPool(THREADS, DaemonThreads.named("index-writer"));
      OpenSearchClient connection =
          OpenSearchClient.open(settings.connection(), settings.bulk().requestTimeout(), executor);
      return new IndexWriter(context, settings, connection, executor, state);
    } catch (IndexSetupException e) {
      // A restart would fail in the same way.
      throw new SuppressRestartsException(e);
    } catch (IndexUnavailableException e) {
      throw new IOException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public SimpleVersionedSerializer<BufferedRequestState<IndexDocument>> getWriterStateSerializer() {
    return new DocumentStateSerializer();
  }

  @Override
  public Committer<Refusal> createCommitter(CommitterInitContext context) {
    return new ForwardingCommitter();
  }

  @Override
  public SimpleVersionedSerializer<Refusal> getCommittableSerializer() {
    return new RefusalSerializer();
  }

  @Override
  public void addPostCommitTopology(DataStream<CommittableMessage<Refusal>> committables) {
    KafkaSettings kafka = settings.kafka();
    RegistrySettings registry = settings.registry();
    committables
        .flatMap(new CommittedRefusals())
        .returns(TypeInformation.of(Refusal.class))
        .name("Refusals")
        .uid("refusals")
        .map(new RefusalLetters(kafka, registry, settings.formats()))
        .returns(TypeInformation.of(OutputRecord.class))
        .name("Dead letters of the index")
        .uid("refusal-letters")
        .sinkTo(deadLetters)
        .name("Dead letters of the index")
        .uid("refusal-letters-sink");
  }

  /**
   * Forwards refusals to the post-commit topology: a commit only says that their documents will not
   * come again.
   */
  private static final class ForwardingCommitter implements Committer<Refusal> {
    @Override
    public void commit(Collection<CommitRequest<Refusal>> requests) {}

    @Override
    public void close() {}
  }
}
