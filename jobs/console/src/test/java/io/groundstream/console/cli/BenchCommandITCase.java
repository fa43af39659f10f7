package io.groundstream.console.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.kosmos2.checkpoint.Checkpoint;
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
    assertThat(json.get("floor").get("dtype")).isEqualTo(json.get("dtype"));
    assertThat(json.get("share_of_floor").asDouble()).isBetween(1e-3, 1.0);
    assertThat(json.at("/cpu/processors").asInt())
        .isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(json.at("/cpu/model").asText()).isNotEmpty();
    assertThat(json.at("/cpu/instruction_sets")).isNotEmpty();
    assertThat(json.get("jdk").asText()).contains(Runtime.version().toString());
  }

  @Test
  void thePartsOfTheMemoryAddUp() throws Exception {
    JsonNode json =
        bench(TINY, "--count", "8", "--batch-size", "4", "--new-tokens", "4", "--dtype", "float32");
    JsonNode memory = json.get("memory");
    JsonNode parts = memory.get("parts_bytes");
    // 4 slots, each occupied up to 128 tokens: keys and values of 3 layers, 64 wide.
    assertThat(parts.get("key_value_cache").asLong()).isEqualTo(4L * 128 * 2 * 3 * 64 * 4);
    // 1,201 embeddings of width 64, repacked for the head.
    assertThat(parts.get("head_copy").asLong()).isEqualTo(1201L * 64 * 4);
    assertThat(parts.get("weights").asLong()).isEqualTo(Checkpoint.openNetwork(TINY).weightBytes());
    long resident = memory.get("resident_bytes").asLong();
    long sum = 0;
    for (JsonNode part : parts) {
      sum += part.asLong();
    }
    // The heap's used part is in the heap. The parts are those of the largest sample, and the peak
    // may lie between samples.
    sum -= parts.get("java_heap_used").asLong();
    assertThat(sum).isBetween(resident / 10 * 9, resident);
    assertThat(parts.get("mapped_files").asLong()).isPositive();
    assertThat(parts.get("java_heap_used").asLong()).isBetween(1L, parts.get("java_heap").asLong());
    assertThat(memory.get("loading_peak_bytes").asLong()).isPositive();
  }

  @Test
  void anotherBuildRunsInTurnsWithThisOne() throws Exception {
    CommandRun run =
        CommandRun.groundstream(
            "bench",
            "--checkpoint",
            TINY.toString(),
            "--threads=1",
            "--count=4",
            "--new-tokens=2..4",
            "--batch=4",
            "--turns=2",
            "--against",
            System.getProperty("java.class.path"));
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().lines()).hasSize(1);
    assertThat(run.err().lines().filter(line -> line.startsWith("Turn ")))
        .map(line -> line.substring(0, line.indexOf(':')))
        .containsExactly(
            "Turn 1 of 2, this build",
            "Turn 1 of 2, the other build",
            "Turn 2 of 2, the other build",
            "Turn 2 of 2, this build");
    assertThat(run.err()).contains("images_per_second ").contains("time_split_seconds.decode ");
    JsonNode json = new JsonMapper().readTree(run.out());
    assertThat(json.get("turns").asInt()).isEqualTo(2);
    double[] ratios = new double[2];
    for (int turn = 0; turn < 2; turn++) {
      JsonNode mine = json.at("/this/runs/" + turn);
      JsonNode other = json.at("/other/runs/" + turn);
      assertThat(other.get("images").asInt()).isEqualTo(4);
      assertThat(other.get("new_tokens").asText()).isEqualTo("2..4");
      assertThat(other.get("batch_size").asInt()).isEqualTo(4);
      assertThat(other.at("/floor/source").asText()).isEqualTo("given");
      assertThat(mine.at("/floor/source").asText()).isEqualTo(turn == 0 ? "measured" : "given");
      ratios[turn] =
          mine.get("images_per_second").asDouble() / other.get("images_per_second").asDouble();
    }
    JsonNode ratio = json.at("/ratio/images_per_second");
    assertThat(ratio.get("median").asDouble())
        .isCloseTo((ratios[0] + ratios[1]) / 2, withinPercentage(1));
    assertThat(ratio.get("min").asDouble())
        .isCloseTo(Math.min(ratios[0], ratios[1]), withinPercentage(1));
    assertThat(json.at("/this/memory.resident_bytes/max").asDouble()).isPositive();
  }

  @Test
  void aRunThatFailsEndsTheComparison() {
    CommandRun run =
        CommandRun.groundstream(
            "bench",
            "--checkpoint=" + TINY,
            "--prompt-tokens=20",
            "--against",
            System.getProperty("java.class.path"));
    assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(run.err())
        .contains("Turn 1 of 6, this build ended with status 2; the end of its output:")
        .contains("prompt-tokens: 20 (expected: >= ")
        .contains("Both builds must know all options: [");
    assertThat(run.out()).isEmpty();
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
        "--prompt-tokens 20",
        "--against nowhere",
        "--against ../../docs",
        "--against target --turns 0",
        "--against target/classes --memory-log log.csv"
      })
  void wrongUsageIsTwo(String line) {
    List<String> arguments = new ArrayList<>(List.of("bench", "--checkpoint", TINY.toString()));
    arguments.addAll(List.of(line.split(" ", -1)));
    CommandRun run = CommandRun.groundstream(arguments.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.out()).isEmpty();
  }
}
