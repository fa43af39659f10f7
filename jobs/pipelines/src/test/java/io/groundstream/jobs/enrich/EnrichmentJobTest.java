package io.groundstream.jobs.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.jobs.configuration.EnrichmentSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnrichmentJobTest {
  private static StreamExecutionEnvironment define(Map<String, String> more) throws Exception {
    Map<String, String> values = new HashMap<>(more);
    values.put("kafka.bootstrap-servers", "localhost:1");
    values.put("schema-registry.url", "http://localhost:1");
    values.put("model.checkpoint", "/nowhere");
    values.put("job.parallelism", "3");
    return EnrichmentJob.define(EnrichmentSettings.parse(values));
  }

  @ParameterizedTest
  @ValueSource(strings = {"exactly-once", "at-least-once"})
  void isOneChainedTask(String guarantee) throws Exception {
    StreamGraph graph = define(Map.of("kafka.delivery-guarantee", guarantee)).getStreamGraph();

    List<JobVertex> vertices = List.of();
    for (JobVertex vertex : graph.getJobGraph().getVertices()) {
      vertices = List.of(vertex);
      assertThat(vertex.getMaxParallelism()).isEqualTo(128);
      assertThat(vertex.getParallelism()).isEqualTo(3);
    }
    assertThat(graph.getJobGraph().getNumberOfVertices()).as(vertices.toString()).isEqualTo(1);
  }

  @Test
  void everyOperatorHasAnIdentifier() throws Exception {
    StreamGraph graph = define(Map.of()).getStreamGraph();

    assertThat(graph.getStreamNodes())
        .extracting(StreamNode::getTransformationUID)
        .contains("image-events", "grounding")
        .doesNotContainNull();
  }

  @Test
  void configuresFlink() throws Exception {
    StreamExecutionEnvironment environment =
        define(Map.of("job.checkpoint-interval", "3 s", "job.max-parallelism", "64"));

    assertThat(environment.getConfiguration().get(PipelineOptions.GENERIC_TYPES)).isFalse();
    assertThat(environment.getMaxParallelism()).isEqualTo(64);
    assertThat(environment.getCheckpointInterval()).isEqualTo(3000);
    assertThat(environment.getConfiguration().get(RestartStrategyOptions.RESTART_STRATEGY))
        .isEqualTo("exponential-delay");
    assertThat(
            environment
                .getConfiguration()
                .get(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF))
        .isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void leavesARestartStrategyAlone() throws Exception {
    StreamExecutionEnvironment environment = define(Map.of("flink.restart-strategy.type", "none"));

    assertThat(environment.getConfiguration().get(RestartStrategyOptions.RESTART_STRATEGY))
        .isEqualTo("none");
  }
}
