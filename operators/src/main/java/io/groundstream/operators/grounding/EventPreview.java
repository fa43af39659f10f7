package io.groundstream.operators.grounding;

import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.images.MediaTypes;
import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.Stage;
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
      for (ImageRequest request : requests) {
        check(request, settings, problems);
      }
      checkImage(event, record, requests, decoder);
      EventGrounding.checkDeadline(event, Instant.now());
      String uri = ImageSource.bytes(event) == null ? event.getImageUri() : null;
      if (uri != null) {
        ImageFetchers.check(uri, settings.fetching());
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
        event == null ? null : image(event),
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

  private static void checkImage(
      ImageEvent event, EventRecord record, List<ImageRequest> requests, EventDecoder decoder)
      throws GroundingException {
    boolean without = event.getImageBytes() == null && event.getImageUri() == null;
    if (without
        && requests.stream().noneMatch(request -> request.getTask().equals(Task.PROMPT.id()))) {
      throw EventGrounding.withoutImage(decoder, record);
    }
  }

  /** Finds what the model would refuse without looking at the image. */
  private static void check(
      ImageRequest request, GroundingSettings settings, List<Failure> problems) {
    try {
      Task task = Task.parse(request.getTask());
      boolean hasText = request.getText() != null && !request.getText().isBlank();
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
      settings.generation(request.getOptions()).check();
    } catch (GroundingException e) {
      problems.add(Failure.of(e));
    }
  }
}
