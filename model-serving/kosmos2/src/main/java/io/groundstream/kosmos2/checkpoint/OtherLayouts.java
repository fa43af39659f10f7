package io.groundstream.kosmos2.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Rejects checkpoints whose weights cannot be read as they are: quantised weights, and files of
 * other runtimes. Each message says what to do.
 */
final class OtherLayouts {
  private static final int LONGEST_NAME = 80;

  private OtherLayouts() {}

  /**
   * Checks a directory.
   *
   * @throws CheckpointException if it contains a checkpoint of another runtime
   */
  static void refuse(Path directory) throws CheckpointException {
    if (!Files.exists(directory.resolve(ConfigReader.FILE_NAME))) {
      Path gguf = first(directory, "*.{gguf,GGUF}");
      if (gguf != null) {
        throw gguf(gguf);
      }
    }
  }

  /** Checks a path that is not a directory. */
  static void refuseFile(Path path) throws CheckpointException {
    String name = String.valueOf(path.getFileName());
    if (name.regionMatches(true, Math.max(0, name.length() - 5), ".gguf", 0, 5)) {
      throw gguf(path);
    }
  }

  /** Returns what to do about weights under other names, or an empty text if there are none. */
  static String otherWeights(Path directory) throws CheckpointException {
    Path variant = first(directory, "model.*.safetensors{,.index.json}");
    if (variant != null) {
      return "; %s is a variant, rename it or save it without one".formatted(shown(variant));
    }
    Path pickled = first(directory, "*.bin{,.index.json}");
    return pickled == null
        ? ""
        : "; %s is not read, save it as safetensors".formatted(shown(pickled));
  }

  private static String shown(Path file) {
    String name = String.valueOf(file.getFileName());
    return ShortTexts.of(name.replaceAll("[^ -~]", "?"), LONGEST_NAME);
  }

  private static CheckpointException gguf(Path file) {
    return new CheckpointException(
        "%s: a GGUF file (expected: a folder with config.json and safetensors; use the checkpoint"
                .formatted(file)
            + " that it was converted from)");
  }

  /**
   * Checks {@code config.json}.
   *
   * @throws CheckpointException if the weights are quantised
   */
  static void refuseQuantised(JsonReader json) throws CheckpointException {
    for (JsonReader part : new JsonReader[] {json, json.object("text_config")}) {
      for (String key : new String[] {"quantization_config", "compression_config"}) {
        JsonNode quantised = part.node(key);
        if (!quantised.isMissingNode() && !(quantised.isObject() && quantised.isEmpty())) {
          throw new CheckpointException(
              "%s: %s: weights quantised by %s (expected: float32, float16 or bfloat16; use the"
                      .formatted(json.file(), key, method(quantised))
                  + " checkpoint before quantisation, or dequantise it, in Python:"
                  + " model.dequantize(), then save_pretrained(folder))");
        }
      }
    }
  }

  private static String method(JsonNode quantised) {
    JsonNode method = quantised.path("quant_method");
    if (method.isMissingNode() || method.isNull()) {
      method = quantised.path("quant_type");
    }
    String bits =
        quantised.path("load_in_4bit").asBoolean(false)
            ? ", 4 bits"
            : quantised.path("load_in_8bit").asBoolean(false)
                ? ", 8 bits"
                : quantised.path("bits").isInt() ? ", " + quantised.path("bits") + " bits" : "";
    return shown(method, "an unnamed method") + bits;
  }

  private static String shown(JsonNode text, String otherwise) {
    String value = text.isTextual() ? text.textValue().replaceAll("[^ -~]", "?") : otherwise;
    return ShortTexts.of(value, LONGEST_NAME);
  }

  private static @Nullable Path first(Path directory, String glob) throws CheckpointException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, glob)) {
      for (Path file : files) {
        return file;
      }
      return null;
    } catch (IOException e) {
      throw new CheckpointException("%s: cannot be read: %s".formatted(directory, e), e);
    }
  }
}
