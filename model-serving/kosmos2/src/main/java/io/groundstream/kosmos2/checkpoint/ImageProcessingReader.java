package io.groundstream.kosmos2.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the image preprocessing from the key {@code image_processor} of {@code
 * processor_config.json}, which newer versions of transformers write, or else from {@code
 * preprocessor_config.json}. If both exist, the newer one is used, as in transformers. Missing keys
 * have the defaults of its {@code CLIPImageProcessor}.
 */
final class ImageProcessingReader {
  static final String NEW_FILE_NAME = "processor_config.json";
  static final String OLD_FILE_NAME = "preprocessor_config.json";

  private static final long MAX_BYTES = 16 << 20;
  private static final int MAX_SIZE = 1 << 12;
  private static final int DEFAULT_SIZE = 224;
  private static final int BICUBIC = 3;
  private static final double MAX_LEVEL = 1e6;
  private static final double[] CLIP_MEAN = {0.48145466, 0.4578275, 0.40821073};
  private static final double[] CLIP_STD = {0.26862954, 0.26130258, 0.27577711};
  private static final Set<String> KNOWN_PROCESSORS =
      Set.of(
          "CLIPImageProcessor",
          "CLIPImageProcessorFast",
          "CLIPImageProcessorPil",
          "CLIPFeatureExtractor");

  private final JsonReader json;

  private ImageProcessingReader(JsonReader json) {
    this.json = json;
  }

  /** Reads the files of {@code directory} for a vision encoder of images of {@code imageSize}. */
  static ImageProcessing read(Path directory, int imageSize) throws CheckpointException {
    ImageProcessingReader reader = new ImageProcessingReader(open(directory));
    int size = reader.size();
    if (size != imageSize) {
      throw reader.json.wrong(
          "size",
          "a square of %d pixels, the image_size of %s"
              .formatted(imageSize, ConfigReader.FILE_NAME));
    }
    return reader.read(size);
  }

  private static JsonReader open(Path directory) throws CheckpointException {
    Path newFile = directory.resolve(NEW_FILE_NAME);
    if (Files.exists(newFile)) {
      JsonReader processor = JsonReader.open(newFile, MAX_BYTES);
      processor.integer("num_patch_index_tokens", 1024, 1024, 1024);
      if (processor.has("image_processor")) {
        return processor.object("image_processor");
      }
    }
    Path oldFile = directory.resolve(OLD_FILE_NAME);
    if (!Files.exists(oldFile)) {
      throw new CheckpointException(
          "%s: missing, and so is the key image_processor of %s (expected: one of them)"
              .formatted(oldFile, NEW_FILE_NAME));
    }
    return JsonReader.open(oldFile, MAX_BYTES);
  }

  private ImageProcessing read(int size) throws CheckpointException {
    @Nullable String type = json.string("image_processor_type");
    if (type != null && !KNOWN_PROCESSORS.contains(type)) {
      throw json.wrong("image_processor_type", "CLIPImageProcessor");
    }
    if (!json.bool("do_resize", true)) {
      throw json.wrong("do_resize", "true: the network takes images of one size only");
    }
    checkCrop(size);
    if (json.integer("resample", BICUBIC, 0, 5) != BICUBIC) {
      throw json.wrong("resample", "3, which is bicubic");
    }
    double rescaleFactor = json.number("rescale_factor", 1.0 / 255, 0, MAX_LEVEL);
    double[] mean = json.numbers("image_mean", CLIP_MEAN, -MAX_LEVEL, MAX_LEVEL);
    double[] std = json.numbers("image_std", CLIP_STD, 0, MAX_LEVEL);
    boolean normalised = json.bool("do_normalize", true);
    return new ImageProcessing(
        size,
        normalised ? mean : new double[] {0, 0, 0},
        normalised ? std : new double[] {1, 1, 1},
        json.bool("do_rescale", true) ? rescaleFactor : 1,
        Resampling.BICUBIC);
  }

  /**
   * Returns the side of the square to which images are resized, in pixels. {@code shortest_edge}
   * alone keeps the aspect ratio, which would invalidate boxes relative to the whole image; it is
   * accepted only with {@code use_square_size}, which makes it the side of a square.
   */
  private int size() throws CheckpointException {
    boolean square = json.bool("use_square_size", false);
    JsonNode node = json.node("size");
    if (node.isObject() && (node.has("height") || node.has("width"))) {
      return side("size");
    }
    if (!square) {
      throw json.wrong(
          "size",
          "height and width, or use_square_size: Kosmos-2 sees the whole image as a square");
    }
    if (node.isObject()) {
      return json.object("size").integer("shortest_edge", DEFAULT_SIZE, 1, MAX_SIZE);
    }
    return json.integer("size", DEFAULT_SIZE, 1, MAX_SIZE);
  }

  /** Rejects any crop but one to the size of the resized image, which has no effect. */
  private void checkCrop(int size) throws CheckpointException {
    if (!json.bool("do_center_crop", true)) {
      return;
    }
    int crop;
    if (json.node("crop_size").isObject()) {
      crop = side("crop_size");
    } else {
      crop = json.integer("crop_size", DEFAULT_SIZE, 1, MAX_SIZE);
    }
    if (crop != size) {
      throw json.wrong("crop_size", "%d, the size, or do_center_crop: false".formatted(size));
    }
  }

  private int side(String key) throws CheckpointException {
    JsonReader sides = json.object(key);
    // Zero stands for a missing side, so that height and width differ.
    int height = sides.integer("height", 0, 1, MAX_SIZE);
    if (height == 0 || height != sides.integer("width", 0, 1, MAX_SIZE)) {
      throw json.wrong(key, "equal height and width");
    }
    return height;
  }
}
