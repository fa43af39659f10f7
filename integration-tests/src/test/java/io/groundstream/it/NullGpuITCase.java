package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.groundstream.it.NullGpuDevice.Event;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The engine on a GPU whose kernels do nothing. This shows that the natives load, that every
 * operation has a kernel and its tensors are on one device, how memory is planned, given back and
 * missed, and how many launches, copies and waits a call costs. It shows no number and no time.
 *
 * <p>Runs with {@code -Pnull-gpu}, since the natives are 640 MB to fetch.
 */
@Timeout(1800)
class NullGpuITCase {
  /** By call: the most that each event may occur; what is not named must not occur at all. */
  private static final Map<String, Map<Event, Long>> BUDGETS = new LinkedHashMap<>();

  /** What PyTorch gives cuBLAS of a Hopper once, and keeps until the process ends. */
  private static final long CUBLAS_WORKSPACE_BYTES = 32L << 20;

  private static final Set<Event> SHOWN =
      EnumSet.complementOf(EnumSet.of(Event.RELEASE, Event.UNKNOWN));

  /** By call: launches and products in float32, where no number changes its format. */
  private static final Map<String, Map<Event, Long>> FLOAT32 =
      Map.of(
          "encode-4", Map.of(Event.LAUNCH, 44L),
          "prefill-4", Map.of(Event.LAUNCH, 65L, Event.PRODUCT, 17L),
          "decode-4", Map.of(Event.LAUNCH, 52L, Event.PRODUCT, 17L),
          "decode-4-odd-span", Map.of(Event.LAUNCH, 52L, Event.PRODUCT, 17L),
          "decode-4-bans", Map.of(Event.LAUNCH, 54L, Event.PRODUCT, 17L),
          "decode-4-four-steps", Map.of(Event.LAUNCH, 242L, Event.PRODUCT, 68L));

  static {
    // Measured, with four rows and four layers; to be lowered whenever a call gets cheaper.
    budget("encode-4", 55, 22, 22, 0, 1, 0, 0);
    budget("prefill-4", 79, 18, 17, 1, 1, 1, 0);
    budget("decode-4", 66, 18, 17, 1, 1, 1, 0);
    budget("decode-4-odd-span", 66, 18, 17, 1, 1, 1, 0);
    budget("decode-4-bans", 71, 18, 17, 1, 2, 1, 1);
    budget("decode-4-four-steps", 298, 72, 68, 4, 1, 4, 0);
    budget("move", 1, 0, 0, 0, 0, 0, 0);
  }

  /** Without PyTorch's cache, so that every tensor is an allocation. */
  private static final Map<String, String> UNCACHED = Map.of("PYTORCH_NO_CUDA_MEMORY_CACHING", "1");

  private static NullGpu gpu;

  private static void budget(
      String call,
      long launches,
      long products,
      long searches,
      long syncs,
      long uploads,
      long downloads,
      long copies) {
    BUDGETS.put(
        call,
        Map.of(
            Event.LAUNCH, launches,
            Event.PRODUCT, products,
            Event.SEARCH, searches,
            Event.SYNC, syncs,
            Event.UPLOAD, uploads,
            Event.DOWNLOAD, downloads,
            Event.DEVICE_COPY, copies));
  }

