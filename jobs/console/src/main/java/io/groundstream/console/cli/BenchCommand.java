package io.groundstream.console.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.console.bench.BenchJson;
import io.groundstream.console.bench.BenchText;
import io.groundstream.console.bench.Floor;
import io.groundstream.console.bench.Images;
import io.groundstream.console.bench.Measurement;
import io.groundstream.console.bench.MemoryLog;
import io.groundstream.console.bench.MemoryReport;
import io.groundstream.console.bench.MemoryWatch;
import io.groundstream.console.bench.ModelWorkload;
import io.groundstream.console.bench.NewTokens;
import io.groundstream.console.bench.TokenWorkload;
import io.groundstream.console.bench.Workload;
import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.jobs.terminal.LoadingLine;
import io.groundstream.jobs.terminal.ProgressLine;
import io.groundstream.kosmos2.Kosmos2Options;
import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.engine.EngineCounter;
import io.groundstream.kosmos2.engine.EngineLevel;
import io.groundstream.kosmos2.engine.MemoryPlan;
import io.groundstream.kosmos2.program.DeviceException;
import io.groundstream.kosmos2.program.DeviceProbe;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.Precision;
import io.groundstream.kosmos2.program.TorchRuntime;
import io.groundstream.kosmos2.program.WeightMemory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Measures how fast the engine is on this machine. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = {
      "Measure how many images per second a model processes on this machine, how long each takes,"
          + " and how close that is to the machine's limit.",
      "",
      "Progress and a summary go to standard error; the last line on standard output is one JSON"
          + " object.",
      ""
    },
    footer = {
      "",
      "The floor is the least time that arithmetic in the network's number format and memory reads"
          + " can take. The machine's speed at both is measured first, unless it is given.",
      "",
      "Examples:",
      "  groundstream bench --new-tokens model --images jobs/demo-scenes --count 200",
      "  groundstream bench --checkpoint DIR --new-tokens 8..96 --batch-size 16 | jq"
          + " .images_per_second",
      "  groundstream bench --checkpoint DIR --batch-size 1 --concurrency 1 --new-tokens 45",
      "  groundstream bench --checkpoint DIR --against ../groundstream-0.1 --turns 10",
      "Exit codes: 0 all requests were answered; 2 wrong usage; 3 something failed."
    })
final class BenchCommand implements Callable<Integer> {
  private static final double WARM_UP_SECONDS = 3;

