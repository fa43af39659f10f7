package io.groundstream.jobs.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.operators.config.EnrichmentSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sample in deploy/ is a configuration that a job accepts. */
class SampleConfigurationTest {
  private static final Path SAMPLE = Path.of("..", "deploy", "enrich.yaml");

  // The sample has neither nesting nor quotes.
  private static final Pattern ENTRY = Pattern.compile("(# )?([a-z-]+(?:\\.[a-z-]+)+): (.+)");

  @ParameterizedTest(name = "with what is commented out: {0}")
  @ValueSource(booleans = {false, true})
  void isAccepted(boolean withCommentedOut) throws Exception {
    Map<String, String> values = new TreeMap<>();
    for (String line : Files.readAllLines(SAMPLE)) {
      Matcher entry = ENTRY.matcher(line);
      if (entry.matches() && (withCommentedOut || entry.group(1) == null)) {
        values.put(entry.group(2), entry.group(3));
      }
    }

    assertThat(values).hasSizeGreaterThanOrEqualTo(withCommentedOut ? 20 : 3);
    assertThat(EnrichmentSettings.parse(values).kafka().bootstrapServers())
        .isEqualTo("localhost:9092");
  }
}
