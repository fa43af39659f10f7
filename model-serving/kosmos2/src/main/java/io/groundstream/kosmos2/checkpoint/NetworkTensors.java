package io.groundstream.kosmos2.checkpoint;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The names and shapes of the tensors that the network needs, in order of computation. The names
 * are those of transformers, including its spelling of {@code pre_layrnorm}.
 */
final class NetworkTensors {
  static final String EMBEDDING = "text_model.model.embed_tokens.weight";
  static final String HEAD = "text_model.lm_head.weight";

  private final Map<String, long[]> shapes = new LinkedHashMap<>();

  private NetworkTensors() {}

  /** Returns the shapes by name, including the output head's unless {@code config} ties it. */
  static Map<String, long[]> shapes(Kosmos2Config config) {
    NetworkTensors tensors = new NetworkTensors();
    tensors.addVision(config.vision());
    tensors.addProjection(config);
    tensors.addText(config.text());
    if (!config.tieWordEmbeddings()) {
      tensors.add(HEAD, config.text().vocabSize(), config.text().embedDim());
    }
    return tensors.shapes;
  }

  private void addVision(VisionConfig vision) {
    int width = vision.hiddenSize();
    String embeddings = "vision_model.model.embeddings.";
    add(embeddings + "class_embedding", width);
    add(
        embeddings + "patch_embedding.weight",
        width,
        vision.channels(),
        vision.patchSize(),
        vision.patchSize());
    add(embeddings + "position_embedding.weight", vision.positions(), width);
    addNorm("vision_model.model.pre_layrnorm", width);
    for (int i = 0; i < vision.layers(); i++) {
      String layer = "vision_model.model.encoder.layers." + i + ".";
      addNorm(layer + "layer_norm1", width);
      addAttention(layer + "self_attn.", width);
      addNorm(layer + "layer_norm2", width);
      addLinear(layer + "mlp.fc1", width, vision.intermediateSize());
      addLinear(layer + "mlp.fc2", vision.intermediateSize(), width);
    }
    addNorm("vision_model.model.post_layernorm", width);
  }

  private void addProjection(Kosmos2Config config) {
    int width = config.text().embedDim();
    addLinear("image_to_text_projection.dense", config.vision().hiddenSize(), width);
    add("image_to_text_projection.latent_query", config.latentQueryCount(), width);
    addAttention("image_to_text_projection.x_attn.", width);
  }

  private void addText(TextConfig text) {
    int width = text.embedDim();
    add(EMBEDDING, text.vocabSize(), width);
    for (int i = 0; i < text.layers(); i++) {
      String layer = "text_model.model.layers." + i + ".";
      addNorm(layer + "self_attn_layer_norm", width);
      addAttention(layer + "self_attn.", width);
      addNorm(layer + "self_attn.inner_attn_ln", width);
      addNorm(layer + "final_layer_norm", width);
      addLinear(layer + "ffn.fc1", width, text.ffnDim());
      addNorm(layer + "ffn.ffn_layernorm", text.ffnDim());
      addLinear(layer + "ffn.fc2", text.ffnDim(), width);
    }
    addNorm("text_model.model.layer_norm", width);
  }

  private void addAttention(String prefix, int width) {
    addLinear(prefix + "q_proj", width, width);
    addLinear(prefix + "k_proj", width, width);
    addLinear(prefix + "v_proj", width, width);
    addLinear(prefix + "out_proj", width, width);
  }

  private void addLinear(String name, int in, int out) {
    add(name + ".weight", out, in);
    add(name + ".bias", out);
  }

  private void addNorm(String name, int width) {
    add(name + ".weight", width);
    add(name + ".bias", width);
  }

  private void add(String name, long... shape) {
    shapes.put(name, shape);
  }
}
