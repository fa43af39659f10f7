package io.groundstream.kosmos2;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.LoadProgress;
import io.groundstream.kosmos2.program.Precision;
import io.groundstream.kosmos2.text.Box;
import io.groundstream.kosmos2.text.Phrase;
import io.groundstream.kosmos2.text.PhraseBox;
import io.groundstream.kosmos2.text.Region;
import io.groundstream.kosmos2.text.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * In float32 the prompts and answers for regions, with and without phrases, equal those of the
 * reference, to whose processor the boxes are given; {@code regions.py} makes the golden files.
 */
final class RegionsParityTest {
  private static final JsonMapper JSON = new JsonMapper();

  @ParameterizedTest(name = "{0}, batches of {2}")
  @CsvSource({"demo, 96, 1", "demo, 96, 24", "random-tiny, 24, 7"})
  void equalTheReferences(String name, int maxNewTokens, int batchSize) throws Exception {
    boolean demo = name.equals("demo");
    Path directory =
        demo
            ? Path.of("../demo-checkpoint")
            : Path.of("src/test/resources/checkpoints").resolve(name);
    Path folder =
        demo
            ? Path.of("../../jobs/demo-scenes")
            : Path.of("../images/src/test/resources/goldens/images");
    Kosmos2Options options =
        Kosmos2Options.builder(directory)
            .optDevice(DeviceSpec.CPU)
            .optPrecision(Precision.FLOAT32)
            .optMaxBatchSize(batchSize)
            .build();
    List<JsonNode> references = new ArrayList<>();
    Path goldens = Path.of("src/test/resources/goldens/regions-" + name + ".jsonl");
    for (String line : Files.readAllLines(goldens)) {
      references.add(JSON.readTree(line));
    }
    assertThat(references).hasSizeGreaterThanOrEqualTo(16);
    try (Kosmos2 model = Kosmos2.load(options, LoadProgress.NONE)) {
      SeveralImagesAnswer.ImageReader images = SeveralImagesAnswer.imagesIn(folder, model);
      List<Future<GroundedAnswer>> pending = new ArrayList<>();
      for (JsonNode reference : references) {
        pending.add(
            model.ground(
                new GroundingRequest(
                    Task.REFERRING_EXPRESSION,
                    reference.get("text").textValue(),
                    regions(reference),
                    images.read(reference.get("image").asText()),
                    new GenerationOptions(maxNewTokens, 0))));
      }
      for (int i = 0; i < references.size(); i++) {
        check(pending.get(i).get(5, TimeUnit.MINUTES), references.get(i));
      }
    }
  }

  private static void check(GroundedAnswer answer, JsonNode reference) {
    String name = reference.get("image") + " " + reference.get("regions") + reference.get("text");
    assertThat(answer.prompt().ids()).as(name).isEqualTo(ints(reference.get("prompt_ids")));
    assertThat(answer.generatedIds()).as(name).isEqualTo(ints(reference.get("generated_ids")));
    List<PhraseBox> given =
        answer.grounded().phrases().stream()
            .map(Phrase::boxes)
            .flatMap(List::stream)
            .filter(PhraseBox::given)
            .toList();
    assertThat(given).as(name).hasSameSizeAs(reference.get("regions"));
    assertThat(given).as(name).allMatch(box -> box.confidence() == null);
    assertThat(answer.prompt().givenBoxes())
        .as(name)
        .isEqualTo(regions(reference).stream().map(Region::box).toList());
  }

  private static List<Region> regions(JsonNode reference) {
    List<Region> regions = new ArrayList<>();
    for (JsonNode region : reference.get("regions")) {
      JsonNode box = region.get("box");
      regions.add(
          new Region(
              new Box(
                  box.get(0).asDouble(),
                  box.get(1).asDouble(),
                  box.get(2).asDouble(),
                  box.get(3).asDouble()),
              region.get("phrase").textValue()));
    }
    return regions;
  }

  private static int[] ints(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}
