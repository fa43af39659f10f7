package io.groundstream.console.demo;

import io.groundstream.console.embedded.LocalFlink;
import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.enrich.EnrichmentJob;
import io.groundstream.jobs.enrich.FailureReasons;
import io.groundstream.operators.grounding.ModelOptions;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.kafka.RegistryOptions;
import io.groundstream.operators.settings.InvalidConfigurationException;
import io.groundstream.operators.settings.JobOptions;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.SerializedThrowable;

/** A job, as {@code groundstream enrich} runs it, on the demo's own cluster. */
final class DemoJob {
  private final LocalFlink flink;
  private final JobID id;

  private DemoJob(LocalFlink flink, JobID id) {
    this.flink = flink;
    this.id = id;
  }

  /** Returns the job's configuration, as {@code groundstream enrich} would read it from a file. */
  static EnrichmentSettings settings(
      DemoOptions options, String bootstrapServers, String schemaRegistry) throws DemoException {
    Map<String, String> values = new HashMap<>();
    values.put(KafkaOptions.BOOTSTRAP_SERVERS.key(), bootstrapServers);
    values.put(RegistryOptions.URLS.key(), schemaRegistry);
    values.put(ModelOptions.CHECKPOINT.key(), options.checkpoint().toAbsolutePath().toString());
    values.put(ModelOptions.DEVICE.key(), options.device());
    values.put(ModelOptions.DTYPE.key(), options.dtype());
    values.put(ModelOptions.HEIF_DECODER.key(), options.heif().formats());
    values.put(JobOptions.PARALLELISM.key(), Integer.toString(DemoTopics.PARTITIONS));
    // Results become visible with a checkpoint, and the user is watching.
    values.put(JobOptions.CHECKPOINT_INTERVAL.key(), "1 s");
    // A failure would repeat, and the user is waiting for its reason.
    values.put(JobOptions.FLINK_PREFIX + "restart-strategy.type", "none");
    try {
      return EnrichmentSettings.parse(values);
    } catch (InvalidConfigurationException e) {
      throw new DemoException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Submits the enrichment job to the cluster. */
  static DemoJob start(EnrichmentSettings settings, LocalFlink flink)
      throws DemoException, InterruptedException {
    return start(EnrichmentJob.define(settings), flink);
  }

  /** Submits a job to the cluster. */
  static DemoJob start(StreamExecutionEnvironment job, LocalFlink flink)
      throws DemoException, InterruptedException {
    try {
      return new DemoJob(flink, flink.submit(job));
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new DemoException("The job did not start: " + FailureReasons.of(e), e);
    }
  }

  /** Returns whether it takes events, now that the model is loaded. */
  boolean isRunning() throws DemoException, InterruptedException {
    try {
      return flink.isRunning(id);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw new DemoException("The job is gone: " + FailureReasons.of(e), e);
    }
  }

  /** Throws if the job has ended, with the reason that it ended for. */
  void check() throws DemoException, InterruptedException {
    try {
      if (flink.status(id).isGloballyTerminalState()) {
        JobResult result = flink.result(id);
        Throwable failure =
            result
                .getSerializedThrowable()
                .map(error -> SerializedThrowable.get(error, Demo.class.getClassLoader()))
                .orElse(null);
        throw new DemoException(
            "The job has ended" + (failure == null ? "" : ": " + FailureReasons.of(failure)),
            failure);
      }
    } catch (InterruptedException | DemoException e) {
      throw e;
    } catch (Exception e) {
      throw new DemoException("The job is gone: " + FailureReasons.of(e), e);
    }
  }
}
