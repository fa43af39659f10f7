package io.groundstream.console.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.operators.search.ImageSearch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SearchPageTest {
  private static final Path PAGE = Path.of("..", "..", "deploy", "search.md");

  private static final Pattern EXAMPLE =
      Pattern.compile("\n### `(.+)`\n\n.+\n\n```json\n((?s:.+?))\n```\n");

  @Test
  void thePageIsOfThisCode() throws IOException {
    if (Boolean.getBoolean("groundstream.write-pages")) {
      Files.writeString(PAGE, SearchPage.render());
    }
    assertThat(PAGE)
        .as(
            "deploy/search.md does not match the code. Generate it with: mvn -pl jobs/console -am"
                + " test -Dtest=SearchPageTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dgroundstream.write-pages=true")
        .hasContent(SearchPage.render());
  }

  /** Reads the examples from the page: each query must become the request that the page shows. */
  @Test
  void everyExampleBecomesTheQueryThatIsShown() throws Exception {
    Matcher example = EXAMPLE.matcher(Files.readString(PAGE));
    int count = 0;
    while (example.find()) {
      String translated = ImageSearch.translate(example.group(1));
      if (count++ == 0) {
        assertThat(example.group(2))
            .startsWith("GET groundstream-images/_search\n")
            .contains("\"query\": " + translated.replace("\n", "\n  "));
      } else {
        assertThat(example.group(2)).as(example.group(1)).isEqualTo(translated);
      }
    }
    assertThat(count).isGreaterThan(10);
  }
}
