package io.groundstream.jobs.backfill;

import io.groundstream.jobs.configuration.BackfillSettings;
import io.groundstream.jobs.pipeline.GroundingPipeline;
import io.groundstream.operators.archive.ArchiveSource;
import io.groundstream.operators.archive.plan.FinishedUnits;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.grounding.GroundingModelProvider;
import io.groundstream.operators.output.OutputRecord;
import io.groundstream.operators.tally.ResultTally;
import java.time.Duration;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * Builds the backfill: an archive's pictures, the grounding operator of the enrichment job, a
 * tally, and one sink for all that comes of them, chained in one task.
 *
 * <p>It is bounded, but runs as a stream does: Flink's batch mode takes no checkpoints, so nothing
 * could be resumed, and a transaction of Kafka's would last as long as the archive. The checkpoints
 * stay when the job is cut off; they hold every reader's place and the pictures in flight.
 */
public final class BackfillJob {
  private static final String SOURCE_UID = "archive";
  private static final String TALLY_UID = "tally";

  /** Where local jobs tell their counts: more often than across a network. */
  private static final Duration LOCAL_HEARTBEAT = Duration.ofMillis(500);

  private BackfillJob() {}

  /**
   * Returns an environment that holds the job: of the cluster that this runs for, else a local one.
   *
   * @param checkpoints the folder for checkpoints
   * @param restore the checkpoint or savepoint to go on from; null to begin
   * @param finished what is not to be read again
   */
  public static StreamExecutionEnvironment define(
      BackfillSettings settings,
      GroundingModelProvider models,
      String checkpoints,
      @Nullable String restore,
      FinishedUnits finished) {
    Configuration own = new Configuration();
    own.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
    // Nobody changes a record after it was made, and pictures are large.
    own.set(PipelineOptions.OBJECT_REUSE, true);
    own.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
    own.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints);
    own.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    own.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, LOCAL_HEARTBEAT);
    if (restore != null) {
      own.set(StateRecoveryOptions.SAVEPOINT_PATH, restore);
    }
    StreamExecutionEnvironment environment = GroundingPipeline.environment(settings.job(), own);
    DataStream<EventRecord> events =
        environment
            .fromSource(
                new ArchiveSource(
                    settings.archive(), (int) settings.model().maxImageBytes(), finished),
                WatermarkStrategy.noWatermarks(),
                "Archive")
            .uid(SOURCE_UID);
    DataStream<OutputRecord> results =
        GroundingPipeline.ground(
                events,
                settings.output(),
                settings.model(),
                settings.grounding(),
                settings.traces(),
                models)
            .map(new ResultTally())
            .name("Tally")
            .uid(TALLY_UID);
    GroundingPipeline.write(results, settings.output());
    return environment;
  }
}
