package io.groundstream.kosmos2.program;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageOptions;
import io.groundstream.images.ImagePreprocessor;
import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.engine.EngineOptions;
import io.groundstream.kosmos2.engine.Generation;
import io.groundstream.kosmos2.engine.GenerationEngine;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.engine.GenerationRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs every variant of the program on this machine's CPU, whichever it would choose itself:
 * float32 gives the reference's tokens, and half precision nearly all of them.
 */
final class ArithmeticTest {
  private static final Path CHECKPOINT = Path.of("../demo-checkpoint");
  private static final Path SCENES = Path.of("../../jobs/demo-scenes");
  private static final Path ANSWERS = Path.of("src/test/resources/goldens/generation-demo.jsonl");
  private static final int IMAGE_AT = 2;
  private static final int NEW_TOKENS = 96;

  @ParameterizedTest
  @CsvSource({"FLOAT32, 1.0", "BFLOAT16, 0.98", "FLOAT16, 0.98"})
  void tokensOfAGpusVariantAreTheReferences(Precision precision, double share) throws Exception {
    check(Arithmetic.asOnGpu(precision), share);
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, false, 1.0",
    "BFLOAT16, true, 0.98",
    "BFLOAT16, false, 0.98",
    "FLOAT16, true, 0.98"
  })
  void tokensOfACpusVariantAreTheReferences(Precision precision, boolean widened, double share)
      throws Exception {
    check(Arithmetic.onCpu(precision, widened), share);
  }

  private static void check(Arithmetic arithmetic, double share) throws Exception {
    Checkpoint checkpoint = Checkpoint.open(CHECKPOINT);
    ImageDecoder decoder = new ImageDecoder(ImageOptions.defaults());
    ImagePreprocessor preprocessor = new ImagePreprocessor(checkpoint.imageProcessing().size());
    List<JsonNode> references = new ArrayList<>();
    for (String line : Files.readAllLines(ANSWERS)) {
      references.add(new JsonMapper().readTree(line));
    }
    int tokens = 0;
    int equal = 0;
    try (GenerationEngine engine =
        GenerationEngine.start(
            () ->
                Kosmos2Program.load(
                    checkpoint,
                    TorchRuntime.resolve(DeviceSpec.CPU),
                    arithmetic,
                    2,
                    LoadProgress.NONE),
            new EngineOptions(24, 64),
            "variant")) {
      List<CompletableFuture<Generation>> pending = new ArrayList<>();
      for (JsonNode reference : references) {
        byte[] file = Files.readAllBytes(SCENES.resolve(reference.get("image").asText()));
        pending.add(
            engine.submit(
                new GenerationRequest(
                    ints(reference.get("prompt_ids")),
                    IMAGE_AT,
                    preprocessor.prepare(decoder.decode(file)).levels(),
                    new GenerationOptions(NEW_TOKENS, 0))));
      }
      for (int i = 0; i < references.size(); i++) {
        int[] expected = ints(references.get(i).get("generated_ids"));
        int[] actual = pending.get(i).get().tokens();
        tokens += Math.max(expected.length, actual.length);
        for (int at = 0; at < Math.min(expected.length, actual.length); at++) {
          equal += expected[at] == actual[at] ? 1 : 0;
        }
      }
    }
    assertThat(tokens).isGreaterThan(500);
    assertThat((double) equal / tokens).isGreaterThanOrEqualTo(share);
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}
