package io.groundstream.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.jobs.cli.ExitCodes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchCommandTest {
  @Test
  void explainsWithoutAnIndex() {
    CommandRun run =
        CommandRun.groundstream(
            "search", "--explain", "--index=mine", "--sort=newest", "--limit=5", "dog near tree");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .startsWith("GET mine/_search\n{\n  \"from\": 0,\n  \"size\": 5,")
        .contains("\"path\": \"pairs\"")
        .doesNotContain("\"_score\"");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void showsThePlaceOfASyntaxError() {
    CommandRun run = CommandRun.groundstream("search", "dog left fire");

    assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines())
        .contains("  dog left fire", "      ^^^^")
        .hasSize(5)
        .first()
        .asString()
        .startsWith("error: query, character 5: left alone is neither a relation nor a place");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "search                           | QUERY: missing (expected: one, in single quotes",
        "search dog near tree             | QUERY: 3 arguments (expected: one, in single quotes",
        "search --limit=-1 dog            | --limit: -1 (expected: >= 0)",
        "search --limit=9999 --offset=2 dog | --offset + limit: 10001 (expected: <= 10000",
        "search --url=localhost dog       | --url: is not the address of an index",
        "search --index=a,b dog           | --index: a,b (expected: one name",
        "search --sort=size dog           | --sort",
        "search --timeout=0 dog           | --timeout: PT0S (expected: > 0)",
      })
  void refusesWrongUsage(String arguments, String expected) {
    CommandRun run = CommandRun.groundstream(arguments.strip().split(" "));

    assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.err()).contains(expected);
  }

  @Test
  void helpTeachesTheLanguage() {
    assertThat(CommandRun.groundstream("search", "--help").out())
        .contains("dog left of fire", "dog area > 20%", "time >= 2026-01-01", "deploy/search.md");
  }
}
