package io.groundstream.console.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.groundstream.jobs.cli.ExitCodes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchCommandITCase {
  private static final Path TINY =
      Path.of("../../model-serving/kosmos2/src/test/resources/checkpoints/random-tiny");

  @TempDir private Path folder;

  private static JsonNode bench(Path checkpoint, String... options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("bench"));
    arguments.addAll(List.of("--checkpoint", checkpoint.toString(), "--threads", "1"));
    arguments.addAll(List.of(options));
    CommandRun run = CommandRun.groundstream(arguments.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().lines()).hasSize(1);
    return new JsonMapper().readTree(run.out());
  }

  @Test
  void answersHaveTheLengthsThatWereAskedForWithoutAnyTokenizer() throws Exception {
    for (String file : List.of("config.json", "preprocessor_config.json", "model.safetensors")) {
      Files.copy(TINY.resolve(file), folder.resolve(file));
    }
    JsonNode json = bench(folder, "--count", "12", "--new-tokens", "8..96", "--batch-size", "4");
    double seconds = json.get("seconds").asDouble();
    assertThat(json.get("images").asInt()).isEqualTo(12);
    assertThat(json.get("failed").asInt()).isZero();
    assertThat(json.get("new_tokens_mean").asDouble()).isEqualTo(52);
    assertThat(json.get("prompt_tokens_mean").asDouble()).isEqualTo(72);
    assertThat(json.get("images_per_second").asDouble() * seconds).isCloseTo(12, within(0.1));
    assertThat(json.get("tokens_per_second").asDouble() * seconds).isCloseTo(12 * 52, within(1.0));
    assertThat(json.get("encoded").asInt()).isEqualTo(12);
    assertThat(json.get("occupancy").asDouble()).isBetween(0.5, 1.0);
    JsonNode split = json.get("time_split_seconds");
    double total = 0;
    for (String part : List.of("encode", "prefill", "decode", "cache", "scheduling", "idle")) {
      total += split.get(part).asDouble();
    }
    assertThat(total).isCloseTo(seconds, within(0.2 * seconds));
    assertThat(json.get("floor").get("source").asText()).isEqualTo("measured");
    assertThat(json.get("share_of_floor").asDouble()).isBetween(1e-3, 1.0);
  }

  @Test
  void captionsOfRealImagesArriveAtAGivenRate() throws Exception {
    JsonNode json =
        bench(
            TINY,
            "--new-tokens",
            "model",
            "--images",
            "../demo-scenes",
            "--count",
            "10",
            "--arrivals",
            "20",
            "--memory-log",
            folder.resolve("memory.csv").toString(),
            "--peak-gflops",
            "100",
            "--memory-bandwidth",
            "10");
    assertThat(json.get("images").asInt()).isEqualTo(10);
    assertThat(json.get("arrivals").asDouble()).isEqualTo(20);
    assertThat(json.get("latency_ms").get("p50").asDouble())
        .isBetween(1.0, json.get("latency_ms").get("p99").asDouble());
    assertThat(json.get("time_split_seconds").get("preparing_pictures_beside").asDouble())
        .isPositive();
    assertThat(json.get("floor").get("gflops_per_second").asDouble()).isEqualTo(100);
    List<String> memory = Files.readAllLines(folder.resolve("memory.csv"));
    assertThat(memory).hasSizeGreaterThanOrEqualTo(3);
    assertThat(memory.get(0)).isEqualTo("seconds,answered,resident_bytes,heap_bytes");
    // Includes the warm-up, which repeats the same number of images for some seconds.
    assertThat(Integer.parseInt(memory.get(memory.size() - 1).split(",", -1)[1]))
        .isGreaterThanOrEqualTo(20)
        .isEven();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--new-tokens 9..8",
        "--arrivals often",
        "--count 0",
        "--concurrency 0",
        "--peak-gflops 100",
        "--prompt-tokens 20"
      })
  void wrongUsageIsTwo(String line) {
    List<String> arguments = new ArrayList<>(List.of("bench", "--checkpoint", TINY.toString()));
    arguments.addAll(List.of(line.split(" ", -1)));
    CommandRun run = CommandRun.groundstream(arguments.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.out()).isEmpty();
  }
}
