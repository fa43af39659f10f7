package io.groundstream.it;

import ai.djl.pytorch.jni.JniUtils;
import io.groundstream.images.PreparedImage;
import io.groundstream.it.NullGpuDevice.Event;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.Kosmos2;
import io.groundstream.kosmos2.Kosmos2Options;
import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import io.groundstream.kosmos2.engine.EngineCounter;
import io.groundstream.kosmos2.engine.EngineLevel;
import io.groundstream.kosmos2.engine.EngineStoppedException;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.program.BannedTokens;
import io.groundstream.kosmos2.program.DeviceException;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.ImageFeatures;
import io.groundstream.kosmos2.program.Kosmos2Program;
import io.groundstream.kosmos2.program.LoadProgress;
import io.groundstream.kosmos2.program.Precision;
import io.groundstream.kosmos2.program.Prompts;
import io.groundstream.kosmos2.program.TorchRuntime;
import io.groundstream.kosmos2.text.Task;
import io.groundstream.operators.device.DeviceChooser;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.TaskInfoImpl;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.api.common.functions.RuntimeContext;

/**
 * A process on the null GPU: does one of the things below and prints what came of it, a line {@code
 * > name value} each.
 *
 * <p>Arguments: what to do, the device or {@code flink:} and the GPU that Flink assigns, the
 * precision, the checkpoint's folder, and the folder of the null GPU's libraries.
 */
final class NullGpuMain {
  private static final String FLINK = "flink:";
  private static final int SLOTS = 8;
  private static final int ROWS = 4;
  private static final int SLOT_LENGTH = 256;
  private static final int NEW_TOKENS = 6;
  private static final long PATIENCE_SECONDS = 120;

  /** Within that an engine that lost a slot has it again; it waits for two minutes. */
  private static final Duration REGAINED = Duration.ofMinutes(4);

  private final NullGpuDevice device;
  private final DeviceSpec spec;
  private final Precision precision;
  private final Path checkpoint;
  private final Kosmos2Config config;

  /** Of the image that is made next; no two are alike, so that each is encoded. */
  private int images;

  private NullGpuMain(NullGpuDevice device, DeviceSpec spec, Precision precision, Path checkpoint)
      throws CheckpointException {
    this.device = device;
    this.spec = spec;
    this.precision = precision;
    this.checkpoint = checkpoint;
    this.config = Checkpoint.openNetwork(checkpoint).config();
  }

  public static void main(String[] arguments) throws Exception {
    NullGpuMain main =
        new NullGpuMain(
            NullGpuDevice.in(Path.of(arguments[4])),
            device(arguments[1]),
            Precision.parse(arguments[2]),
            Path.of(arguments[3]));
    switch (arguments[0]) {
      case "calls" -> main.calls();
      case "answers" -> main.answers(1);
      case "twice" -> main.answers(2);
      case "shortage" -> main.shortage();
      case "regain" -> main.regain();
      case "shortage-loading" -> main.shortageWhileLoading();
      default -> throw new IllegalArgumentException(arguments[0] + " (expected: see the source)");
    }
    print("unknown-calls", main.device.count(Event.UNKNOWN));
    // Natives have threads of their own; and what they do at the end of a process is not tested.
    System.exit(0);
  }

  private static DeviceSpec device(String text) {
    return text.startsWith(FLINK)
        ? DeviceChooser.externalResourceFirst()
            .choose(taskWith(new Gpu(text.substring(FLINK.length()))), DeviceSpec.CPU)
        : DeviceSpec.parse(text);
  }

  /** A GPU as Flink's discovery finds it. */
  private record Gpu(String index) implements ExternalResourceInfo {
    @Override
    public Optional<String> getProperty(String key) {
      return key.equals("index") ? Optional.of(index) : Optional.empty();
    }

    @Override
    public Collection<String> getKeys() {
      return List.of("index");
    }
  }

  /** Returns the context of a task whose task manager has a GPU. */
  private static RuntimeContext taskWith(Gpu gpu) {
    return (RuntimeContext)
        Proxy.newProxyInstance(
            NullGpuMain.class.getClassLoader(),
            new Class<?>[] {RuntimeContext.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getExternalResourceInfos" -> Set.of(gpu);
                  case "getTaskInfo" -> new TaskInfoImpl("grounding", 1, 0, 1, 0);
                  default -> throw new UnsupportedOperationException(method.toString());
                });
  }

  // ---- What each call costs --------------------------------------------------------------------

  /** Something that is done with the program. */
  private interface Call {
    void make() throws Exception;
  }

