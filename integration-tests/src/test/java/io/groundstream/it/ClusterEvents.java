package io.groundstream.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedBox;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.RequestResult;
import io.groundstream.schemas.Ids;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Any number of events, alternately valid and invalid, and the expected result of each: the demo's
 * scenes with one or several tasks, requests that fail beside others that succeed, bytes that are
 * not an image, records that are not an event, and links that are slow or broken. Not thread-safe.
 */
final class ClusterEvents {
  static final Path SCENES = Path.of("..", "jobs", "demo-scenes");
  static final int SCENE_COUNT = 24;
  private static final int KINDS = 6;
  private static final int KINDS_WITH_LINKS = 8;

  /** Batches of different sizes add floating-point numbers in a different order. */
  private static final double CONFIDENCE_TOLERANCE = 1e-4;

  private static final byte[] NOT_AN_IMAGE = "not an image".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NOT_AN_EVENT = "no event".getBytes(StandardCharsets.UTF_8);

  private static final Question BRIEF =
      new Question("grounded-caption", null, "<grounding> An image of");
  private static final Question DETAILED =
      new Question("detailed-caption", null, "<grounding> Describe this image in detail:");
  private static final Question PLAIN = new Question("caption", null, "An image of");
  private static final Question DOG =
      new Question("phrase-grounding", "a dog", "<grounding><phrase> a dog</phrase>");
  private static final Question COUNT =
      new Question(
          "question",
          "How many objects are there?",
          "Question: How many objects are there? Answer:");
  private static final Question UNKNOWN = new Question("sing", null, "");

  /** Every question that is asked and answered successfully. */
  static final List<Question> QUESTIONS = List.of(BRIEF, DETAILED, PLAIN, DOG, COUNT);

  private final ReferenceAnswers reference = ReferenceAnswers.read();
  private final Map<String, ReferenceAnswers> otherReferences = new HashMap<>();
  private final Map<String, Set<String>> tolerated = new HashMap<>();
  private final JobTopics topics;
  private final @Nullable ImageHost host;
  private final Map<String, Expected> expected = new LinkedHashMap<>();
  private final Map<String, List<Double>> confidences = new HashMap<>();
  private Set<String> tolerating = Set.of();
  private int images;

  ClusterEvents(JobTopics topics) throws IOException {
    this(topics, null);
  }

  /**
   * @param host the host that events link to, or null for events without links
   */
  ClusterEvents(JobTopics topics, @Nullable ImageHost host) throws IOException {
    this.topics = topics;
    this.host = host;
  }

  /** Adds the answers of a model other than the demo's. */
  void expectOf(String revision, ReferenceAnswers answers) {
    otherReferences.put(revision, answers);
  }

  /**
   * Allows requests of events that are not answered yet, and of events until {@link
   * #tolerateNothing}, to fail with one of the codes. Each failed request must then have exactly
   * one dead letter.
   */
  void tolerate(Set<String> codes) {
    Set<String> answered =
        topics.images.stream().map(GroundedImage::getEventId).collect(Collectors.toSet());
    for (String id : expected.keySet()) {
      if (!answered.contains(id)) {
        tolerated.computeIfAbsent(id, any -> new HashSet<>()).addAll(codes);
      }
    }
    tolerating = codes;
  }

  void tolerateNothing() {
    tolerating = Set.of();
  }

  /** A request, and the prompt of the reference's answer. */
  record Question(String task, @Nullable String text, String prompt) {
    ImageRequest request() {
      return ImageRequest.newBuilder().setTask(task).setText(text).build();
    }

    String id() {
      return Ids.requestId(task, text, List.of());
    }
  }

  /**
   * The expected result of an event.
   *
   * @param scene the image's name, or null if no image record is expected
   * @param code the code of its only dead letter, or null if none is expected
   */
  private record Expected(
      @Nullable String scene, List<Question> questions, @Nullable String code) {}

