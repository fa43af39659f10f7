package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.operators.metrics.Metric;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The dashboard and the alert rules name metrics that there are. That running jobs have these, and
 * those of Flink, is for {@link EnrichmentITCase}, {@link BackfillITCase} and {@link IndexITCase}.
 */
class MonitoringFilesTest {
  private static final Pattern TEMPLATE_LABEL = Pattern.compile("\\$labels\\.(\\w+)");

  @Test
  void everyMetricOfOursExists() throws Exception {
    Set<String> ours =
        Arrays.stream(Metric.values()).map(Metric::prometheusName).collect(Collectors.toSet());
    assertThat(MonitoringFiles.expressions()).hasSizeGreaterThan(40);
    MonitoringFiles.expressions()
        .forEach(
            (place, expression) -> {
              assertThat(MonitoringFiles.metrics(expression)).as(place).isNotEmpty();
              assertThat(
                      MonitoringFiles.metrics(expression).stream()
                          .filter(name -> name.contains("groundstream")))
                  .as(place)
                  .isSubsetOf(ours);
            });
  }

  @Test
  void everyRuleIsComplete() throws Exception {
    assertThat(MonitoringFiles.rules()).hasSizeGreaterThan(10);
    assertThat(MonitoringFiles.rules().stream().map(rule -> rule.path("alert").asText()))
        .doesNotHaveDuplicates();
    for (JsonNode rule : MonitoringFiles.rules()) {
      String name = rule.path("alert").asText();
      assertThat(name).matches("Groundstream\\w+");
      assertThat(rule.at("/labels/severity").asText()).as(name).isIn("critical", "warning");
      assertThat(rule.path("for").asText("1m")).as(name).matches("\\d+[smhd]");
      assertThat(rule.at("/annotations/description").asText()).as(name).isNotEmpty();
      String expression = rule.path("expr").asText();
      Matcher label = TEMPLATE_LABEL.matcher(rule.path("annotations").toString());
      while (label.find()) {
        // What an aggregation does not keep would be empty; without one all labels are there.
        if (expression.contains("by (")) {
          assertThat(MonitoringFiles.labels(expression)).as(name).contains(label.group(1));
        }
      }
    }
  }

  @Test
  void brokenExpressionsAreFound() {
    assertThatThrownBy(() -> MonitoringFiles.metrics("sum(rate(flink_a[5m])"))
        .hasMessageContaining("not closed");
    assertThatThrownBy(() -> MonitoringFiles.metrics("avg_of(flink_a)"))
        .hasMessageContaining("avg_of is no metric");
    assertThatThrownBy(() -> MonitoringFiles.metrics("flink_a{b=\"c\" > 1"))
        .hasMessageContaining("unbalanced");
    assertThatThrownBy(() -> MonitoringFiles.labels("flink_a{b}"))
        .hasMessageContaining("b is no selector");
  }
}
