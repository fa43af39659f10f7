package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.groundstream.avro.DecodingOptions;
import io.groundstream.avro.Demonstration;
import io.groundstream.avro.FurtherImage;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.PromptPart;
import io.groundstream.avro.RequestBox;
import io.groundstream.avro.RequestResult;
import io.groundstream.console.embedded.LocalFlink;
import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.enrich.EnrichmentJob;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.Kosmos2;
import io.groundstream.kosmos2.Kosmos2Options;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.Precision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests events with several images, demonstrations, candidates and constraints: with a real broker
 * and the demo checkpoint, answers are those of the reference.
 */
@Timeout(180)
final class SeveralImagesITCase {
  private static final Path CHECKPOINT = Path.of("..", "model-serving", "demo-checkpoint");
  private static final Path REFERENCE =
      Path.of("../model-serving/kosmos2/src/test/resources/goldens/several-images-demo.jsonl");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Of a JPEG, whose pixels differ slightly between decoders, on the demo checkpoint. */
  private static final double LOG_TOLERANCE = 5e-2;

  @TempDir static Path directory;

  private static TestBroker kafka;
  private static TestRegistry registry;
  private static LocalFlink flink;

  @BeforeAll
  static void start() throws Exception {
    kafka = TestBroker.start(directory.resolve("kafka"));
    registry = TestRegistry.start(directory.resolve("registry"));
    // A slot for the job of each test; the jobs run until the end.
    flink = LocalFlink.start(directory.resolve("flink"), 4, 0, Map.of());
  }

  @AfterAll
  static void stop() throws Exception {
    flink.close();
    registry.close();
    kafka.close();
  }

  private static void submit(JobTopics topics, Map<String, String> more) throws Exception {
    Map<String, String> values = new HashMap<>(topics.configuration());
    values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
    values.put("schema-registry.url", registry.url());
    values.put("model.checkpoint", CHECKPOINT.toAbsolutePath().toString());
    values.put("model.device", "cpu");
    values.put("model.dtype", "float32");
    values.put("job.parallelism", "1");
    values.put("job.checkpoint-interval", "500 ms");
    values.put("flink.restart-strategy.type", "none");
    values.put("grounding.no-repeat-ngram-size", "0");
    values.putAll(more);
    flink.submit(EnrichmentJob.define(EnrichmentSettings.parse(values)));
  }

