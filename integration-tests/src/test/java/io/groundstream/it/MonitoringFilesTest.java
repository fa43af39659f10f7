package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.groundstream.operators.metrics.Metric;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that the metrics in the dashboard and the alert rules exist. {@link EnrichmentITCase},
 * {@link BackfillITCase} and {@link IndexITCase} test that running jobs have them, and those of
 * Flink.
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
        // A label that an aggregation drops would be empty; without an aggregation, all labels
        // exist.
        if (expression.contains("by (")) {
          assertThat(MonitoringFiles.labels(expression)).as(name).contains(label.group(1));
        }
      }
    }
  }

  /** Skipped if Prometheus' tool is not installed. */
  @Test
  void prometheusTakesEveryExpressionAndFiresEveryAlert(@TempDir Path folder) throws Exception {
    List<Map<String, String>> rules = new ArrayList<>();
    MonitoringFiles.expressions()
        .forEach(
            (place, expression) ->
                rules.add(
                    Map.of(
                        "record",
                        "expression_" + rules.size(),
                        "expr",
                        expression.replace("$__rate_interval", "1m"))));
    // Every JSON text is valid YAML.
    Path all = folder.resolve("all.yaml");
    new ObjectMapper()
        .writeValue(
            all.toFile(),
            Map.of("groups", List.of(Map.of("name", "every-expression", "rules", rules))));
    assertThat(promtool("check", "rules", all.toString()))
        .contains(rules.size() + " rules found")
        .contains("SUCCESS");
    assertThat(promtool("check", "rules", MonitoringFiles.RULES.toString())).contains("SUCCESS");
    assertThat(promtool("test", "rules", MonitoringFiles.RULES_TEST.toString()))
        .contains("SUCCESS");
    String tests = Files.readString(MonitoringFiles.RULES_TEST);
    for (JsonNode rule : MonitoringFiles.rules()) {
      assertThat(tests).contains("alertname: " + rule.path("alert").asText() + "\n");
    }
  }

  private static String promtool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(arguments));
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return abort("promtool, of the package prometheus, is not installed: " + e.getMessage());
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  @Test
  void brokenExpressionsAreFound() {
    assertThatThrownBy(() -> MonitoringFiles.metrics("sum(rate(flink_a[5m])"))
        .hasMessageContaining("not closed");
    assertThatThrownBy(() -> MonitoringFiles.metrics("avg_of(flink_a)"))
        .hasMessageContaining("avg_of is neither a metric nor a function");
    assertThatThrownBy(() -> MonitoringFiles.metrics("flink_a{b=\"c\" > 1"))
        .hasMessageContaining("unbalanced");
    assertThatThrownBy(() -> MonitoringFiles.labels("flink_a{b}"))
        .hasMessageContaining("b is not a selector");
  }
}
