package io.groundstream.kosmos2.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {
  @TempDir Path directory;

  @Test
  void whatIsLeftOutIsAsInTransformers() throws Exception {
    assertThat(read("{'model_type': 'kosmos-2', 'text_config': null}"))
        .isEqualTo(
            new Kosmos2Config(
                new TextConfig(
                    65037, 2048, 2048, 24, 8192, 32, Activation.GELU, 1e-5, true, 1, 0, 2),
                new VisionConfig(1024, 4096, 24, 16, 3, 224, 14, Activation.QUICK_GELU, 1e-5),
                64,
                true));
  }

  @Test
  void readsWhatIsThere() throws Exception {
    assertThat(
            read(
                """
                {'architectures': ['Kosmos2ForConditionalGeneration'], 'latent_query_num': 9,
                 'tie_word_embeddings': false,
                 'text_config': {'vocab_size': 50, 'max_position_embeddings': 77, 'embed_dim': 12,
                   'layers': 5, 'ffn_dim': 13, 'attention_heads': 3,
                   'activation_function': 'gelu_new', 'layer_norm_eps': 1e-6,
                   'scale_embedding': false, 'pad_token_id': 4, 'bos_token_id': 5,
                   'eos_token_id': [6], 'tie_word_embeddings': false, 'dropout': 0.1},
                 'vision_config': {'hidden_size': 10, 'intermediate_size': 11,
                   'num_hidden_layers': 3, 'num_attention_heads': 5, 'num_channels': 3,
                   'image_size': [33, 33], 'patch_size': 8, 'hidden_act': 'relu',
                   'layer_norm_eps': 0.001}}
                """))
        .isEqualTo(
            new Kosmos2Config(
                new TextConfig(50, 77, 12, 5, 13, 3, Activation.GELU_TANH, 1e-6, false, 4, 5, 6),
                new VisionConfig(10, 11, 3, 5, 3, 33, 8, Activation.RELU, 0.001),
                9,
                false));
  }

  @Test
  void patchesThatDoNotFillTheImageLeaveARest() throws Exception {
    VisionConfig vision =
        read("{'model_type': 'kosmos-2', 'vision_config': {'image_size': 33, 'patch_size': 8}}")
            .vision();
    assertThat(vision.positions()).isEqualTo(4 * 4 + 1);
  }

  @Test
  void knowsTheSecondNamesOfTheTextConfiguration() throws Exception {
    TextConfig text =
        read("""
        {'model_type': 'kosmos-2', 'text_config':
          {'hidden_size': 24, 'num_hidden_layers': 7, 'num_attention_heads': 6}}
        """)
            .text();
    assertThat(text.embedDim()).isEqualTo(24);
    assertThat(text.layers()).isEqualTo(7);
    assertThat(text.heads()).isEqualTo(6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'vocab_size': 0}                | vocab_size: 0 (expected: a whole number from 1 to
          {'vocab_size': 3.5}              | vocab_size: 3.5 (expected: a whole number from 1 to
          {'vocab_size': "many"}           | vocab_size: "many" (expected: a whole number from 1 to
          {'vocab_size': true}             | vocab_size: true (expected: a whole number from 1 to
          {'vocab_size': 99999999999999999999} | vocab_size: 99999999999999999999 (expected: a whole
          {'vocab_size': 2}                | eos_token_id: missing (expected: a whole number from 0 to 1)
          {'layers': 0}                    | layers: 0 (expected: a whole number from 1 to 1024)
          {'layers': 2000000000}           | layers: 2000000000 (expected: a whole number from 1 to 1024)
          {'embed_dim': -8}                | embed_dim: -8 (expected: a whole number from 4 to
          {'embed_dim': 9, 'attention_heads': 3} | embed_dim: 9 (expected: an even number
          {'attention_heads': 3}           | attention_heads: 3 (expected: a divisor of embed_dim, which is 2048)
          {'attention_heads': 0}           | attention_heads: 0 (expected: a whole number from 1
          {'ffn_dim': null, 'max_position_embeddings': 0} | max_position_embeddings: 0 (expected: a whole
          {'activation_function': "silu"}  | activation_function: "silu" (expected: one of gelu, gelu_python, quick_gelu, gelu_new,
          {'layer_norm_eps': 0}            | layer_norm_eps: 0 (expected: a number greater than 0.0 and less than 1.0)
          {'layer_norm_eps': 1e400}        | layer_norm_eps: "Infinity" (expected: a number
          {'pad_token_id': -1}             | pad_token_id: -1 (expected: a whole number from 0 to 65036)
          {'eos_token_id': [2, 3]}         | eos_token_id: [2,3] (expected: one number)
          {'add_cross_attention': true}    | add_cross_attention: true (expected: false: Kosmos-2's decoder
          {'scale_embedding': 1}           | scale_embedding: 1 (expected: true or false)
          """)
  void refusesInTheTextConfiguration(String config, String message) {
    assertRefused(
        "{'model_type': 'kosmos-2', 'text_config': " + config + "}", "text_config." + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'num_attention_heads': 7}       | num_attention_heads: 7 (expected: a divisor of hidden_size, which is 1024)
          {'num_channels': 4}              | num_channels: 4 (expected: a whole number from 3 to 3)
          {'patch_size': 225}              | patch_size: 225 (expected: at most image_size, which is 224)
          {'patch_size': 0}                | patch_size: 0 (expected: a whole number from 1
          {'image_size': [224, 112]}       | image_size: [224,112] (expected: one number, or 2 equal ones)
          {'image_size': [224]}            | image_size: [224] (expected: one number, or 2 equal ones)
          {'image_size': 100000}           | image_size: 100000 (expected: a whole number from 1 to 4096)
          {'hidden_act': 5}                | hidden_act: 5 (expected: a string)
          """)
  void refusesInTheVisionConfiguration(String config, String message) {
    assertRefused(
        "{'model_type': 'kosmos-2', 'vision_config': " + config + "}", "vision_config." + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                     | model_type: missing (expected: "kosmos-2")
          {'model_type': "kosmos-2.5"}           | model_type: "kosmos-2.5" (expected: "kosmos-2", the only
          {'architectures': ["LlamaForCausalLM"]}| architectures: ["LlamaForCausalLM"] (expected: ["Kosmos2ForConditionalGeneration"])
          {'model_type': "kosmos-2", 'latent_query_num': 0} | latent_query_num: 0 (expected: a whole number from 1 to 4096)
          {'model_type': "kosmos-2", 'text_config': 3} | text_config: 3 (expected: an object)
          {'model_type': "kosmos-2", 'model_type': "kosmos-2"} | not valid JSON: Duplicate field
          {'model_type': "kosmos-2"              | not valid JSON: Unexpected end-of-input
          {'model_type': "kosmos-2"} {}          | not valid JSON: Trailing token
          []                                     | array (expected: a JSON object)
          """)
  void refusesAsAWhole(String config, String message) {
    assertRefused(config, message);
  }

  @ParameterizedTest
  @ValueSource(ints = {2_000, 100_000})
  void refusesDeepNesting(int depth) {
    assertRefused("[".repeat(depth), "not valid JSON");
  }

  private void assertRefused(String config, String message) {
    assertThatThrownBy(() -> read(config))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(directory.resolve("config.json") + ": " + message);
  }

  private Kosmos2Config read(String config) throws IOException {
    Files.writeString(directory.resolve("config.json"), config.replace('\'', '"'));
    return ConfigReader.read(directory);
  }
}
