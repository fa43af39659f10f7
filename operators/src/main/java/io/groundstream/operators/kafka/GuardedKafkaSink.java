package io.groundstream.operators.kafka;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.InitContext;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaWriterState;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.SupportsPostCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Flink's sink for Kafka with a check of its rights before it starts; without the check, a missing
 * right would fail the job again and again. Its state is that of Flink's sink.
 */
public final class GuardedKafkaSink<T>
    implements Sink<T>,
        SupportsWriterState<T, KafkaWriterState>,
        SupportsCommitter<KafkaCommittable>,
        SupportsPostCommitTopology<KafkaCommittable> {
  private static final long serialVersionUID = 1L;

  private final KafkaSink<T> sink;
  private final RightsPatience rights;
  private final Duration patience;

  /**
   * @param topics the topics to write
   */
  public GuardedKafkaSink(KafkaSink<T> sink, KafkaSettings settings, List<String> topics) {
    this.sink = sink;
    this.patience = settings.accessTimeout();
    this.rights =
        new RightsPatience(
            settings,
            new KafkaNeeds(
                List.of(),
                topics,
                null,
                settings.deliveryGuarantee() == DeliveryGuarantee.EXACTLY_ONCE
                    ? settings.transactionalIdPrefix()
                    : null));
  }

  @Override
  public StatefulSinkWriter<T, KafkaWriterState> createWriter(WriterInitContext context)
      throws IOException {
    ask(context);
    return sink.createWriter(context);
  }

  @Override
  public StatefulSinkWriter<T, KafkaWriterState> restoreWriter(
      WriterInitContext context, Collection<KafkaWriterState> state) throws IOException {
    ask(context);
    return sink.restoreWriter(context, state);
  }

  @Override
  public Committer<KafkaCommittable> createCommitter(CommitterInitContext context)
      throws IOException {
    ask(context);
    return sink.createCommitter(context);
  }

  /** Checks the rights. A job that has never run does not wait for them. */
  private void ask(InitContext context) throws IOException {
    boolean ran =
        context.getTaskInfo().getAttemptNumber() > 0
            || context.getRestoredCheckpointId().isPresent();
    try {
      rights.await(
          Integer.toString(context.getTaskInfo().getIndexOfThisSubtask()),
          ran ? patience : Duration.ZERO);
    } catch (SuppressRestartsException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while rights were checked", e);
    }
  }

  @Override
  public SimpleVersionedSerializer<KafkaWriterState> getWriterStateSerializer() {
    return sink.getWriterStateSerializer();
  }

  @Override
  public SimpleVersionedSerializer<KafkaCommittable> getCommittableSerializer() {
    return sink.getCommittableSerializer();
  }

  @Override
  public void addPostCommitTopology(DataStream<CommittableMessage<KafkaCommittable>> committables) {
    sink.addPostCommitTopology(committables);
  }
}