  @Spec private CommandSpec spec;
  @Mixin private ModelMixin model;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "64",
      description = "The number of measured requests (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--prompt-tokens",
      paramLabel = "N",
      defaultValue = "72",
      description = "Tokens of a prompt, including the image's (default: ${DEFAULT-VALUE}).")
  private int promptTokens;

  @Option(
      names = "--new-tokens",
      paramLabel = "N|MIN..MAX|model",
      defaultValue = "8..96",
      converter = NewTokensConverter.class,
      description = {
        "The length of answers (default: ${DEFAULT-VALUE}). N or MIN..MAX: random prompts, whose"
            + " answers ignore the end of the sequence; lengths are spread evenly, in an order that"
            + " is always the same.",
        "model: grounded captions that end where the model ends them, at most 96 tokens."
      })
  private NewTokens newTokens;

  @Option(
      names = "--arrivals",
      paramLabel = "closed|RATE",
      defaultValue = "closed",
      converter = ArrivalsConverter.class,
      description = {
        "closed: --concurrency requests are always in flight (the default).",
        "RATE: requests arrive at random, this many per second on average."
      })
  private Double rate;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      description = "Requests in flight in a closed loop (default: two batches).")
  private @Nullable Integer concurrency;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description =
          "Take the images of this folder in turn; the measured time includes preparing them"
              + " (default: noise).")
  private @Nullable Path images;

  @Option(
      names = "--memory-log",
      paramLabel = "FILE",
      description =
          "Record the memory of the process every second, as CSV. It must not grow over a long run,"
              + " such as --count 1000000.")
  private @Nullable Path memoryLog;

  @Mixin private AgainstMixin against;

  @ArgGroup(exclusive = false)
  private @Nullable Given given;

  /** The machine's speed as given by the user, instead of measured. */
  static final class Given {
    @Option(
        names = "--peak-gflops",
        paramLabel = "G",
        required = true,
        description =
            "The machine's arithmetic, in 10^9 operations per second (default: measured).")
    private double gigaflops;

    @Option(
        names = "--memory-bandwidth",
        paramLabel = "GB/S",
        required = true,
        description =
            "The machine's memory bandwidth, in 10^9 bytes per second (default: measured).")
    private double gigabytes;
  }

  @Override
  public Integer call() throws CommandException, InterruptedException {
    check("--count", count);
    check("--batch-size", model.batchSize());
    if (concurrency != null) {
      check("--concurrency", concurrency);
    }
    if (against.isSet()) {
      return against.run(spec);
    }
    PrintWriter err = spec.commandLine().getErr();
    Kosmos2Options options = resolved(model.options(Integer.MAX_VALUE));
    List<Path> files = imageFiles();
    DeviceProbe device = device(options, err);
    MemoryWatch loadingWatch = MemoryWatch.start();
    try (Workload workload = load(options, files, err)) {
      final MemoryWatch.Result loading = loadingWatch.stop();
      warmUp(workload, err);
      MemoryWatch answeringWatch = MemoryWatch.start();
      Measurement.Result result = measureAll(workload, err);
      MemoryReport memory = memory(options, workload, loading, answeringWatch.stop());
      ObjectNode json = json(options, workload, device, result);
      memory.addTo(json);
      spec.commandLine().getOut().println(json);
      spec.commandLine().getOut().flush();
      err.println(BenchText.of(json));
      err.println(memory.text());
      if (result.firstFailure() != null) {
        err.println(
            "error: " + result.failed() + " requests failed, the first: " + result.firstFailure());
      }
      err.flush();
      return result.failed() == 0 ? ExitCodes.OK : ExitCodes.FAILED;
    }
  }

  private MemoryReport memory(
      Kosmos2Options options,
      Workload workload,
      MemoryWatch.Result loading,
      MemoryWatch.Result answering)
      throws CommandException {
    try {
      DeviceSpec device = TorchRuntime.resolve(options.device());
      if (device.kind() == DeviceSpec.Kind.GPU) {
        return new MemoryReport(loading, answering, new WeightMemory(0, 0, 0), 0, 0);
      }
      long slots = workload.statistics().get(EngineLevel.SLOTS);
      return new MemoryReport(
          loading,
          answering,
          WeightMemory.of(
              Checkpoint.openNetwork(options.checkpoint(), options.adapter()),
              device,
              options.precision()),
          MemoryPlan.cacheBytes(
              workload.config(), options.precision(), slots, promptTokens + newTokens.most()),
          MemoryPlan.featureBytes(
              workload.config(), options.precision(), Math.min(2 * slots, count)));
    } catch (CheckpointException | DeviceException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  private Measurement.Result measureAll(Workload workload, PrintWriter err)
      throws CommandException, InterruptedException {
    if (memoryLog == null) {
      return measure(workload, 0, count, rate, err, "Measuring");
    }
    try {
      MemoryLog log = MemoryLog.start(memoryLog, workload.statistics());
      try {
        return measure(workload, 0, count, rate, err, "Measuring");
      } finally {
        log.close();
      }
    } catch (IOException e) {
      throw new CommandException("--memory-log: " + memoryLog + " cannot be written: " + e, e);
    }
  }

  private void check(String option, int value) {
    if (value < 1) {
      throw new ParameterException(spec.commandLine(), option + ": " + value + " (expected: >= 1)");
    }
  }

  /** Runs one batch, then more if that was fast, because the JVM has to be warm too. */
  private void warmUp(Workload workload, PrintWriter err)
      throws CommandException, InterruptedException {
    int batch = Math.min(count, model.batchSize());
    Measurement.Result first = measure(workload, count, batch, Double.NaN, err, "Warming up");
    checkAnswered(first);
    int more = batch * (int) (WARM_UP_SECONDS / first.seconds());
    if (more > 0) {
      checkAnswered(measure(workload, count + batch, more, Double.NaN, err, "Warming up"));
    }
  }

  private static void checkAnswered(Measurement.Result result) throws CommandException {
    if (result.firstFailure() != null) {
      throw new CommandException(
          "The warm-up failed: " + result.firstFailure(), result.firstFailure());
    }
  }

  private List<Path> imageFiles() throws CommandException {
    if (images == null) {
      return List.of();
    }
    try {
      List<Path> files = Images.list(images);
      if (files.isEmpty()) {
        throw new CommandException(
            "--images: "
                + images
                + ": no images (expected: .jpg, .jpeg, .png, .webp, .avif or .heic)");
      }
      return files;
    } catch (IOException e) {
      throw new CommandException("--images: " + images + " cannot be read: " + e, e);
    }
  }

  /** Returns the options with the number format that {@code auto} selects on this device. */
  private static Kosmos2Options resolved(Kosmos2Options options) throws CommandException {
    try {
      return options.withPrecision(
          options.precision().resolve(TorchRuntime.resolve(options.device())));
    } catch (DeviceException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  private DeviceProbe device(Kosmos2Options options, PrintWriter err)
      throws CommandException, InterruptedException {
    if (given != null) {
      return new DeviceProbe(given.gigaflops * 1e9, given.gigabytes * 1e9);
    }
    ProgressLine progress = new ProgressLine(err, "Measuring the machine");
    try {
      return DeviceProbe.measure(
          Checkpoint.openNetwork(options.checkpoint()).config(),
          options.device(),
          options.precision(),
          options.threads());
    } catch (CheckpointException | DeviceException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    } finally {
      progress.end();
    }
  }

  private Workload load(Kosmos2Options options, List<Path> files, PrintWriter err)
      throws CommandException, InterruptedException {
    try (LoadingLine line = new LoadingLine(err)) {
      return newTokens.asModelEnds()
          ? ModelWorkload.load(options, line, files, newTokens.most())
          : TokenWorkload.load(options, line, files, promptTokens, newTokens.lengths(count));
    } catch (CheckpointException | DeviceException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
  }

  private Measurement.Result measure(
      Workload workload, int first, int requests, double perSecond, PrintWriter err, String what)
      throws InterruptedException {
    ProgressLine line = new ProgressLine(err, what);
    IntConsumer progress = done -> line.update(done, requests, done + " of " + requests);
    int underWay = concurrency == null ? 2 * model.batchSize() : concurrency;
    int preparers = Math.max(1, Math.min(underWay, model.threads()));
    try {
      return Double.isNaN(perSecond)
          ? Measurement.closed(workload, first, requests, underWay, preparers, progress)
          : Measurement.open(workload, first, requests, perSecond, preparers, progress);
    } finally {
      line.end();
    }
  }

  private ObjectNode json(
      Kosmos2Options options, Workload workload, DeviceProbe device, Measurement.Result result) {
    ObjectNode json = BenchJson.object();
    json.put("checkpoint", String.valueOf(options.checkpoint().getFileName()));
    json.put("device", workload.device());
    json.put("dtype", options.precision().id());
    json.put("threads", options.threads());
    BenchJson.addMachine(json);
    json.put("batch_size", model.batchSize());
    json.put("new_tokens", newTokens.toString());
    if (Double.isNaN(rate)) {
      json.put("arrivals", "closed");
      json.put("concurrency", concurrency == null ? 2 * model.batchSize() : concurrency);
    } else {
      json.put("arrivals", rate);
    }
    BenchJson.addResult(json, result);
    int answered = Math.max(1, result.latencySeconds().length);
    Floor floor =
        Floor.of(
            workload.config(),
            device,
            (double) result.promptTokens() / answered,
            (double) result.engine().get(EngineCounter.NEW_TOKENS) / answered,
            Math.min(model.batchSize(), answered),
            options.precision() == Precision.FLOAT32 ? Float.BYTES : Short.BYTES);
    json.put("prompt_tokens_mean", (double) result.promptTokens() / answered);
    BenchJson.addFloor(json, result, options.precision(), device, given != null, floor);
    return json;
  }

  private static final class NewTokensConverter implements ITypeConverter<NewTokens> {
    @Override
    public NewTokens convert(String value) {
      try {
        return NewTokens.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  /** Converts to a rate, or to NaN for a closed loop. */
  private static final class ArrivalsConverter implements ITypeConverter<Double> {
    @Override
    public Double convert(String value) {
      if (value.equals("closed")) {
        return Double.NaN;
      }
      try {
        double perSecond = Double.parseDouble(value);
        if (perSecond > 0 && Double.isFinite(perSecond)) {
          return perSecond;
        }
      } catch (NumberFormatException e) {
        // Reported below.
      }
      throw new TypeConversionException(
          "arrivals: " + value + " (expected: closed, or a number per second such as 2.5)");
    }
  }
}
