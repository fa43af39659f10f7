package io.groundstream.operators.grounding;

import io.groundstream.avro.Demonstration;
import io.groundstream.avro.FurtherImage;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.PromptPart;
import io.groundstream.images.MediaTypes;
import io.groundstream.kosmos2.Candidates;
import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.Stage;
import io.groundstream.kosmos2.text.PromptBuilder;
import io.groundstream.kosmos2.text.Task;
import io.groundstream.operators.deadletter.Failure;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.fetch.ImageFetchers;
import io.groundstream.operators.fetch.ShownUri;
import io.groundstream.operators.format.EventDecoder;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a record would become, as far as that is known without its image's pixels and without the
 * model: links are not followed, and images are not decoded.
 *
 * @param position the topic, partition and offset of the record
 * @param eventId the event's identifier; null if the record is not an event
 * @param imageId the image's identifier; null if the record is not an event
 * @param image what the image is, for people; null if the record is not an event
 * @param eventTime the time of the event or else of its record; null if both are absent
 * @param attributes the event's attributes
 * @param requests what would be asked
 * @param problems why there would be dead letters
 * @param skipped whether the record is valid and asks for nothing
 */
public record EventPreview(
    String position,
    @Nullable String eventId,
    @Nullable String imageId,
    @Nullable String image,
    @Nullable Instant eventTime,
    Map<String, String> attributes,
    List<ImageRequest> requests,
    List<Failure> problems,
    boolean skipped) {

  public EventPreview {
    attributes = Map.copyOf(attributes);
    requests = List.copyOf(requests);
    problems = List.copyOf(problems);
  }

  /** Returns the topic of the record. */
  public String topic() {
    return position.substring(0, position.indexOf(':'));
  }

  /**
   * Returns what a record would become.
   *
   * @param decoder decodes the records of the topic
   * @throws RegistryUnavailableException if the registry is needed and does not answer
   */
  public static EventPreview of(
      EventRecord record, EventDecoder decoder, GroundingSettings settings)
      throws RegistryUnavailableException, InterruptedException {
    ImageEvent event = null;
    List<ImageRequest> requests = List.of();
    List<Failure> problems = new ArrayList<>();
    try {
      event = decoder.isTombstone(record) ? null : decoder.decode(record);
      if (event == null) {
        return preview(record, null, requests, problems, true);
      }
      if (event.getEventId().isEmpty()) {
        throw EventGrounding.withoutId();
      }
      requests =
          AskedRequest.of(
                  event,
                  record,
                  settings.requests().of(record.getTopic()),
                  settings.maxRequests(),
                  EventFacts.requestIds(record))
              .stream()
              .map(AskedRequest::request)
              .toList();
      ImageSource.checkCounts(event);
      for (ImageRequest request : requests) {
        check(request, event, settings, problems);
      }
      checkImage(event, record, requests, decoder);
      EventGrounding.checkDeadline(event, Instant.now());
      String uri = ImageSource.bytes(event) == null ? event.getImageUri() : null;
      checkUri(uri, settings);
      for (FurtherImage further : event.getFurtherImages()) {
        checkUri(further.getImageBytes() == null ? further.getImageUri() : null, settings);
      }
      for (Demonstration shown : event.getDemonstrations()) {
        checkUri(shown.getImageBytes() == null ? shown.getImageUri() : null, settings);
      }
    } catch (RecordException e) {
      problems.add(Failure.of(e));
    } catch (GroundingException e) {
      problems.add(Failure.of(e));
    } catch (RuntimeException e) {
      // A defect of a format: this record fails, as in the job, and the others are shown.
      problems.add(Failure.unexpected(Stage.DECODE_RECORD, e));
    }
    return preview(record, event, requests, problems, false);
  }

  private static void checkUri(@Nullable String uri, GroundingSettings settings)
      throws GroundingException {
    if (uri != null) {
      ImageFetchers.check(uri, settings.fetching());
    }
  }

  private static EventPreview preview(
      EventRecord record,
      @Nullable ImageEvent event,
      List<ImageRequest> requests,
      List<Failure> problems,
      boolean skipped) {
    return new EventPreview(
        record.getTopic() + ":" + record.getPartition() + ":" + record.getOffset(),
        event == null ? null : event.getEventId(),
        event == null ? null : EventFacts.imageId(event),
        event == null ? null : image(event) + others(event),
        EventFacts.eventTime(record, event),
        event == null ? Map.of() : event.getAttributes(),
        requests,
        problems,
        skipped);
  }

  private static String image(ImageEvent event) {
    byte[] bytes = ImageSource.bytes(event);
    String uri = event.getImageUri();
    if (bytes != null) {
      return bytes.length
          + " bytes"
          + (MediaTypes.isImage(bytes) ? "" : ", not of an image that is decoded by default");
    }
    return uri == null ? "none" : ShownUri.of(uri);
  }

  private static String others(ImageEvent event) {
    int further = event.getFurtherImages().size();
    int shown = event.getDemonstrations().size();
    return (further == 0 ? "" : ", further images: " + further)
        + (shown == 0 ? "" : ", demonstrations: " + shown);
  }

  private static void checkImage(
      ImageEvent event, EventRecord record, List<ImageRequest> requests, EventDecoder decoder)
      throws GroundingException {
    boolean without = event.getImageBytes() == null && event.getImageUri() == null;
    if (without && requests.stream().noneMatch(AskedRequest::goesWithoutImage)) {
      throw EventGrounding.withoutImage(decoder, record);
    }
  }

  private static void checkParts(Task task, ImageRequest request) throws GroundingException {
    List<PromptPart> parts = request.getParts();
    if (parts.isEmpty()) {
      return;
    }
    boolean raw = task == Task.PROMPT || task == Task.SCORE;
    if (!raw || request.getText() != null || !request.getBoxes().isEmpty()) {
      throw new GroundingException(
          GroundingErrorCode.TEXT_UNEXPECTED,
          "parts: only for the tasks prompt and score, without text and boxes");
    }
    if (parts.get(parts.size() - 1).getText() == null) {
      throw new GroundingException(
          GroundingErrorCode.TEXT_MISSING, "parts: no text at the end of the prompt");
    }
    long images = parts.stream().filter(part -> part.getImage() != null).count();
    if (images > PromptBuilder.MAX_IMAGES) {
      throw new GroundingException(
          GroundingErrorCode.TOO_MANY_IMAGES,
          "parts: " + images + " images (expected: at most " + PromptBuilder.MAX_IMAGES + ")");
    }
  }

  /** Finds what the model would refuse without looking at the image. */
  private static void check(
      ImageRequest request, ImageEvent event, GroundingSettings settings, List<Failure> problems) {
    try {
      boolean hasOwn = event.getImageBytes() != null || event.getImageUri() != null;
      Task task = Task.parse(request.getTask());
      boolean hasText =
          !request.getParts().isEmpty()
              || (request.getText() != null && !request.getText().isBlank());
      boolean hasBoxes = !request.getBoxes().isEmpty();
      if (hasText ? !task.allowsText() : task.takesText()) {
        throw new GroundingException(
            hasText ? GroundingErrorCode.TEXT_UNEXPECTED : GroundingErrorCode.TEXT_MISSING,
            task.id() + ": " + (hasText ? "takes no text" : "needs a text"));
      }
      if (hasBoxes != task.takesBoxes()) {
        throw new GroundingException(
            hasBoxes ? GroundingErrorCode.BOX_UNEXPECTED : GroundingErrorCode.BOX_MISSING,
            task.id() + ": " + (hasBoxes ? "takes no boxes" : "needs a box"));
      }
      if (!hasOwn && task.needsImage()) {
        throw new GroundingException(
            GroundingErrorCode.IMAGE_MISSING, task.id() + ": needs an image");
      }
      checkParts(task, request);
      EventImages.check(request.getParts(), hasOwn, event.getFurtherImages().size());
      int candidates = settings.candidates(task, request).texts().size();
      if (candidates > Candidates.MAX || (candidates == 0) == (task == Task.SCORE)) {
        throw new GroundingException(
            GroundingErrorCode.CANDIDATES_INVALID,
            task.id()
                + ": "
                + candidates
                + " candidates (expected: "
                + (task == Task.SCORE ? "1 to " + Candidates.MAX : "none")
                + ")");
      }
      settings.generation(task, request.getOptions()).check();
    } catch (GroundingException e) {
      problems.add(Failure.of(e));
    }
  }
}
