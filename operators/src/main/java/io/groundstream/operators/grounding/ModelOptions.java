package io.groundstream.operators.grounding;

import io.groundstream.images.HeifOptions;
import io.groundstream.images.ImageLimits;
import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/** Which model answers, and where it runs. */
public final class ModelOptions {
  public static final ConfigOption<String> CHECKPOINT =
      ConfigOptions.key("model.checkpoint")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The directory of a Kosmos-2 checkpoint as Hugging Face has it: config.json,"
                  + " tokenizer.json, preprocessor_config.json or processor_config.json, and the"
                  + " weights as safetensors. On a cluster, the same path on every task manager.");

  public static final ConfigOption<String> NAME =
      ConfigOptions.key("model.name")
          .stringType()
          .noDefaultValue()
          .withDescription("The model's name in every record. Default: the directory's name.");

  public static final ConfigOption<String> REVISION =
      ConfigOptions.key("model.revision")
          .stringType()
          .noDefaultValue()
          .withDescription("The model's revision in every record. Default: a hash of its weights.");

  public static final ConfigOption<String> DEVICE =
      ConfigOptions.key("model.device")
          .stringType()
          .defaultValue("auto")
          .withDescription(
              "Where the model runs: cpu, gpu:N, or auto (a GPU that PyTorch can use, else the"
                  + " CPU). A task manager that Flink gave a GPU as external resource uses that"
                  + " one.");

  public static final ConfigOption<String> DTYPE =
      ConfigOptions.key("model.dtype")
          .stringType()
          .defaultValue("auto")
          .withDescription(
              "The number format to compute in: float32, bfloat16, float16, or auto (bfloat16 on a"
                  + " CPU that computes with it, else float32).");

  public static final ConfigOption<Integer> MAX_BATCH_SIZE =
      ConfigOptions.key("model.max-batch-size")
          .intType()
          .noDefaultValue()
          .withDescription(
              "How many requests the model answers at once. They must fit into its device's memory,"
                  + " which is checked at the start. Default: as many as fit, up to 48 on a CPU and"
                  + " 64 on a GPU.");

  public static final ConfigOption<MemorySize> MEMORY =
      ConfigOptions.key("model.memory")
          .memoryType()
          .noDefaultValue()
          .withDescription(
              "How much of its device's memory the model may take for weights, key/value cache and"
                  + " one step, about; on a CPU outside of Flink's own memory. Default: what is"
                  + " free when it is loaded.");

  public static final ConfigOption<Integer> QUEUE_CAPACITY =
      ConfigOptions.key("model.queue-capacity")
          .intType()
          .defaultValue(64)
          .withDescription("How many requests may wait for the model in a task manager.");

  public static final ConfigOption<Integer> THREADS =
      ConfigOptions.key("model.threads")
          .intType()
          .noDefaultValue()
          .withDescription(
              "How many threads one operation of the model may use on a CPU. Default: all"
                  + " processors.");

  public static final ConfigOption<MemorySize> MAX_IMAGE_BYTES =
      ConfigOptions.key("model.max-image-bytes")
          .memoryType()
          .defaultValue(new MemorySize(ImageLimits.defaults().maxBytes()))
          .withDescription("The largest encoded picture that is accepted.");

  public static final ConfigOption<Long> MAX_IMAGE_PIXELS =
      ConfigOptions.key("model.max-image-pixels")
          .longType()
          .defaultValue(ImageLimits.defaults().maxPixels())
          .withDescription("The most pixels, width times height, that a picture may have.");

  public static final ConfigOption<Duration> MAX_IMAGE_TIME =
      ConfigOptions.key("model.max-image-time")
          .durationType()
          .defaultValue(ImageLimits.defaults().maxTime())
          .withDescription(
              "How much of a processor's time decoding one picture may take. Most take"
                  + " milliseconds; the largest a second or two. Waiting for a busy processor does"
                  + " not count.");

  public static final ConfigOption<String> IMAGE_BACKGROUND =
      ConfigOptions.key("model.image-background")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The colour, as #rrggbb, on which pictures with transparency are laid. Default: alpha"
                  + " is dropped, as the reference does, and what is transparent has the colour"
                  + " that is stored there.");

  public static final ConfigOption<Boolean> IMAGE_COLOR_PROFILES =
      ConfigOptions.key("model.image-color-profiles")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether the colours of JPEG, PNG, WebP and TIFF are converted to sRGB by the ICC"
                  + " profile within the picture, where there is one that can be used. The"
                  + " reference ignores profiles.");

  public static final ConfigOption<Boolean> IMAGE_TRUNCATED =
      ConfigOptions.key("model.image-truncated")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether a JPEG, PNG, GIF, BMP or TIFF that ends early, or whose image data are"
                  + " damaged, is answered with what there is of it, the rest gray, white or black."
                  + " Else it is a dead letter, as a WebP is in any case whose image is not whole,"
                  + " and a TIFF that ends before its directory, which often stands last.");

  public static final ConfigOption<String> HEIF_DECODER =
      ConfigOptions.key("model.heif-decoder")
          .stringType()
          .defaultValue("off")
          .withDescription(
              "Whether AVIF and HEIC pictures are read: off, avif, heic or all. The system's"
                  + " libavif (Debian: libavif15 or libavif16) decodes AVIF, libheif (libheif1)"
                  + " HEIC, on every machine that runs the job, in processes apart from the task"
                  + " manager. A missing library fails the job at its start.");

  public static final ConfigOption<Integer> HEIF_PROCESSES =
      ConfigOptions.key("model.heif-processes")
          .intType()
          .noDefaultValue()
          .withDescription(
              "How many AVIF or HEIC pictures a task manager decodes at once, each in a process of"
                  + " some 100 mb. Default: four, or the number of processors if that is less.");

  public static final ConfigOption<MemorySize> HEIF_MEMORY =
      ConfigOptions.key("model.heif-memory")
          .memoryType()
          .defaultValue(new MemorySize(HeifOptions.DEFAULT_MEMORY_BYTES))
          .withDescription(
              "How much memory one of these processes may take for a picture, at least 64 mb. A"
                  + " picture that needs more becomes a dead letter.");

  private ModelOptions() {}
}
