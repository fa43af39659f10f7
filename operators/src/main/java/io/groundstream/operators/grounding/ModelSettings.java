package io.groundstream.operators.grounding;

import io.groundstream.images.Background;
import io.groundstream.images.HeifOptions;
import io.groundstream.images.ImageLimits;
import io.groundstream.images.ImageOptions;
import io.groundstream.kosmos2.Kosmos2Options;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.Precision;
import io.groundstream.operators.settings.SettingsReader;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.MemorySize;
import org.jspecify.annotations.Nullable;

/**
 * Checked {@link ModelOptions}.
 *
 * @param checkpoint the checkpoint's directory
 * @param adapter the directory of a LoRA adapter; null for the one in the checkpoint's directory
 * @param followsGenerationConfig whether the checkpoint's generation_config.json has an effect
 * @param maxBatchSize null for as many as fit
 * @param memoryBytes null for what is free
 * @param imageBackground the background of images with alpha, as #rrggbb; null drops alpha
 * @param threads threads of one operation on a CPU; null for all processors
 */
public record ModelSettings(
    String checkpoint,
    @Nullable String adapter,
    boolean followsGenerationConfig,
    @Nullable String name,
    @Nullable String revision,
    String device,
    Precision precision,
    @Nullable Integer maxBatchSize,
    @Nullable Long memoryBytes,
    int queueCapacity,
    @Nullable Integer threads,
    long maxImageBytes,
    long maxImagePixels,
    Duration maxImageTime,
    @Nullable String imageBackground,
    boolean imageColorProfiles,
    boolean imageTruncated,
    HeifOptions heif)
    implements Serializable {

  private static final long MOST_PIXELS = 500_000_000;

  /** Reads the settings, and reports what is wrong with them. */
  public static ModelSettings read(SettingsReader reader) {
    ImageOptions images = readImageOptions(reader);
    Background background = images.background();
    return new ModelSettings(
        reader.require(ModelOptions.CHECKPOINT, "the directory of a Kosmos-2 checkpoint"),
        reader.find(ModelOptions.ADAPTER, any -> true, "the directory of a LoRA adapter"),
        reader
            .get(
                ModelOptions.GENERATION_CONFIG,
                way -> way.equals("checkpoint") || way.equals("ignore"),
                "checkpoint or ignore")
            .equals("checkpoint"),
        reader.find(ModelOptions.NAME, any -> true, "a name"),
        reader.find(ModelOptions.REVISION, any -> true, "a revision"),
        reader.get(ModelOptions.DEVICE, ModelSettings::isDevice, "auto, cpu or gpu:N"),
        Precision.parse(
            reader.get(
                ModelOptions.DTYPE,
                ModelSettings::isPrecision,
                "auto, float32, bfloat16 or float16")),
        reader.find(ModelOptions.MAX_BATCH_SIZE, size -> size > 0, "> 0"),
        bytes(reader.find(ModelOptions.MEMORY, size -> size.getBytes() > 0, "> 0")),
        reader.get(ModelOptions.QUEUE_CAPACITY, size -> size > 0, "> 0"),
        reader.find(ModelOptions.THREADS, count -> count > 0, "> 0"),
        images.limits().maxBytes(),
        images.limits().maxPixels(),
        images.limits().maxTime(),
        background == null ? null : background.toString(),
        images.appliesColorProfiles(),
        images.acceptsTruncated(),
        images.heif());
  }

  /** Returns the limits of images, and how they are decoded. */
  public static ImageOptions readImageOptions(SettingsReader reader) {
    String background =
        reader.find(ModelOptions.IMAGE_BACKGROUND, ModelSettings::isColor, "#rrggbb");
    return new ImageOptions(
        readImageLimits(reader),
        background == null ? null : Background.parse(background),
        reader.get(ModelOptions.IMAGE_COLOR_PROFILES, any -> true, "true or false"),
        reader.get(ModelOptions.IMAGE_TRUNCATED, any -> true, "true or false"),
        readHeifOptions(reader));
  }

  private static HeifOptions readHeifOptions(SettingsReader reader) {
    HeifOptions options =
        HeifOptions.parse(
            reader.get(
                ModelOptions.HEIF_DECODER, ModelSettings::isHeifDecoder, "off, avif, heic or all"));
    Integer processes =
        reader.find(ModelOptions.HEIF_PROCESSES, count -> count >= 1 && count <= 64, "1 to 64");
    return options.withLimits(
        processes == null ? HeifOptions.defaultProcesses() : processes,
        reader
            .get(ModelOptions.HEIF_MEMORY, size -> size.getMebiBytes() >= 64, "at least 64 mb")
            .getBytes());
  }

  private static boolean isHeifDecoder(String text) {
    try {
      HeifOptions.parse(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static ImageLimits readImageLimits(SettingsReader reader) {
    return new ImageLimits(
        reader
            .get(
                ModelOptions.MAX_IMAGE_BYTES,
                size -> size.getBytes() > 0 && size.getBytes() < Integer.MAX_VALUE,
                "> 0 and < 2 gb")
            .getBytes(),
        reader.get(
            ModelOptions.MAX_IMAGE_PIXELS,
            pixels -> pixels > 0 && pixels <= MOST_PIXELS,
            "1 to " + MOST_PIXELS),
        reader.get(
            ModelOptions.MAX_IMAGE_TIME,
            time -> time.toMillis() >= 1 && time.compareTo(Duration.ofDays(1)) <= 0,
            "1 ms to 1 d"));
  }

  private static @Nullable Long bytes(@Nullable MemorySize size) {
    return size == null ? null : size.getBytes();
  }

  private static boolean isColor(String text) {
    try {
      Background.parse(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isDevice(String text) {
    try {
      DeviceSpec.parse(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isPrecision(String text) {
    try {
      Precision.parse(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private ImageOptions imageOptions() {
    return new ImageOptions(
        new ImageLimits(maxImageBytes, maxImagePixels, maxImageTime),
        imageBackground == null ? null : Background.parse(imageBackground),
        imageColorProfiles,
        imageTruncated,
        heif);
  }

  /** Returns how to load this model on a device. */
  public Kosmos2Options toOptions(DeviceSpec onDevice) {
    Kosmos2Options.Builder builder =
        Kosmos2Options.builder(Path.of(checkpoint))
            .optAdapter(adapter == null ? null : Path.of(adapter))
            .optFollowsGenerationConfig(followsGenerationConfig)
            .optModelName(name)
            .optRevision(revision)
            .optDevice(onDevice)
            .optPrecision(precision)
            .optMaxBatchSize(maxBatchSize == null ? 0 : maxBatchSize)
            .optMemoryBytes(memoryBytes == null ? 0 : memoryBytes)
            .optQueueCapacity(queueCapacity)
            .optImageOptions(imageOptions());
    if (threads != null) {
      builder.optThreads(threads);
    }
    return builder.build();
  }
}
