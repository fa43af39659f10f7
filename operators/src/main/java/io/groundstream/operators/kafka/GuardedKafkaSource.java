package io.groundstream.operators.kafka;

import java.time.Duration;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apiguardian.api.API;

/**
 * Flink's source for Kafka, which waits some time for missing rights and then fails the job for
 * good; Flink's own source fails the job again and again. Its state is that of Flink's source.
 */
@API(status = API.Status.INTERNAL)
public final class GuardedKafkaSource<T>
    implements Source<T, KafkaPartitionSplit, KafkaSourceEnumState>, ResultTypeQueryable<T> {
  private static final long serialVersionUID = 1L;

  private final KafkaSource<T> source;
  private final KafkaSettings settings;
  private final RightsPatience rights;
  private final Duration patience;

  /**
   * @param topics the topics to read
   */
  public GuardedKafkaSource(KafkaSource<T> source, KafkaSettings settings, EventTopics topics) {
    this.source = source;
    this.settings = settings;
    this.patience = settings.accessTimeout();
    this.rights = new RightsPatience(settings, KafkaNeeds.ofSource(settings, topics));
  }

  @Override
  public Boundedness getBoundedness() {
    return source.getBoundedness();
  }

  @Override
  public SourceReader<T, KafkaPartitionSplit> createReader(SourceReaderContext context)
      throws Exception {
    rights.await(Integer.toString(context.getIndexOfSubtask()), patience);
    return source.createReader(context);
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context) {
    checkClient();
    return source.createEnumerator(new PatientContext<>(context, rights, patience));
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState state)
      throws Exception {
    checkClient();
    return source.restoreEnumerator(new PatientContext<>(context, rights, patience), state);
  }

  /** Files of certificates may be missing where the job manager runs. */
  private void checkClient() {
    try {
      KafkaRights.checkClient(settings);
    } catch (AccessRefusedException e) {
      throw new SuppressRestartsException(e);
    }
  }

  @Override
  public SimpleVersionedSerializer<KafkaPartitionSplit> getSplitSerializer() {
    return source.getSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
    return source.getEnumeratorCheckpointSerializer();
  }

  @Override
  public TypeInformation<T> getProducedType() {
    return source.getProducedType();
  }
}
