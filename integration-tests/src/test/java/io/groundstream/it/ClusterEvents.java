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
 * As many events as wanted, good and bad ones in turn, and what has to become of each: the demo's
 * scenes with one task or several, requests that fail beside others that do not, pictures that are
 * none, records that are no events, and links that are slow or lead nowhere. For one thread.
 */
final class ClusterEvents {
  static final Path SCENES = Path.of("..", "jobs", "demo-scenes");
  static final int SCENE_COUNT = 24;
  private static final int KINDS = 6;
  private static final int KINDS_WITH_LINKS = 8;

  /** Batches of other sizes add up in another order. */
  private static final double CONFIDENCE_TOLERANCE = 1e-4;

  private static final byte[] NO_PICTURE = "no picture".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NO_EVENT = "no event".getBytes(StandardCharsets.UTF_8);

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

  /** Every question that is asked and answered. */
  static final List<Question> QUESTIONS = List.of(BRIEF, DETAILED, PLAIN, DOG, COUNT);

  private final ReferenceAnswers reference = ReferenceAnswers.read();
  private final Map<String, ReferenceAnswers> otherReferences = new HashMap<>();
  private final Map<String, Set<String>> tolerated = new HashMap<>();
  private final JobTopics topics;
  private final @Nullable PictureHost host;
  private final Map<String, Expected> expected = new LinkedHashMap<>();
  private final Map<String, List<Double>> confidences = new HashMap<>();
  private Set<String> tolerating = Set.of();
  private int images;

  ClusterEvents(JobTopics topics) throws IOException {
    this(topics, null);
  }

  /**
   * @param host where events may link to, or null for none
   */
  ClusterEvents(JobTopics topics, @Nullable PictureHost host) throws IOException {
    this.topics = topics;
    this.host = host;
  }

  /** Says what a model answers that is not the demo's. */
  void expectOf(String revision, ReferenceAnswers answers) {
    otherReferences.put(revision, answers);
  }

  /**
   * Allows that requests of events that are not answered yet, and of those to come until {@link
   * #tolerateNothing}, fail with one of some codes: each then has to have exactly one dead letter.
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

  /** A request, and the prompt that the reference answers. */
  record Question(String task, @Nullable String text, String prompt) {
    ImageRequest request() {
      return ImageRequest.newBuilder().setTask(task).setText(text).build();
    }

    String id() {
      return Ids.requestId(task, text, List.of());
    }
  }

  /**
   * What has to become of an event.
   *
   * @param scene the picture's name, or null if there is to be no image record
   * @param code the code of its one dead letter, or null if there is to be none
   */
  private record Expected(
      @Nullable String scene, List<Question> questions, @Nullable String code) {}

  /** Publishes that many more. */
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
        topics.publish(id, decodable ? topics.encode(event(id, NO_PICTURE)) : NO_EVENT);
        expected.put(
            id, new Expected(null, List.of(), decodable ? "image-format-unknown" : "bad-magic"));
      }
    }
  }

  /**
   * @param byDefault whether the event leaves it to the job what to ask
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

  private static ImageEvent event(String id, byte[] picture) {
    return ImageEvent.newBuilder().setEventId(id).setImageBytes(ByteBuffer.wrap(picture)).build();
  }

  private static ImageEvent linked(String id, String uri) {
    return ImageEvent.newBuilder().setEventId(id).setImageUri(uri).build();
  }

  /** Returns how many were published. */
  int published() {
    return expected.size();
  }

  /** Whether there are as many answers as there have to be, as far as was read. */
  boolean areAnswered() {
    return topics.images.size() >= images
        && topics.imagesAreWhole()
        && topics.deadLetters.size()
            >= expected.values().stream().filter(event -> event.code() != null).count()
                + topics.images.stream().mapToInt(ClusterEvents::unexpectedFailures).sum();
  }

  /** Returns how many requests of an image have failed that could have been answered. */
  private static int unexpectedFailures(GroundedImage image) {
    return (int)
        image.getRequests().stream()
            .filter(result -> result.getErrorCode() != null)
            .filter(result -> !result.getTask().equals(UNKNOWN.task()))
            .count();
  }

  /**
   * What is wrong with the number of results.
   *
   * @param lost events without all of their records and dead letters
   * @param doubled records and dead letters that are there once more than they should
   */
  record Balance(int lost, int doubled) {}

  /** Counts what is missing and what is there twice. */
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

  /** Checks that every event has come to exactly what it has to. */
  void verify() throws IOException {
    Map<String, List<GroundedImage>> imagesOf = byEvent(topics.images, image -> image.getEventId());
    Map<String, List<GroundedPhrase>> phrasesOf =
        byEvent(topics.phrases, phrase -> phrase.getEventId());
    // What could not be decoded is known by its key alone.
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

  /** Every failed request has one dead letter, of the model that the image names, and no other. */
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

  /** The same question about the same scene has the same confidences, whatever went wrong. */
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