  @BeforeAll
  static void make() throws Exception {
    assumeTrue(Boolean.getBoolean("groundstream.null-gpu"), "needs -Pnull-gpu (640 MB to fetch)");
    assumeTrue(
        Stream.of(System.getenv("PATH").split(Pattern.quote(File.pathSeparator), -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "gcc"))),
        "gcc is not on PATH");
    gpu = NullGpu.make(Files.createDirectories(Path.of("target", "null-gpu")));
  }

  @ParameterizedTest
  @CsvSource({
    "gpu:0, 1, bfloat16",
    "gpu:0, 1, float16",
    "gpu:0, 1, float32",
    "gpu:1, 2, bfloat16",
    "auto, 1, bfloat16"
  })
  void loadsAnswersAndCloses(String device, String devices, String precision) throws Exception {
    Map<String, String> run =
        gpu.run("answers", device, precision, Map.of("NULL_GPU_DEVICES", devices));
    assertThat(run)
        .containsEntry("device.1", device.equals("auto") ? "gpu:0" : device)
        .containsEntry("answered.1", "8")
        .containsEntry("retries.1", "0")
        .containsEntry("unknown-calls", "0");
    int used = device.equals("gpu:1") ? 1 : 0;
    assertThat(number(run, "peak.1." + used)).as("memory of its device").isPositive();
    assertThat(number(run, "peak.1." + (1 - used))).as("memory of the other").isZero();
  }

  /** Flink numbers the two GPUs of the machine, and CUDA those that it shows the process. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 | 1 | gpu:0 | 1",
        "1,0 | 0 | gpu:1 | 0",
        "1,0 | 1 | gpu:0 | 1",
        "GPU-02 | GPU-02000000-0000-0000-0000-000000000000 | gpu:0 | 1"
      })
  void runsOnTheGpuThatFlinkMeant(String visible, String assigned, String device, int gpuUsed)
      throws Exception {
    Map<String, String> run =
        gpu.run(
            "answers",
            "flink:" + assigned,
            "bfloat16",
            Map.of("NULL_GPU_DEVICES", "2", "CUDA_VISIBLE_DEVICES", visible));
    assertThat(run).containsEntry("device.1", device).containsEntry("answered.1", "8");
    assertThat(number(run, "peak.1." + gpuUsed)).as("memory of the GPU").isPositive();
    assertThat(number(run, "peak.1." + (1 - gpuUsed))).as("memory of the other").isZero();
  }

  @Test
  void loadsTwiceOnACardThatHasRoomForOneAndAHalf() throws Exception {
    Map<String, String> one = gpu.run("answers", "gpu:0", "bfloat16", Map.of());
    long room = number(one, "peak.1.0") * 3 / 2;
    Map<String, String> run =
        gpu.run("twice", "gpu:0", "bfloat16", Map.of("NULL_GPU_BYTES", Long.toString(room)));
    assertThat(run).containsEntry("answered.1", "8").containsEntry("answered.2", "8");
    for (int load = 1; load <= 2; load++) {
      assertThat(number(run, "left." + load + ".0"))
          .as("bytes that stay after close %d", load)
          .isLessThanOrEqualTo(CUBLAS_WORKSPACE_BYTES);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cached", "uncached"})
  void answersOrFailsWithItsCodeWhereverMemoryIsShort(String allocator) throws Exception {
    Map<String, String> settings = allocator.equals("cached") ? Map.of() : UNCACHED;
    Map<String, String> run = gpu.run("shortage", "gpu:0", "bfloat16", settings);
    assertThat(number(run, "allocations")).as("allocations of a round").isPositive();
    assertThat(run.get("other")).as("failures without their code").isEqualTo("0 ");
    assertThat(run.get("stopped")).as("allocations at which the engine died").isEqualTo("[]");
    assertThat(run.get("unwell")).as("after which it did not answer all").isEqualTo("[]");
    assertThat(number(run, "out-of-memory")).isLessThan(number(run, "answered"));
  }

  @Test
  void isAtFullSpeedAgainSomeTimeAfterMemoryWasShort() throws Exception {
    Map<String, String> run = gpu.run("regain", "gpu:0", "bfloat16", UNCACHED);
    assertThat(run.get("regained")).isEqualTo("4 answered, 0 out of memory, []");
  }

  @Test
  void refusesToLoadWhereverMemoryIsShort() throws Exception {
    Map<String, String> run = gpu.run("shortage-loading", "gpu:0", "bfloat16", UNCACHED);
    assertThat(run.get("wrong")).as("without a sentence that says so").isEqualTo("0 ");
    assertThat(run).containsEntry("lost", "[]");
    assertThat(number(run, "refused")).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bfloat16", "float16", "float32"})
  void keepsToTheBudgetOfEachCall(String precision) throws Exception {
    Map<String, String> run = gpu.run("calls", "gpu:0", precision, Map.of());
    System.out.println(table(precision, run));
    assertThat(run).containsEntry("unknown-calls", "0");
    assertThat(calls(run)).containsExactlyElementsOf(BUDGETS.keySet());
    BUDGETS.forEach(
        (call, budget) -> {
          Map<Event, Long> own =
              precision.equals("float32") ? FLOAT32.getOrDefault(call, Map.of()) : Map.of();
          for (Event event : SHOWN) {
            assertThat(number(run, "cost." + call + "." + event))
                .as("%s of %s in %s", event, call, precision)
                .isLessThanOrEqualTo(own.getOrDefault(event, budget.getOrDefault(event, 0L)));
          }
        });
  }

  private static long number(Map<String, String> run, String name) {
    return Long.parseLong(String.valueOf(run.get(name)));
  }

  private static List<String> calls(Map<String, String> run) {
    return run.keySet().stream()
        .filter(name -> name.startsWith("cost."))
        .map(name -> name.split("\\.", -1)[1])
        .distinct()
        .toList();
  }

  private static String table(String precision, Map<String, String> run) {
    StringBuilder table = new StringBuilder(String.format(Locale.ROOT, "%-22s", precision));
    SHOWN.forEach(event -> table.append(String.format(Locale.ROOT, "%12s", event)));
    for (String call : calls(run)) {
      table.append(String.format(Locale.ROOT, "%n%-22s", call));
      SHOWN.forEach(
          event ->
              table.append(
                  String.format(Locale.ROOT, "%12s", run.get("cost." + call + "." + event))));
    }
    return table.toString();
  }
}
