package io.groundstream.jobs.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

class IndexJobTest {
  @Test
  void everyOperatorHasAnIdentifierAndEveryTypeIsDeclared() throws Exception {
    StreamExecutionEnvironment environment =
        IndexJob.define(
            IndexJob.settings(
                Map.of(
                    "kafka.bootstrap-servers", "localhost:1",
                    "schema-registry.url", "http://localhost:1",
                    "index.url", "http://localhost:1")));
    assertThat(environment.getConfiguration().get(PipelineOptions.GENERIC_TYPES)).isFalse();

    StreamGraph graph = environment.getStreamGraph();

    assertThat(graph.getStreamNodes())
        .extracting(StreamNode::getTransformationUID)
        .contains(
            "grounded-images", "grounded-phrases", "findings", "join", "orphans", "dead-letters")
        .doesNotContainNull()
        .doesNotHaveDuplicates();
  }
}
