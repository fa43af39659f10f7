package io.groundstream.jobs.backfill;

import io.groundstream.jobs.configuration.BackfillSettings;
import io.groundstream.jobs.pipeline.GroundingPipeline;
import io.groundstream.operators.archive.ArchiveSource;
import io.groundstream.operators.archive.plan.FinishedUnits;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.format.EventFormats;
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
 * Builds the backfill job: the source of an archive's images, the grounding operator of the
 * enrichment job, a tally, and one sink for all results, chained in one task.
 *
 * <p>The job is bounded but runs in streaming mode: Flink's batch mode takes no checkpoints, so a
 * run could not be resumed, and a Kafka transaction would last as long as the archive. Checkpoints
 * are retained when the job is interrupted; they hold every reader's position and the images in
 * flight.
 */
public final class BackfillJob {
  private static final String SOURCE_UID = "archive";
  private static final String TALLY_UID = "tally";

  /** The interval at which local jobs report their counts, shorter than across a network. */
  private static final Duration LOCAL_HEARTBEAT = Duration.ofMillis(500);

  private BackfillJob() {}

  /**
   * Returns an environment with the job: that of the cluster that runs this program, or else a
   * local one.
   *
   * @param checkpoints the folder for checkpoints
   * @param restore the checkpoint or savepoint to continue from; null for a new run
   * @param finished the files that are not read again
   */
  public static StreamExecutionEnvironment define(
      BackfillSettings settings,
      GroundingModelProvider models,
      String checkpoints,
      @Nullable String restore,
      FinishedUnits finished) {
    Configuration own = new Configuration();
    own.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.STREAMING);
    // Records are never modified after their creation, and copying images is expensive.
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
                EventFormats.avro(),
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
