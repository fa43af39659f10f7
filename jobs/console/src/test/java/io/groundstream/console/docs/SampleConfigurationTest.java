package io.groundstream.console.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.jobs.configuration.BackfillSettings;
import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.index.IndexJob;
import io.groundstream.operators.output.FileOutput;
import io.groundstream.operators.output.KafkaOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that jobs accept the sample configurations in deploy/. */
class SampleConfigurationTest {
  private static final Path DEPLOY = Path.of("..", "..", "deploy");

  // The samples contain neither nesting nor quotes.
  private static final Pattern ENTRY = Pattern.compile("(# )?([a-z-]+(?:\\.[a-z-]+)+): (.+)");

  @ParameterizedTest(name = "with commented-out entries: {0}")
  @ValueSource(booleans = {false, true})
  void enrichIsAccepted(boolean withCommentedOut) throws Exception {
    Map<String, String> values = read("enrich.yaml", withCommentedOut);

    assertThat(values).hasSizeGreaterThanOrEqualTo(withCommentedOut ? 20 : 3);
    assertThat(EnrichmentSettings.parse(values).kafka().bootstrapServers())
        .isEqualTo("localhost:9092");
  }

  @ParameterizedTest(name = "with commented-out entries: {0}")
  @ValueSource(booleans = {false, true})
  void indexIsAccepted(boolean withCommentedOut) throws Exception {
    Map<String, String> values = read("index.yaml", withCommentedOut);

    assertThat(values).hasSizeGreaterThanOrEqualTo(withCommentedOut ? 20 : 3);
    assertThat(IndexJob.settings(values).connection().urls())
        .containsExactly("http://localhost:9200");
    if (withCommentedOut) {
      // The values that the sample calls defaults are the defaults.
      Map<String, String> few = read("index.yaml", false);
      assertThat(IndexJob.settings(values).bulk()).isEqualTo(IndexJob.settings(few).bulk());
    }
  }

  @ParameterizedTest(name = "with commented-out entries: {0}")
  @ValueSource(booleans = {false, true})
  void backfillIsAccepted(boolean withCommentedOut) throws Exception {
    Map<String, String> values = read("backfill.yaml", withCommentedOut);

    assertThat(values).hasSizeGreaterThanOrEqualTo(withCommentedOut ? 20 : 3);
    if (withCommentedOut) {
      // The sample says that only one of the two may be set.
      values.remove("output.directory");
    }
    assertThat(BackfillSettings.parse(values).output())
        .isInstanceOf(withCommentedOut ? KafkaOutput.class : FileOutput.class);
  }

  private static Map<String, String> read(String name, boolean withCommentedOut)
      throws IOException {
    Map<String, String> values = new TreeMap<>();
    for (String line : Files.readAllLines(DEPLOY.resolve(name))) {
      Matcher entry = ENTRY.matcher(line);
      if (entry.matches() && (withCommentedOut || entry.group(1) == null)) {
        values.put(entry.group(2), entry.group(3));
      }
    }
    return values;
  }
}