  /** Makes every kind of call twice, and prints what the second one costs: nothing is new then. */
  private void calls() throws Exception {
    DeviceSpec resolved = TorchRuntime.resolve(spec);
    try (Kosmos2Program program =
        Kosmos2Program.load(
            Checkpoint.open(checkpoint), resolved, precision, 1, LoadProgress.NONE)) {
      List<byte[]> pictures = new ArrayList<>();
      for (int row = 0; row < ROWS; row++) {
        pictures.add(image().levels());
      }
      // The beginning of the sequence, a token before the image, its places, and some words.
      int imageAt = 2;
      int[] prompt = new int[imageAt + config.latentQueryCount() + NEW_TOKENS];
      int[] rows = new int[ROWS];
      Arrays.setAll(prompt, i -> 100 + i);
      Arrays.setAll(rows, i -> i);
      BannedTokens none = new BannedTokens();
      BannedTokens some = new BannedTokens();
      for (int row = 0; row < ROWS; row++) {
        some.add(row, 200 + row);
      }
      program.reshape(SLOTS, SLOT_LENGTH, 0);
      cost("encode-4", () -> program.encode(pictures).close());
      try (ImageFeatures features = program.encode(pictures)) {
        List<int[]> prompts = List.of(prompt, prompt, prompt, prompt);
        cost(
            "prefill-4",
            () -> program.prefill(Prompts.of(prompts, features, rows, imageAt), 0, none));
      }
      int[] ends = filled(-1);
      cost("decode-4", () -> program.decode(rows, filled(79), ends, 1, none));
      cost("decode-4-odd-span", () -> program.decode(rows, filled(80), ends, 1, none));
      cost("decode-4-bans", () -> program.decode(rows, filled(79), ends, 1, some));
      cost("decode-4-four-steps", () -> program.decode(rows, filled(79), ends, 4, none));
      cost("move", () -> program.move(ROWS - 1, 0, 80));
    }
  }

  private void cost(String name, Call call) throws Exception {
    call.make();
    Map<Event, Long> before = device.counts();
    call.make();
    Map<Event, Long> after = device.counts();
    for (Event event : Event.values()) {
      print(
          "cost." + name + "." + event,
          after.getOrDefault(event, 0L) - before.getOrDefault(event, 0L));
    }
  }

  private static int[] filled(int value) {
    int[] values = new int[ROWS];
    Arrays.fill(values, value);
    return values;
  }

  // ---- What the engine does --------------------------------------------------------------------

  /** Loads, answers and closes so many times; requests end at different steps and some ban. */
  private void answers(int loads) throws Exception {
    for (int load = 1; load <= loads; load++) {
      try (Kosmos2 model = load(SLOTS)) {
        print("device." + load, model.device());
        List<CompletableFuture<GroundedAnswer>> answers = new ArrayList<>();
        for (int i = 0; i < SLOTS; i++) {
          answers.add(ask(model, new GenerationOptions(NEW_TOKENS + i, i % 2 == 0 ? 0 : 3)));
        }
        int answered = 0;
        for (int i = 0; i < SLOTS; i++) {
          int[] ids = answers.get(i).get(PATIENCE_SECONDS, TimeUnit.SECONDS).generatedIds();
          answered += ids.length == NEW_TOKENS + i ? 1 : 0;
        }
        print("answered." + load, answered);
        print("retries." + load, model.statistics().get(EngineCounter.RETRIES));
      } catch (DeviceException | EngineStoppedException e) {
        print("failed." + load, e.getMessage() + " / " + e.getCause());
      }
      for (int index = 0; index < 2; index++) {
        print("peak." + load + "." + index, device.peak(index));
        print("left." + load + "." + index, device.used(index));
      }
    }
  }

  /**
   * Lets every allocation of answering fail in turn, and looks each time at all requests, and at
   * the requests that come after.
   */
  private void shortage() throws Exception {
    // Without PyTorch's cache every tensor is an allocation, which is not repeated if it fails.
    boolean cached = System.getenv("PYTORCH_NO_CUDA_MEMORY_CACHING") == null;
    Kosmos2 model = load(ROWS);
    Round first = round(model);
    JniUtils.emptyCudaCache();
    long before = device.count(Event.ALLOCATION);
    Round calm = round(model);
    long allocations = device.count(Event.ALLOCATION) - before;
    print("calm", first + "; " + calm);
    print("allocations", allocations);
    Tally tally = new Tally();
    for (long k = 1; k <= allocations; k++) {
      JniUtils.emptyCudaCache();
      device.fail(k, cached ? 2 : 1);
      Round during = round(model);
      device.failNone();
      tally.add(k, during);
      if (!model.isRunning()) {
        tally.stopped.add(k);
        model.close();
        model = load(ROWS);
      }
      if (round(model).answered != calm.answered) {
        tally.unwell.add(k);
      }
      if (model.statistics().get(EngineLevel.SLOTS) != ROWS) {
        tally.slower.add(k);
        model.close();
        model = load(ROWS);
      }
    }
    model.close();
    tally.print();
  }

