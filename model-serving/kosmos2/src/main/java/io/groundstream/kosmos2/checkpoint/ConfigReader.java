package io.groundstream.kosmos2.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code config.json}. Missing keys have the defaults of transformers' {@code Kosmos2Config},
 * because files on the hub omit values that equal the defaults. Dropout and initialisation concern
 * training and are ignored.
 */
final class ConfigReader {
  static final String FILE_NAME = "config.json";

  static final long MAX_BYTES = 16 << 20;
  private static final String MODEL_TYPE = "kosmos-2";

  // Far above any Kosmos-2, and small enough that products of a tensor's dimensions fit a long.
  private static final int MAX_WIDTH = 1 << 17;
  private static final int MAX_VOCABULARY = 1 << 24;
  private static final int MAX_LAYERS = 1024;
  private static final int MAX_POSITIONS = 1 << 20;
  private static final int MAX_LATENT_QUERIES = 1 << 12;
  private static final int MAX_IMAGE_SIZE = 1 << 12;

  private ConfigReader() {}

  static Kosmos2Config read(Path directory) throws CheckpointException {
    JsonReader json = JsonReader.open(directory.resolve(FILE_NAME), MAX_BYTES);
    checkArchitecture(json);
    OtherLayouts.refuseQuantised(json);
    JsonReader textJson = json.object("text_config");
    // transformers ties if either key is true: the outer for the model, the inner for the decoder.
    boolean tied =
        json.bool("tie_word_embeddings", true) || textJson.bool("tie_word_embeddings", true);
    return new Kosmos2Config(
        readText(textJson),
        readVision(json.object("vision_config")),
        json.integer("latent_query_num", 64, 1, MAX_LATENT_QUERIES),
        tied);
  }

  private static void checkArchitecture(JsonReader json) throws CheckpointException {
    String modelType = json.string("model_type");
    if (modelType != null && !modelType.equals(MODEL_TYPE)) {
      throw json.wrong("model_type", "\"kosmos-2\", the only architecture that is supported");
    }
    JsonNode architectures = json.node("architectures");
    if (architectures.isMissingNode()) {
      if (modelType == null) {
        throw json.wrong("model_type", "\"kosmos-2\"");
      }
      return;
    }
    for (JsonNode architecture : architectures) {
      String name = architecture.asText();
      if (name.equals("Kosmos2ForConditionalGeneration") || name.equals("Kosmos2Model")) {
        return;
      }
    }
    throw json.wrong("architectures", "[\"Kosmos2ForConditionalGeneration\"]");
  }

  private static TextConfig readText(JsonReader json) throws CheckpointException {
    if (json.bool("add_cross_attention", false)) {
      throw json.wrong("add_cross_attention", "false: Kosmos-2's decoder has no cross-attention");
    }
    int vocabSize = json.integer("vocab_size", 65037, 1, MAX_VOCABULARY);
    String embedDimKey = key(json, "embed_dim", "hidden_size");
    int embedDim = json.integer(embedDimKey, 2048, 4, MAX_WIDTH);
    if (embedDim % 2 != 0) {
      throw json.wrong(embedDimKey, "an even number, half of it for sines and half for cosines");
    }
    String headsKey = key(json, "attention_heads", "num_attention_heads");
    int heads = json.integer(headsKey, 32, 1, MAX_WIDTH);
    checkHeads(json, headsKey, heads, embedDimKey, embedDim);
    return new TextConfig(
        vocabSize,
        json.integer("max_position_embeddings", 2048, 1, MAX_POSITIONS),
        embedDim,
        json.integer(key(json, "layers", "num_hidden_layers"), 24, 1, MAX_LAYERS),
        json.integer("ffn_dim", 8192, 1, MAX_WIDTH),
        heads,
        activation(json, "activation_function", Activation.GELU),
        json.number("layer_norm_eps", 1e-5, 0, 1),
        json.bool("scale_embedding", true),
        tokenId(json, "pad_token_id", 1, vocabSize),
        tokenId(json, "bos_token_id", 0, vocabSize),
        tokenId(json, "eos_token_id", 2, vocabSize));
  }

  private static VisionConfig readVision(JsonReader json) throws CheckpointException {
    int hiddenSize = json.integer("hidden_size", 1024, 1, MAX_WIDTH);
    int heads = json.integer("num_attention_heads", 16, 1, MAX_WIDTH);
    checkHeads(json, "num_attention_heads", heads, "hidden_size", hiddenSize);
    int imageSize = json.integerOrEqual("image_size", 2, 224, 1, MAX_IMAGE_SIZE);
    int patchSize = json.integerOrEqual("patch_size", 2, 14, 1, MAX_IMAGE_SIZE);
    if (patchSize > imageSize) {
      throw json.wrong("patch_size", "at most image_size, which is %d".formatted(imageSize));
    }
    return new VisionConfig(
        hiddenSize,
        json.integer("intermediate_size", 4096, 1, MAX_WIDTH),
        json.integer("num_hidden_layers", 24, 1, MAX_LAYERS),
        heads,
        json.integer("num_channels", 3, 3, 3),
        imageSize,
        patchSize,
        activation(json, "hidden_act", Activation.QUICK_GELU),
        json.number("layer_norm_eps", 1e-5, 0, 1));
  }

  /** Returns the key in use: transformers has aliases for some keys of the text configuration. */
  private static String key(JsonReader json, String name, String alias) {
    return !json.has(name) && json.has(alias) ? alias : name;
  }

  private static void checkHeads(
      JsonReader json, String headsKey, int heads, String widthKey, int width)
      throws CheckpointException {
    if (width % heads != 0) {
      throw json.wrong(headsKey, "a divisor of %s, which is %d".formatted(widthKey, width));
    }
  }

  private static int tokenId(JsonReader json, String key, int defaultValue, int vocabSize)
      throws CheckpointException {
    if (defaultValue >= vocabSize && !json.has(key)) {
      throw json.wrong(key, "a whole number from 0 to %d".formatted(vocabSize - 1));
    }
    return json.integerOrEqual(key, 1, defaultValue, 0, vocabSize - 1);
  }

  private static Activation activation(JsonReader json, String key, Activation defaultValue)
      throws CheckpointException {
    @Nullable String name = json.string(key);
    if (name == null) {
      return defaultValue;
    }
    return Activation.byConfigName(name)
        .orElseThrow(() -> json.wrong(key, "one of " + Activation.knownConfigNames()));
  }
}
