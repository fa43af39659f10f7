package io.groundstream.console.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.operators.metrics.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
  private static final Path PAGE = Path.of("..", "..", "deploy", "metrics.md");

  @Test
  void thePageIsOfThisCode() throws IOException {
    if (Boolean.getBoolean("groundstream.write-pages")) {
      Files.writeString(PAGE, MetricsPage.render());
    }
    assertThat(PAGE)
        .as(
            "deploy/metrics.md does not match the code. Generate it with: mvn -pl jobs/console -am"
                + " test -Dtest=MetricsPageTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dgroundstream.write-pages=true")
        .hasContent(MetricsPage.render());
  }

  @Test
  void noTwoMetricsHaveOneName() {
    assertThat(Arrays.stream(Metric.values()).map(Metric::prometheusName)).doesNotHaveDuplicates();
  }
}