  /** Lets allocations fail until the engine has one slot less, and waits until it has it again. */
  private void regain() throws Exception {
    int slots = 2;
    try (Kosmos2 model = load(slots)) {
      Round calm = round(model);
      long lowered = 0;
      for (long k = 1; model.statistics().get(EngineLevel.SLOTS) == slots; k++) {
        device.fail(k, 1);
        Round unused = round(model);
        device.failNone();
        lowered = k;
      }
      print("lowered", lowered);
      Eventually.holds(
          REGAINED,
          "all slots",
          () ->
              round(model).answered == calm.answered
                  && model.statistics().get(EngineLevel.SLOTS) == slots);
      print("regained", round(model));
    }
  }

  /** Lets every allocation of loading fail in turn, and loads again after each. */
  private void shortageWhileLoading() throws Exception {
    long before = device.count(Event.ALLOCATION);
    load(ROWS).close();
    long allocations = device.count(Event.ALLOCATION) - before;
    long left = device.used(spec.index());
    int refused = 0;
    int loaded = 0;
    List<String> wrong = new ArrayList<>();
    List<Long> lost = new ArrayList<>();
    // Each load takes a while; the first, the last and every few in between say as much as all.
    for (long k = 1; k <= allocations; k += Math.max(1, allocations / 20)) {
      device.fail(k, 1);
      try {
        load(ROWS).close();
        loaded++;
      } catch (DeviceException e) {
        refused++;
      } catch (RuntimeException e) {
        wrong.add(k + ": " + e + " / " + e.getCause());
      } finally {
        device.failNone();
      }
      if (device.used(spec.index()) > left) {
        lost.add(k);
      }
    }
    print("allocations", allocations);
    print("refused", refused);
    print("loaded", loaded);
    print("wrong", wrong.size() + " " + wrong.stream().findFirst().orElse(""));
    print("lost", lost);
  }

  /** What became of the requests of a round. */
  private static final class Round {
    private int answered;
    private int outOfMemory;
    private final List<String> other = new ArrayList<>();

    @Override
    public String toString() {
      return answered + " answered, " + outOfMemory + " out of memory, " + other;
    }
  }

  /** What became of all rounds; the lists have the numbers of allocations. */
  private static final class Tally {
    private int answered;
    private int outOfMemory;
    private final List<String> other = new ArrayList<>();
    private final List<Long> stopped = new ArrayList<>();
    private final List<Long> unwell = new ArrayList<>();
    private final List<Long> slower = new ArrayList<>();

    void add(long k, Round round) {
      answered += round.answered;
      outOfMemory += round.outOfMemory;
      round.other.forEach(failure -> other.add(k + ": " + failure));
    }

    void print() {
      NullGpuMain.print("answered", answered);
      NullGpuMain.print("out-of-memory", outOfMemory);
      NullGpuMain.print("other", other.size() + " " + other.stream().findFirst().orElse(""));
      NullGpuMain.print("stopped", stopped);
      NullGpuMain.print("unwell", unwell);
      NullGpuMain.print("slower", slower.size());
    }
  }

  private Round round(Kosmos2 model) throws Exception {
    List<CompletableFuture<GroundedAnswer>> answers = new ArrayList<>();
    Round round = new Round();
    for (int i = 0; i < ROWS; i++) {
      try {
        answers.add(ask(model, new GenerationOptions(3, i == 0 ? 3 : 0)));
      } catch (EngineStoppedException e) {
        round.other.add(e.toString());
      }
    }
    for (CompletableFuture<GroundedAnswer> answer : answers) {
      try {
        GroundedAnswer unused = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        round.answered++;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof GroundingException failure
            && failure.errorCode().code().equals("out-of-memory")) {
          round.outOfMemory++;
        } else {
          round.other.add(String.valueOf(e.getCause()));
        }
      }
    }
    return round;
  }

  private Kosmos2 load(int slots) throws Exception {
    return Kosmos2.load(
        Kosmos2Options.builder(checkpoint)
            .optDevice(spec)
            .optPrecision(precision)
            .optMaxBatchSize(slots)
            .optWarmUp(false)
            .optThreads(1)
            .build(),
        LoadProgress.NONE);
  }

  private CompletableFuture<GroundedAnswer> ask(Kosmos2 model, GenerationOptions options)
      throws Exception {
    return model.ground(
        new GroundingRequest(Task.GROUNDED_CAPTION, null, List.of(), image(), options));
  }

  private PreparedImage image() {
    int size = config.vision().imageSize();
    byte[] levels = new byte[size * size * config.vision().channels()];
    int number = ++images;
    for (int i = 0; i < Integer.BYTES; i++) {
      levels[i] = (byte) (number >> (Byte.SIZE * i));
    }
    return new PreparedImage(size, size, levels);
  }

  private static void print(String name, Object value) {
    System.out.println(
        "> " + name + " " + String.valueOf(value).lines().reduce("", (a, b) -> a + b));
  }
}
