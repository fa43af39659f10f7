package io.groundstream.console.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DeadLettersPageTest {
  @Test
  void tellsOfCodesAndOptionsThatThereAre() throws IOException {
    String page = DeadLettersPage.render();
    assertThat(page)
        .contains("\n| `bad-magic` | no | ")
        .contains("\n| `fetch-timeout` | yes | ")
        .contains("\n| `document-refused` | no | ")
        .contains("\n| `out-of-memory` | yes | ")
        .contains("\n| `internal-error` | no | ");
    String options = ConfigurationPage.render();
    assertThat(
            page.replaceAll("[^a-z0-9.-]+", " ")
                .replaceAll("\\. ", " ")
                .lines()
                .flatMap(line -> Arrays.stream(line.split(" ", -1)))
                .filter(
                    word ->
                        word.matches(
                            "(kafka|model|grounding|fetch|dead-letter|index|archive)\\.[a-z.-]+"))
                .distinct())
        .isNotEmpty()
        .allSatisfy(key -> assertThat(options).contains("`" + key + "`"));
  }

  @Test
  void thePageIsOfThisCode() throws IOException {
    Path page = Path.of("..", "..", "deploy", "dead-letters.md");
    if (Boolean.getBoolean("groundstream.write-pages")) {
      Files.writeString(page, DeadLettersPage.render());
    }
    assertThat(page)
        .as(
            "deploy/dead-letters.md does not match the code. Generate it with: mvn -pl jobs/console"
                + " -am test -Dtest=DeadLettersPageTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dgroundstream.write-pages=true")
        .hasContent(DeadLettersPage.render());
  }
}
