package io.groundstream.jobs.enrich;

import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.pipeline.GroundingPipeline;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.event.EventSources;
import io.groundstream.operators.grounding.GroundingModelProvider;
import io.groundstream.operators.grounding.SharedKosmos2Provider;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Builds the enrichment job: the source of events from Kafka, the asynchronous grounding operator,
 * and one sink for all results, chained in one task.
 *
 * <pre>{@code
 * StreamExecutionEnvironment environment =
 *     EnrichmentJob.define(EnrichmentSettings.parse(values));
 * environment.execute();
 * }</pre>
 *
 * <p>The operators' identifiers never change, so that a savepoint of any released version restores
 * in every later one.
 */
public final class EnrichmentJob {
  private static final String SOURCE_UID = "image-events";

  private EnrichmentJob() {}

  /**
   * Returns an environment with the job: that of the cluster that runs this program, or else a
   * local one.
   */
  public static StreamExecutionEnvironment define(EnrichmentSettings settings) {
    return define(settings, new SharedKosmos2Provider(settings.model()));
  }

  /** Like {@link #define(EnrichmentSettings)}, with another model. */
  public static StreamExecutionEnvironment define(
      EnrichmentSettings settings, GroundingModelProvider models) {
    StreamExecutionEnvironment environment = GroundingPipeline.environment(settings.job());
    DataStream<EventRecord> events =
        environment
            .fromSource(
                EventSources.kafka(settings.kafka()),
                WatermarkStrategy.noWatermarks(),
                "Image events")
            .uid(SOURCE_UID);
    GroundingPipeline.write(
        GroundingPipeline.ground(
            events,
            settings.events(),
            settings.output(),
            settings.model(),
            settings.grounding(),
            settings.traces(),
            models),
        settings.output());
    return environment;
  }
}