  private static ByteBuffer scene(String name) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(Events.SCENES.resolve(name)));
  }

  private static List<JsonNode> reference() throws IOException {
    List<JsonNode> cases = new ArrayList<>();
    ObjectMapper json = new ObjectMapper();
    for (String line : Files.readAllLines(REFERENCE)) {
      cases.add(json.readTree(line));
    }
    return cases;
  }

  /** Returns the event of one of the reference's prompts; its first image is the event's own. */
  private static ImageEvent event(String id, JsonNode prompt) throws IOException {
    List<PromptPart> parts = new ArrayList<>();
    List<ByteBuffer> images = new ArrayList<>();
    for (JsonNode part : prompt.path("parts")) {
      if (part.has("image")) {
        parts.add(new PromptPart(null, images.size()));
        images.add(scene(part.path("image").asText()));
      } else {
        parts.add(new PromptPart(part.path("text").asText(), null));
      }
    }
    List<String> candidates = new ArrayList<>();
    prompt.path("candidates").forEach(text -> candidates.add(text.asText()));
    List<FurtherImage> further = new ArrayList<>();
    for (ByteBuffer image : images.subList(Math.min(1, images.size()), images.size())) {
      further.add(new FurtherImage(image, null));
    }
    return ImageEvent.newBuilder()
        .setEventId(id)
        .setImageBytes(images.isEmpty() ? null : images.get(0))
        .setFurtherImages(further)
        .setRequests(
            List.of(
                ImageRequest.newBuilder()
                    .setTask(candidates.isEmpty() ? "prompt" : "score")
                    .setParts(parts)
                    .setCandidates(candidates)
                    .setOptions(DecodingOptions.newBuilder().setMaxNewTokens(48).build())
                    .build()))
        .build();
  }

  /** Answers by the event that they are to. */
  private record Answers(Map<String, RequestResult> byEvent) {
    RequestResult to(String event) {
      return Objects.requireNonNull(byEvent.get(event), event);
    }
  }

  private static Answers answers(JobTopics topics, int count) throws Exception {
    topics.readUntil(PATIENCE, () -> topics.images.size() >= count && topics.imagesAreWhole());
    assertThat(topics.deadLetters).isEmpty();
    Map<String, RequestResult> answers = new HashMap<>();
    for (GroundedImage image : topics.images) {
      assertThat(image.getRequests()).hasSize(1);
      answers.put(image.getEventId(), image.getRequests().get(0));
    }
    return new Answers(answers);
  }

  @Test
  void promptsAndScoresAreThoseOfTheReference() throws Exception {
    List<JsonNode> reference = reference();
    List<String> texts = texts(reference);
    try (JobTopics topics = JobTopics.create("parts", kafka.bootstrapServers(), registry.url())) {
      submit(topics, Map.of());
      for (int i = 0; i < reference.size(); i++) {
        topics.publish(event("case-" + i, reference.get(i)));
      }
      Answers answers = answers(topics, reference.size());

      int scored = 0;
      for (int i = 0; i < reference.size(); i++) {
        JsonNode expected = reference.get(i);
        RequestResult answer = answers.to("case-" + i);
        assertThat(answer.getPromptTokens()).isEqualTo(expected.path("prompt_ids").size());
        if (expected.has("candidates")) {
          scored++;
          check(answer, expected);
        } else {
          assertThat(answer.getRawText()).isEqualTo(texts.get(i));
          assertThat(answer.getGeneratedTokens()).isEqualTo(expected.path("generated_ids").size());
          assertThat(answer.getScores()).isEmpty();
        }
      }
      assertThat(scored).isGreaterThanOrEqualTo(4);
      assertThat(reference.size() - scored).isGreaterThanOrEqualTo(16);
      // What the model says about the last image is not said of the event's own.
      assertThat(topics.phrases)
          .isNotEmpty()
          .allSatisfy(
              phrase -> {
                JsonNode asked = reference.get(Integer.parseInt(phrase.getEventId().substring(5)));
                assertThat(phrase.getImageIndex()).isEqualTo(images(asked) - 1);
              })
          .extracting(GroundedPhrase::getImageIndex)
          .contains(0, 1);
    }
  }

  /** Returns the texts of the reference's tokens: the library's, whose tokens must be the same. */
  private static List<String> texts(List<JsonNode> reference) throws Exception {
    Kosmos2Options options =
        Kosmos2Options.builder(CHECKPOINT)
            .optDevice(DeviceSpec.CPU)
            .optPrecision(Precision.FLOAT32)
            .build();
    List<String> texts = new ArrayList<>();
    try (Kosmos2 model = Kosmos2.load(options, (loaded, total) -> {})) {
      for (JsonNode prompt : reference) {
        if (prompt.has("candidates")) {
          texts.add("");
          continue;
        }
        List<io.groundstream.kosmos2.text.PromptPart> parts = new ArrayList<>();
        for (JsonNode part : prompt.path("parts")) {
          parts.add(
              part.has("image")
                  ? new io.groundstream.kosmos2.text.PromptPart.Image(
                      model.prepare(scene(part.path("image").asText()).array()))
                  : new io.groundstream.kosmos2.text.PromptPart.Text(part.path("text").asText()));
        }
        GroundedAnswer answer =
            model.ground(GroundingRequest.ofParts(parts, new GenerationOptions(48, 0))).get();
        assertThat(answer.generatedIds())
            .isEqualTo(
                prompt.path("generated_ids").valueStream().mapToInt(JsonNode::asInt).toArray());
        texts.add(answer.grounded().text());
      }
    }
    return texts;
  }

  private static int images(JsonNode prompt) {
    int images = 0;
    for (JsonNode part : prompt.path("parts")) {
      images += part.has("image") ? 1 : 0;
    }
    return images;
  }

  private static void check(RequestResult answer, JsonNode expected) {
    double best = Double.NEGATIVE_INFINITY;
    String text = "";
    for (int i = 0; i < expected.path("candidates").size(); i++) {
      double sum = 0;
      JsonNode logarithms = expected.path("scores").path(i).path("logs");
      for (int token = 0; token < logarithms.size(); token++) {
        sum += logarithms.get(token).asDouble();
        assertThat(answer.getScores().get(i).getTokenLogProbabilities().get(token))
            .isCloseTo(logarithms.get(token).asDouble(), within(LOG_TOLERANCE));
      }
      assertThat(answer.getScores().get(i).getText())
          .isEqualTo(expected.path("candidates").get(i).asText());
      assertThat(answer.getScores().get(i).getLogProbability())
          .isCloseTo(sum, within(LOG_TOLERANCE * logarithms.size()));
      assertThat(answer.getScores().get(i).getMeanLogProbability())
          .isCloseTo(sum / logarithms.size(), within(LOG_TOLERANCE));
      if (sum > best) {
        best = sum;
        text = expected.path("candidates").get(i).asText();
      }
    }
    assertThat(answer.getRawText()).endsWith(text);
    assertThat(answer.getFinishReason()).isEqualTo("end");
  }

  /** The job's demonstrations, an event's own, and parts are three ways to the same prompt. */
  @Test
  void demonstrationsGiveThePromptOfTheirParts() throws Exception {
    JsonNode shown = reference().get(0);
    ArrayNode parts = (ArrayNode) shown.path("parts");
    String text = parts.get(1).path("text").asText();
    String question = parts.get(3).path("text").asText();
    Path file = directory.resolve("demonstrations.json");
    Files.copy(
        Events.SCENES.resolve(parts.get(0).path("image").asText()), directory.resolve("shown.jpg"));
    new ObjectMapper()
        .writeValue(file.toFile(), List.of(Map.of("image_uri", "shown.jpg", "text", text)));
    ImageEvent plain =
        ImageEvent.newBuilder()
            .setEventId("plain-0")
            .setImageBytes(scene(parts.get(2).path("image").asText()))
            .setRequests(
                List.of(ImageRequest.newBuilder().setTask("prompt").setText(question).build()))
            .build();
    try (JobTopics topics = JobTopics.create("shown", kafka.bootstrapServers(), registry.url())) {
      submit(topics, Map.of("grounding.demonstrations", file.toString()));
      topics.publish(plain);
      topics.publish(ImageEvent.newBuilder(plain).setEventId("plain-1").build());
      topics.publish(
          ImageEvent.newBuilder(plain)
              .setEventId("own")
              .setDemonstrations(
                  List.of(
                      new Demonstration(
                          scene(parts.get(0).path("image").asText()), null, text, List.of())))
              .build());
      topics.publish(event("parts", shown));
      Answers answers = answers(topics, 4);

      RequestResult expected = answers.to("parts");
      assertThat(expected.getGeneratedTokens()).isEqualTo(shown.path("generated_ids").size());
      for (String id : List.of("plain-0", "plain-1", "own")) {
        assertThat(answers.to(id).getRawText()).as(id).isEqualTo(expected.getRawText());
        assertThat(answers.to(id).getPromptTokens()).isEqualTo(expected.getPromptTokens());
      }
      // An expression has the region that was given, in the image that it was given in.
      assertThat(topics.phrases)
          .extracting(GroundedPhrase::getEventId, GroundedPhrase::getImageIndex)
          .contains(tuple("plain-0", 0), tuple("parts", 1));
    }
  }

  @Test
  void namedRegionsAreInThePrompt() throws Exception {
    try (JobTopics topics = JobTopics.create("named", kafka.bootstrapServers(), registry.url())) {
      submit(topics, Map.of());
      topics.publish(
          Events.event(
              "named",
              "scene-000.jpg",
              Events.request(
                  "referring-expression",
                  "stands beside",
                  new RequestBox(0.1, 0.1, 0.5, 0.5, "a ball"))));
      RequestResult answer = answers(topics, 1).to("named");

      assertThat(answer.getPrompt())
          .startsWith("<grounding><phrase> a ball</phrase><object>")
          .endsWith("</object> stands beside");
      assertThat(topics.phrases)
          .filteredOn(phrase -> phrase.getPhrase().equals("a ball"))
          .singleElement()
          .satisfies(phrase -> assertThat(phrase.getBoxes().get(0).getSource()).isEqualTo("given"));
    }
  }

  @Test
  void constraintsHold() throws Exception {
    try (JobTopics topics = JobTopics.create("held", kafka.bootstrapServers(), registry.url())) {
      submit(
          topics,
          Map.of(
              "grounding.constraint", "boxes",
              "grounding.max-boxes", "1",
              "grounding.choices", "perhaps;never"));
      for (int i = 0; i < 6; i++) {
        topics.publish(
            Events.event(
                "caption-" + i, "scene-00" + i + ".jpg", Events.request("grounded-caption", null)));
        topics.publish(
            Events.event(
                "question-" + i,
                "scene-00" + i + ".jpg",
                Events.request("question", "Is there a ball?")));
      }
      Answers answers = answers(topics, 12);

      for (int i = 0; i < 6; i++) {
        assertThat(answers.to("question-" + i).getAnswer()).isIn("perhaps", "never");
        String event = "caption-" + i;
        assertThat(topics.phrases)
            .filteredOn(phrase -> phrase.getEventId().equals(event))
            .singleElement()
            .satisfies(phrase -> assertThat(phrase.getBoxes()).hasSize(1));
        assertThat(answers.to(event).getWarnings()).isEmpty();
      }
    }
  }
}
