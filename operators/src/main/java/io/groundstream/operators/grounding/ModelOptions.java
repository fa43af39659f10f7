package io.groundstream.operators.grounding;

import io.groundstream.images.HeifOptions;
import io.groundstream.images.ImageLimits;
import java.time.Duration;
import java.util.List;
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
              "The directory of a Kosmos-2 checkpoint as Hugging Face publishes it: config.json,"
                  + " tokenizer.json, preprocessor_config.json or processor_config.json, and the"
                  + " weights as safetensors. On a cluster, the same path on every task manager.");

  public static final ConfigOption<String> ADAPTER =
      ConfigOptions.key("model.adapter")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The directory of a LoRA adapter in PEFT's layout (adapter_config.json and"
                  + " adapter_model.safetensors), which is merged into the weights when they are"
                  + " loaded. On a cluster, the same path on every task manager. Default: the"
                  + " adapter in model.checkpoint, if there is one; a directory with an adapter"
                  + " alone stands for the checkpoint that its base_model_name_or_path names, if"
                  + " that is a directory.");

  public static final ConfigOption<String> GENERATION_CONFIG =
      ConfigOptions.key("model.generation-config")
          .stringType()
          .defaultValue("checkpoint")
          .withDescription(
              "checkpoint: where neither a request nor grounding.no-repeat-ngram-size says"
                  + " otherwise, no_repeat_ngram_size in the checkpoint's generation_config.json"
                  + " applies. ignore: the file has no effect, as in version 0.1 and in the"
                  + " reference.");

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
                  + " CPU). If Flink assigned a GPU to the task manager as an external resource,"
                  + " that GPU is used.");

  public static final ConfigOption<String> DTYPE =
      ConfigOptions.key("model.dtype")
          .stringType()
          .defaultValue("auto")
          .withDescription(
              "The number format to compute in: float32, bfloat16, float16, or auto (bfloat16 on a"
                  + " CPU that computes with it, or on a GPU of compute capability 8.0 or higher;"
                  + " else float32).");

  public static final ConfigOption<Integer> MAX_BATCH_SIZE =
      ConfigOptions.key("model.max-batch-size")
          .intType()
          .noDefaultValue()
          .withDescription(
              "How many requests the model answers at once. They must fit into its device's"
                  + " memory, which the job checks at start. Default: as many as fit, up to 48 on"
                  + " a CPU and 256 on a GPU.");

  public static final ConfigOption<MemorySize> MEMORY =
      ConfigOptions.key("model.memory")
          .memoryType()
          .noDefaultValue()
          .withDescription(
              "About how much of the device's memory the model may take for weights, key/value"
                  + " cache and one step. On a CPU this is memory outside of Flink's own. Default:"
                  + " what is free when the model is loaded.");

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
          .withDescription("The largest encoded image that is accepted.");

  public static final ConfigOption<Long> MAX_IMAGE_PIXELS =
      ConfigOptions.key("model.max-image-pixels")
          .longType()
          .defaultValue(ImageLimits.defaults().maxPixels())
          .withDescription("The most pixels, width times height, that an image may have.");

  public static final ConfigOption<Duration> MAX_IMAGE_TIME =
      ConfigOptions.key("model.max-image-time")
          .durationType()
          .defaultValue(ImageLimits.defaults().maxTime())
          .withDescription(
              "How much processor time decoding one image may take. Most images take"
                  + " milliseconds, the largest a second or two. Waiting for a busy processor does"
                  + " not count.");

  public static final ConfigOption<String> IMAGE_BACKGROUND =
      ConfigOptions.key("model.image-background")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The background colour for images with transparency, as #rrggbb. Default: alpha is"
                  + " dropped, as the reference does, so transparent pixels show the colour that"
                  + " is stored there.");

  public static final ConfigOption<Boolean> IMAGE_COLOR_PROFILES =
      ConfigOptions.key("model.image-color-profiles")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether the colours of JPEG, PNG, WebP and TIFF images are converted to sRGB by"
                  + " their ICC profile, if they have a usable one. The reference ignores"
                  + " profiles.");

  public static final ConfigOption<Boolean> IMAGE_TRUNCATED =
      ConfigOptions.key("model.image-truncated")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether the model answers about a JPEG, PNG, GIF, BMP or TIFF that ends early or"
                  + " has damaged image data. Missing pixels are then gray, white or black. If"
                  + " false, such an image becomes a dead letter. An incomplete WebP always does,"
                  + " and so does a TIFF that ends before its directory, which is often at the"
                  + " end.");

  public static final ConfigOption<String> HEIF_DECODER =
      ConfigOptions.key("model.heif-decoder")
          .stringType()
          .defaultValue("off")
          .withDescription(
              "Which of AVIF and HEIC are read: off, avif, heic or all. The system's libavif"
                  + " (Debian: libavif15 or libavif16) decodes AVIF and its libheif (libheif1)"
                  + " decodes HEIC, in processes apart from the task manager. Every machine that"
                  + " runs the job needs the libraries; if one is missing, the job fails at"
                  + " start.");

  public static final ConfigOption<Integer> HEIF_PROCESSES =
      ConfigOptions.key("model.heif-processes")
          .intType()
          .noDefaultValue()
          .withDescription(
              "How many AVIF or HEIC images a task manager decodes at once, each in a process of"
                  + " about 100 mb. Default: four, or the number of processors if that is"
                  + " smaller.");

  public static final ConfigOption<MemorySize> HEIF_MEMORY =
      ConfigOptions.key("model.heif-memory")
          .memoryType()
          .defaultValue(new MemorySize(HeifOptions.DEFAULT_MEMORY_BYTES))
          .withDescription(
              "How much memory one of these processes may take for an image; at least 64 mb. An"
                  + " image that needs more becomes a dead letter.");

  /** All of these options, in the order in which they are documented. */
  public static final List<ConfigOption<?>> ALL =
      List.of(
          CHECKPOINT,
          ADAPTER,
          GENERATION_CONFIG,
          NAME,
          REVISION,
          DEVICE,
          DTYPE,
          MAX_BATCH_SIZE,
          MEMORY,
          QUEUE_CAPACITY,
          THREADS,
          MAX_IMAGE_BYTES,
          MAX_IMAGE_PIXELS,
          MAX_IMAGE_TIME,
          IMAGE_BACKGROUND,
          IMAGE_COLOR_PROFILES,
          IMAGE_TRUNCATED,
          HEIF_DECODER,
          HEIF_PROCESSES,
          HEIF_MEMORY);

  private ModelOptions() {}
}
