package io.groundstream.jobs.index;

import io.groundstream.jobs.configuration.Options;
import io.groundstream.jobs.pipeline.GroundingPipeline;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.event.EventSources;
import io.groundstream.operators.index.Finding;
import io.groundstream.operators.index.FindingFunction;
import io.groundstream.operators.index.IndexDocument;
import io.groundstream.operators.index.IndexSettings;
import io.groundstream.operators.index.IndexSink;
import io.groundstream.operators.index.JoinFunction;
import io.groundstream.operators.index.RefusalLetters;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.output.OutputRecord;
import io.groundstream.operators.output.OutputSinks;
import io.groundstream.operators.settings.InvalidConfigurationException;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Builds the index job: joins the topics of images and phrases by image, and writes documents to
 * OpenSearch, and dead letters for what cannot be indexed.
 *
 * <pre>{@code
 * StreamExecutionEnvironment environment = IndexJob.define(IndexJob.settings(values));
 * environment.execute();
 * }</pre>
 *
 * <p>Without a checkpoint or savepoint to continue from, the job reads the topics from the start:
 * the documents' versions make that harmless, and an image's document can only be built from all of
 * its records.
 *
 * <p>The operators' identifiers never change, so that a savepoint of any released version restores
 * in every later one.
 */
public final class IndexJob {
  private static final String IMAGES_UID = "grounded-images";
  private static final String PHRASES_UID = "grounded-phrases";
  private static final String FINDINGS_UID = "findings";
  private static final String JOIN_UID = "join";
  private static final String INDEX_UID = "index";
  private static final String ORPHANS_UID = "orphans";
  private static final String DEAD_LETTERS_UID = "dead-letters";

  /**
   * The suffix of the second dead letter sink's prefix: the two sinks must not abort each other's
   * transactions.
   */
  private static final String REFUSALS_SUFFIX = "-refusals";

  private IndexJob() {}

  /**
   * Reads the settings of an index job.
   *
   * @param values the keys of the configuration with their values as text
   * @throws InvalidConfigurationException if a key is unknown, a value invalid, or a required one
   *     missing; it reports all problems together
   */
  public static IndexSettings settings(Map<String, String> values)
      throws InvalidConfigurationException {
    return Options.parse(values, IndexSettings::read);
  }

  /**
   * Returns an environment with the job: that of the cluster that runs this program, or else a
   * local one.
   */
  public static StreamExecutionEnvironment define(IndexSettings settings) {
    StreamExecutionEnvironment environment = GroundingPipeline.environment(settings.job());
    KafkaSettings kafka = settings.kafka();
    DataStream<EventRecord> records =
        records(environment, kafka, kafka.imagesTopic(), "Grounded images", IMAGES_UID)
            .union(
                records(environment, kafka, kafka.phrasesTopic(), "Grounded phrases", PHRASES_UID));
    SingleOutputStreamOperator<Finding> findings =
        records
            .process(new FindingFunction(settings))
            .returns(TypeInformation.of(Finding.class))
            .name("Findings")
            .uid(FINDINGS_UID);
    SingleOutputStreamOperator<IndexDocument> documents =
        findings
            .keyBy(Finding::getImageId, Types.STRING)
            .process(new JoinFunction(settings))
            .returns(TypeInformation.of(IndexDocument.class))
            .name("Join")
            .uid(JOIN_UID);
    documents
        .sinkTo(
            new IndexSink(
                settings,
                OutputSinks.deadLetters(
                    kafka.withTransactionalIdPrefix(
                        kafka.transactionalIdPrefix() + REFUSALS_SUFFIX))))
        .name("Index")
        .uid(INDEX_UID);
    DataStream<OutputRecord> orphans =
        documents
            .getSideOutput(JoinFunction.REFUSALS)
            .map(new RefusalLetters(kafka, settings.registry(), settings.formats()))
            .returns(TypeInformation.of(OutputRecord.class))
            .name("Orphans")
            .uid(ORPHANS_UID);
    findings
        .getSideOutput(FindingFunction.DEAD_LETTERS)
        .union(orphans)
        .sinkTo(OutputSinks.deadLetters(kafka))
        .name("Dead letters")
        .uid(DEAD_LETTERS_UID);
    return environment;
  }

  private static DataStream<EventRecord> records(
      StreamExecutionEnvironment environment,
      KafkaSettings kafka,
      String topic,
      String name,
      String uid) {
    return environment
        .fromSource(EventSources.replayed(kafka, topic), WatermarkStrategy.noWatermarks(), name)
        .uid(uid);
  }
}