  /** Publishes the given number of further events. */
  void publish(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      publishNext();
    }
  }

  private void publishNext() throws IOException {
    int index = expected.size();
    int kinds = host == null ? KINDS : KINDS_WITH_LINKS;
    int round = index / kinds;
    String scene = "scene-%03d.jpg".formatted(round % SCENE_COUNT);
    String id = "event-%03d".formatted(index);
    tolerated.put(id, new HashSet<>(tolerating));
    switch (index % kinds) {
      case 0 -> publish(id, scene, List.of(BRIEF), true);
      case 1 -> publish(id, scene, List.of(DETAILED, BRIEF), false);
      case 2 -> publish(id, scene, List.of(DOG, COUNT, PLAIN), false);
      case 3 -> publish(id, scene, List.of(BRIEF, UNKNOWN), false);
      case 4 -> publish(id, scene, List.of(COUNT, DETAILED, PLAIN, BRIEF, DOG), false);
      case 6 -> {
        topics.publish(linked(id, requireNonNull(host).slow(scene, index)));
        expected.put(id, new Expected(scene, List.of(BRIEF), null));
        images++;
      }
      case 7 -> {
        topics.publish(linked(id, requireNonNull(host).nowhere(index)));
        expected.put(id, new Expected(null, List.of(), "image-not-found"));
      }
      default -> {
        boolean decodable = round % 2 == 0;
        topics.publish(id, decodable ? topics.encode(event(id, NOT_AN_IMAGE)) : NOT_AN_EVENT);
        expected.put(
            id, new Expected(null, List.of(), decodable ? "image-format-unknown" : "bad-magic"));
      }
    }
  }

  /**
   * @param byDefault whether the event has no requests, so that the job's default tasks apply
   */
  private void publish(String id, String scene, List<Question> questions, boolean byDefault)
      throws IOException {
    ImageEvent event = event(id, Files.readAllBytes(SCENES.resolve(scene)));
    if (!byDefault) {
      event.setRequests(questions.stream().map(Question::request).toList());
    }
    topics.publish(event);
    expected.put(
        id, new Expected(scene, questions, questions.contains(UNKNOWN) ? "unknown-task" : null));
    images++;
  }

  private static ImageEvent event(String id, byte[] image) {
    return ImageEvent.newBuilder().setEventId(id).setImageBytes(ByteBuffer.wrap(image)).build();
  }

  private static ImageEvent linked(String id, String uri) {
    return ImageEvent.newBuilder().setEventId(id).setImageUri(uri).build();
  }

  /** Returns the number of published events. */
  int published() {
    return expected.size();
  }

  /** Returns whether the records read so far contain as many answers as expected. */
  boolean areAnswered() {
    return topics.images.size() >= images
        && topics.imagesAreWhole()
        && topics.deadLetters.size()
            >= expected.values().stream().filter(event -> event.code() != null).count()
                + topics.images.stream().mapToInt(ClusterEvents::unexpectedFailures).sum();
  }

  /** Returns the number of valid requests of an image that have failed. */
  private static int unexpectedFailures(GroundedImage image) {
    return (int)
        image.getRequests().stream()
            .filter(result -> result.getErrorCode() != null)
            .filter(result -> !result.getTask().equals(UNKNOWN.task()))
            .count();
  }

  /**
   * The differences from the expected number of results.
   *
   * @param lost events that lack some of their records or dead letters
   * @param doubled records and dead letters beyond the expected ones
   */
  record Balance(int lost, int doubled) {}

  /** Counts missing and duplicate results. */
  Balance balance() {
    Map<String, List<GroundedImage>> imagesOf = byEvent(topics.images, image -> image.getEventId());
    Map<String, List<GroundedPhrase>> phrasesOf =
        byEvent(topics.phrases, phrase -> phrase.getEventId());
    Map<String, List<DeadLetter>> lettersOf =
        byEvent(topics.deadLetters, letter -> utf8(letter.getOriginalKey()));
    int lost = 0;
    int doubled = 0;
    for (Map.Entry<String, Expected> entry : expected.entrySet()) {
      List<GroundedImage> images = imagesOf.getOrDefault(entry.getKey(), List.of());
      int phrasesExpected = images.stream().limit(1).mapToInt(JobTopics::phraseCount).sum();
      int[] more = {
        images.size() - (entry.getValue().scene() == null ? 0 : 1),
        phrasesOf.getOrDefault(entry.getKey(), List.of()).size() - phrasesExpected,
        lettersOf.getOrDefault(entry.getKey(), List.of()).size()
            - (entry.getValue().code() == null ? 0 : 1)
            - images.stream().limit(1).mapToInt(ClusterEvents::unexpectedFailures).sum()
      };
      lost += Arrays.stream(more).anyMatch(difference -> difference < 0) ? 1 : 0;
      doubled += Arrays.stream(more).filter(difference -> difference > 0).sum();
    }
    return new Balance(lost, doubled);
  }

  /** Checks that every event has exactly its expected results. */
  void verify() throws IOException {
    Map<String, List<GroundedImage>> imagesOf = byEvent(topics.images, image -> image.getEventId());
    Map<String, List<GroundedPhrase>> phrasesOf =
        byEvent(topics.phrases, phrase -> phrase.getEventId());
    // A record that could not be decoded is identified by its key only.
    Map<String, List<DeadLetter>> lettersOf =
        byEvent(topics.deadLetters, letter -> utf8(letter.getOriginalKey()));
    assertThat(expected.keySet())
        .containsAll(imagesOf.keySet())
        .containsAll(phrasesOf.keySet())
        .containsAll(lettersOf.keySet());
    for (Map.Entry<String, Expected> entry : expected.entrySet()) {
      String id = entry.getKey();
      Expected event = entry.getValue();
      List<GroundedImage> images = imagesOf.getOrDefault(id, List.of());
      List<GroundedPhrase> phrases = phrasesOf.getOrDefault(id, List.of());
      assertThat(images).as("images of %s", id).hasSize(event.scene() == null ? 0 : 1);
      List<DeadLetter> letters = lettersOf.getOrDefault(id, List.of());
      if (images.isEmpty()) {
        assertThat(letters)
            .as("dead letters of %s", id)
            .extracting(DeadLetter::getCode)
            .containsExactly(String.valueOf(event.code()));
        assertThat(phrases).as("phrases of %s", id).isEmpty();
      } else {
        verify(event, images.get(0), phrases);
        verify(images.get(0), letters);
      }
    }
  }

  /** Checks that every failed request has exactly one dead letter, with the image's model. */
  private static void verify(GroundedImage image, List<DeadLetter> letters) {
    assertThat(letters)
        .as("dead letters of %s", image.getEventId())
        .allMatch(letter -> letter.getModelRevision().equals(image.getModelRevision()))
        .extracting(DeadLetter::getRequestId, DeadLetter::getCode)
        .containsExactlyInAnyOrderElementsOf(
            image.getRequests().stream()
                .filter(result -> result.getErrorCode() != null)
                .map(result -> tuple(result.getRequestId(), result.getErrorCode()))
                .toList());
  }

  private void verify(Expected event, GroundedImage image, List<GroundedPhrase> phrases)
      throws IOException {
    String scene = String.valueOf(event.scene());
    assertThat(image.getImageId()).isEqualTo(image.getEventId());
    assertThat(image.getContentSha256())
        .isEqualTo(Ids.contentSha256(Files.readAllBytes(SCENES.resolve(scene))));
    assertThat(image.getRequests())
        .extracting(RequestResult::getRequestId)
        .isEqualTo(event.questions().stream().map(Question::id).toList());
    int phraseCount = 0;
    for (int i = 0; i < event.questions().size(); i++) {
      Question question = event.questions().get(i);
      RequestResult result = image.getRequests().get(i);
      if (question.equals(UNKNOWN)) {
        assertThat(result.getErrorCode()).isEqualTo(event.code());
        continue;
      }
      if (result.getErrorCode() != null) {
        assertThat(tolerated.get(image.getEventId()))
            .as("codes that %s may have", image.getEventId())
            .contains(result.getErrorCode());
        continue;
      }
      ReferenceAnswers.Answer answer =
          otherReferences
              .getOrDefault(image.getModelRevision(), reference)
              .of(scene, question.prompt());
      assertThat(result.getCaption()).isEqualTo(answer.caption());
      assertThat(result.getPhraseCount()).isEqualTo(answer.phrases().size());
      verify(scene, image, question, answer, phrases);
      phraseCount += answer.phrases().size();
    }
    assertThat(phrases).as("phrases of %s", image.getEventId()).hasSize(phraseCount);
  }

  private void verify(
      String scene,
      GroundedImage image,
      Question question,
      ReferenceAnswers.Answer answer,
      List<GroundedPhrase> phrases) {
    for (int i = 0; i < answer.phrases().size(); i++) {
      String id = Ids.phraseId(image.getImageId(), question.id(), i);
      List<GroundedPhrase> same =
          phrases.stream().filter(phrase -> phrase.getPhraseId().equals(id)).toList();
      assertThat(same).as("phrase %s %s %d", image.getEventId(), question, i).hasSize(1);
      GroundedPhrase phrase = same.get(0);
      assertThat(phrase.getOrdinal()).isEqualTo(i);
      assertThat(phrase.getRequestId()).isEqualTo(question.id());
      assertThat(phrase.getTask()).isEqualTo(question.task());
      assertThat(phrase.getCaption()).isEqualTo(answer.caption());
      assertThat(phrase.getOrigin()).isEqualTo(image.getOrigin());
      assertThat(phrase.getModelRevision()).isEqualTo(image.getModelRevision());
      verifyConfidences(
          phrase, image.getModelRevision() + " " + scene + " " + question.id() + " " + i);
      assertThat(
              new ReferenceAnswers.NamedBoxes(
                  phrase.getPhrase(),
                  phrase.getStart(),
                  phrase.getEnd(),
                  phrase.getBoxes().stream().map(ClusterEvents::corners).toList()))
          .isEqualTo(answer.phrases().get(i));
    }
  }

  /** Checks that the same question about the same scene has the same confidences despite faults. */
  private void verifyConfidences(GroundedPhrase phrase, String what) {
    List<Double> now = phrase.getBoxes().stream().map(GroundedBox::getConfidence).toList();
    List<Double> first = confidences.computeIfAbsent(what, any -> now);
    assertThat(now).as("confidences of %s", what).hasSameSizeAs(first);
    for (int i = 0; i < now.size(); i++) {
      Double expectedNow = first.get(i);
      if (expectedNow == null) {
        assertThat(now.get(i)).as(what).isNull();
      } else {
        assertThat(now.get(i)).as(what).isCloseTo(expectedNow, within(CONFIDENCE_TOLERANCE));
      }
    }
  }

  private static List<Double> corners(GroundedBox box) {
    return List.of(box.getXMin(), box.getYMin(), box.getXMax(), box.getYMax());
  }

  private static <T> Map<String, List<T>> byEvent(List<T> records, Function<T, String> event) {
    return records.stream().collect(Collectors.groupingBy(event));
  }

  private static String utf8(@Nullable ByteBuffer bytes) {
    return bytes == null ? "" : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }
}
