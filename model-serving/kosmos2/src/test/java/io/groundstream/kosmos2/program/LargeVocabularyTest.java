package io.groundstream.kosmos2.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.checkpoint.TensorInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Logits of a large vocabulary are computed in pieces. Here the vocabulary consists of copies of a
 * small one, so that each token's probability is the original one divided by the number of copies.
 */
final class LargeVocabularyTest {
  private static final Path TINY = Path.of("src/test/resources/checkpoints/random-tiny");
  private static final String EMBEDDING = "text_model.model.embed_tokens.weight";
  private static final int TOKENS = 1201;

  /** Enough for three pieces. */
  private static final int COPIES = 33;

  private static final List<int[]> PROMPTS =
      List.of(new int[] {0, 80, 81, 82}, new int[] {0, 90, 700}, new int[] {0, 1000});

  @TempDir Path directory;

  @BeforeEach
  void writeCopies() throws IOException {
    try (Stream<Path> files = Files.list(TINY)) {
      for (Path file : files.filter(file -> !file.toString().endsWith(".safetensors")).toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
    JsonMapper json = new JsonMapper();
    Path configFile = directory.resolve("config.json");
    ObjectNode config = (ObjectNode) json.readTree(configFile.toFile());
    ((ObjectNode) config.get("text_config")).put("vocab_size", COPIES * TOKENS);
    json.writeValue(configFile.toFile(), config);

    ObjectNode header = json.createObjectNode();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (TensorInfo tensor : Checkpoint.open(TINY).tensors().values()) {
      byte[] all = Files.readAllBytes(tensor.file());
      int from = (int) tensor.offset();
      byte[] bytes = Arrays.copyOfRange(all, from, from + (int) tensor.byteCount());
      int copies = tensor.name().equals(EMBEDDING) ? COPIES : 1;
      long[] shape = tensor.shape();
      shape[0] *= copies;
      ObjectNode entry = header.putObject(tensor.name()).put("dtype", tensor.type().name());
      entry.set("shape", json.valueToTree(shape));
      entry.putArray("data_offsets").add(data.size()).add(data.size() + copies * bytes.length);
      for (int copy = 0; copy < copies; copy++) {
        data.writeBytes(bytes);
      }
    }
    byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
    Files.write(
        directory.resolve("model.safetensors"),
        ByteBuffer.allocate(Long.BYTES + text.length + data.size())
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(text.length)
            .put(text)
            .put(data.toByteArray())
            .array());
  }

  @ParameterizedTest
  @EnumSource(
      value = Precision.class,
      names = {"FLOAT32", "BFLOAT16"})
  void copiesOfTokensShareTheirProbability(Precision precision) throws Exception {
    StepResult small = first(TINY, precision, new BannedTokens());
    StepResult large = first(directory, precision, new BannedTokens());

    for (int row = 0; row < PROMPTS.size(); row++) {
      assertThat(large.tokens()[row] % TOKENS).isEqualTo(small.tokens()[row]);
      float expected = small.probabilities()[row] / COPIES;
      assertThat(large.probabilities()[row]).isCloseTo(expected, within(2e-3f * expected));
    }
  }

  @Test
  void bannedTokensAreFoundInTheirPiece() throws Exception {
    StepResult small = first(TINY, Precision.FLOAT32, new BannedTokens());
    BannedTokens allCopiesButOne = new BannedTokens();
    int[] spared = {0, COPIES / 2, COPIES - 1};
    for (int row = 0; row < PROMPTS.size(); row++) {
      for (int copy = 0; copy < COPIES; copy++) {
        if (copy != spared[row]) {
          allCopiesButOne.add(row, copy * TOKENS + small.tokens()[row]);
        }
      }
    }
    StepResult large = first(directory, Precision.FLOAT32, allCopiesButOne);

    for (int row = 0; row < PROMPTS.size(); row++) {
      assertThat(large.tokens()[row]).isEqualTo(spared[row] * TOKENS + small.tokens()[row]);
    }
  }

  private static StepResult first(Path checkpoint, Precision precision, BannedTokens banned)
      throws Exception {
    try (Kosmos2Program program =
        Kosmos2Program.load(
            Checkpoint.open(checkpoint), DeviceSpec.CPU, precision, 1, LoadProgress.NONE)) {
      program.reshape(PROMPTS.size(), 64, 0);
      return program.prefill(Prompts.of(PROMPTS), 0, banned);
    }
  }
}
