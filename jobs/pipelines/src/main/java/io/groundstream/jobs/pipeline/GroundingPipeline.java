package io.groundstream.jobs.pipeline;

import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.format.EventFormat;
import io.groundstream.operators.grounding.GroundingFunction;
import io.groundstream.operators.grounding.GroundingModelProvider;
import io.groundstream.operators.grounding.GroundingSettings;
import io.groundstream.operators.grounding.ModelSettings;
import io.groundstream.operators.output.OutputRecord;
import io.groundstream.operators.output.OutputSettings;
import io.groundstream.operators.output.OutputSinks;
import io.groundstream.operators.settings.JobSettings;
import io.groundstream.operators.tracing.TraceSettings;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The common parts of the jobs that ground images: an environment whose savepoints every later
 * version can restore, the asynchronous grounding operator, and one sink for all results. The
 * operators' identifiers never change.
 */
public final class GroundingPipeline {
  private static final String GROUNDING_UID = "grounding";
  private static final String SINK_UID = "results";

  /** No timeout: Flink's timeout may lose events, and the function itself bounds its waiting. */
  private static final long NO_TIMEOUT = 0;

  private static final String EXPONENTIAL_DELAY = "exponential-delay";
  private static final int RESTARTS = 10;
  private static final double BACKOFF_MULTIPLIER = 2.0;
  private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
  private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(1);

  private GroundingPipeline() {}

  /** Returns an environment: that of the cluster that runs this program, or else a local one. */
  public static StreamExecutionEnvironment environment(JobSettings job) {
    return environment(job, new Configuration());
  }

  /**
   * Like {@link #environment(JobSettings)}, with options for the kind of job.
   *
   * @param own Flink's options that this kind of job sets itself
   */
  public static StreamExecutionEnvironment environment(JobSettings job, Configuration own) {
    Configuration configuration = configuration(job);
    configuration.addAll(own);
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    restartAFewTimes(environment);
    return environment;
  }

  /**
   * Adds the grounding operator to a stream of events.
   *
   * @param format opens decoders of the records of topics
   */
  public static SingleOutputStreamOperator<OutputRecord> ground(
      DataStream<EventRecord> events,
      EventFormat.Opener format,
      OutputSettings output,
      ModelSettings model,
      GroundingSettings grounding,
      TraceSettings traces,
      GroundingModelProvider models) {
    GroundingFunction function =
        new GroundingFunction(format, output, model, grounding, traces, models);
    int capacity = grounding.capacity();
    SingleOutputStreamOperator<OutputRecord> results =
        grounding.ordered()
            ? AsyncDataStream.orderedWait(
                events, function, NO_TIMEOUT, TimeUnit.MILLISECONDS, capacity)
            : AsyncDataStream.unorderedWait(
                events, function, NO_TIMEOUT, TimeUnit.MILLISECONDS, capacity);
    return results.name("Grounding").uid(GROUNDING_UID);
  }

  /** Adds the sink for all results. */
  public static void write(DataStream<OutputRecord> results, OutputSettings output) {
    results.sinkTo(OutputSinks.of(output)).name("Results").uid(SINK_UID);
  }

  private static Configuration configuration(JobSettings job) {
    Configuration configuration = Configuration.fromMap(job.flink());
    configuration.set(PipelineOptions.NAME, job.name());
    // All records in flight and in state have declared types; any other type is a mistake.
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(PipelineOptions.MAX_PARALLELISM, job.maxParallelism());
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, job.checkpointInterval());
    configuration.set(
        CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
    if (job.parallelism() != null) {
      configuration.set(CoreOptions.DEFAULT_PARALLELISM, job.parallelism());
    }
    return configuration;
  }

  /**
   * Restarts for some minutes and then fails, unless configured otherwise: Flink would restart for
   * ever, so that the loss of a broker or registry could go unnoticed.
   */
  private static void restartAFewTimes(StreamExecutionEnvironment environment) {
    ReadableConfig configured = environment.getConfiguration();
    if (configured.getOptional(RestartStrategyOptions.RESTART_STRATEGY).isPresent()) {
      return;
    }
    Configuration restart = new Configuration();
    restart.set(RestartStrategyOptions.RESTART_STRATEGY, EXPONENTIAL_DELAY);
    restart.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS, RESTARTS);
    restart.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_BACKOFF_MULTIPLIER,
        BACKOFF_MULTIPLIER);
    restart.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF, FIRST_BACKOFF);
    restart.set(
        RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, LONGEST_BACKOFF);
    environment.configure(restart);
  }
}
