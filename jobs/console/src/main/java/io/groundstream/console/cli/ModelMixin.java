package io.groundstream.console.cli;

import io.groundstream.images.HeifOptions;
import io.groundstream.images.ImageOptions;
import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.GroundstreamHome;
import io.groundstream.jobs.terminal.LoadingLine;
import io.groundstream.kosmos2.Kosmos2;
import io.groundstream.kosmos2.Kosmos2Options;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.engine.MemoryPlan;
import io.groundstream.kosmos2.program.DeviceException;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.Precision;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of every command that loads a model in its own process. */
final class ModelMixin {
  @Option(
      names = "--checkpoint",
      paramLabel = "DIR",
      description =
          "A Hugging Face Kosmos-2 directory, such as a download of"
              + " microsoft/kosmos-2-patch14-224 (default: the bundled demo checkpoint, which knows"
              + " drawn scenes only).")
  private @Nullable Path checkpoint;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description =
          "A LoRA adapter in PEFT's layout, merged into the weights (default: the one in"
              + " --checkpoint, if there is one).")
  private @Nullable Path adapter;

  @Option(
      names = "--dtype",
      defaultValue = "auto",
      converter = PrecisionConverter.class,
      description =
          "float32, bfloat16, float16, or auto: bfloat16 on a CPU that computes with it or a GPU"
              + " from compute capability 8.0 on, else float32 (default: ${DEFAULT-VALUE}).")
  private Precision precision;

  @Option(
      names = "--device",
      defaultValue = "auto",
      converter = DeviceConverter.class,
      description = "auto, cpu or gpu:N (default: ${DEFAULT-VALUE}).")
  private DeviceSpec device;

  @Option(
      names = {"--batch-size", "--batch"},
      paramLabel = "N",
      description =
          "The maximum number of requests that are generated at once (default: as many as fit"
              + " into memory, up to 48 on a CPU and 256 on a GPU).")
  private @Nullable Integer batchSize;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of one operation on a CPU (default: all processors).")
  private @Nullable Integer threads;

  @Option(
      names = "--heif-decoder",
      paramLabel = "off|avif|heic|all",
      defaultValue = "off",
      converter = HeifConverter.class,
      description =
          "Read AVIF and HEIC, too, by this machine's libavif and libheif (default:"
              + " ${DEFAULT-VALUE}).")
  private HeifOptions heif;

  /**
   * Returns the options, with the default checkpoint if none is set.
   *
   * @param requests their number: the model reserves memory for a whole batch
   */
  Kosmos2Options options(int requests) throws CommandException {
    // A small number of requests is the batch; for many, the model decides how many fit.
    boolean fitting = batchSize == null && requests >= MemoryPlan.MOST_ON_CPU;
    int batch = Math.min(batchSize(), requests);
    try {
      return Kosmos2Options.builder(checkpointFolder())
          .optAdapter(adapter)
          .optPrecision(precision)
          .optDevice(device)
          .optMaxBatchSize(fitting ? 0 : batch)
          .optQueueCapacity(Math.max(1, 2 * batch))
          .optThreads(threads())
          .optImageOptions(imageOptions())
          // The run is too short for a warm-up to pay; benchmarks warm up by themselves.
          .optWarmUp(false)
          .build();
    } catch (IllegalArgumentException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Returns the options with another number format and batch size, to compare runs.
   *
   * @param precisionName as for {@code --dtype}
   * @throws CommandException if there is no such format, or the batch size is not positive
   */
  Kosmos2Options options(String precisionName, int batch) throws CommandException {
    try {
      return Kosmos2Options.builder(checkpointFolder())
          .optAdapter(adapter)
          .optPrecision(Precision.parse(precisionName))
          .optDevice(device)
          .optMaxBatchSize(batch)
          .optQueueCapacity(2 * batch)
          .optThreads(threads())
          .optImageOptions(imageOptions())
          .optWarmUp(false)
          .build();
    } catch (IllegalArgumentException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Returns the checkpoint's folder; the bundled one if none is set. */
  Path checkpointFolder() throws CommandException {
    return checkpoint != null ? checkpoint : GroundstreamHome.demoCheckpoint();
  }

  /** Returns whether a batch size was given. */
  boolean hasBatchSize() {
    return batchSize != null;
  }

  /** Returns how images are decoded. */
  ImageOptions imageOptions() {
    return ImageOptions.defaults().withHeif(heif);
  }

  /** Returns the most requests that are generated at once, unless the memory is small. */
  int batchSize() {
    return batchSize == null ? MemoryPlan.MOST_ON_CPU : batchSize;
  }

  int threads() {
    return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
  }

  /** Loads the model, and shows progress if that takes more than a moment. */
  Kosmos2 load(int requests, PrintWriter err) throws CommandException, InterruptedException {
    try (LoadingLine line = new LoadingLine(err)) {
      return Kosmos2.load(options(requests), line);
    } catch (CheckpointException | DeviceException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Also that of the demo, which loads no model by itself. */
  static final class HeifConverter implements ITypeConverter<HeifOptions> {
    @Override
    public HeifOptions convert(String value) {
      try {
        return HeifOptions.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  private static final class PrecisionConverter implements ITypeConverter<Precision> {
    @Override
    public Precision convert(String value) {
      try {
        return Precision.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }

  private static final class DeviceConverter implements ITypeConverter<DeviceSpec> {
    @Override
    public DeviceSpec convert(String value) {
      try {
        return DeviceSpec.parse(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
