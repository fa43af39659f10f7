package io.groundstream.operators.grounding;

import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.PromptPart;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.text.Box;
import io.groundstream.kosmos2.text.Region;
import io.groundstream.kosmos2.text.Task;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.format.RequestsJson;
import io.groundstream.operators.format.RequestsJson.RequestsException;
import io.groundstream.schemas.Ids;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request of an event, with its identifier.
 *
 * @param id the identifier in the event, or else one that is derived from the request
 * @param request the request in the event, or one for a default task
 */
record AskedRequest(String id, ImageRequest request) {
  private static final Logger LOG = LoggerFactory.getLogger(AskedRequest.class);

  /**
   * Returns the requests of an event.
   *
   * @param record the record of the event
   * @param rules what is asked about an event without requests
   * @param most the maximum number of requests in an event
   * @param only the identifiers of the requests to return; empty for all
   * @throws GroundingException if there are too many requests, two have the same identifier, or one
   *     of {@code only} is missing
   */
  static List<AskedRequest> of(
      ImageEvent event, EventRecord record, RequestRules rules, int most, Set<String> only)
      throws GroundingException {
    boolean own = !event.getRequests().isEmpty();
    AskedRequest brought = own ? null : brought(record, only);
    if (brought != null) {
      return List.of(brought);
    }
    List<ImageRequest> requests = own ? event.getRequests() : rules.requests(event, record);
    // Whatever is repeated: the headers of a replay come with the record, and bound nothing.
    if (requests.size() > most) {
      throw new GroundingException(
          OperatorErrorCode.TOO_MANY_REQUESTS,
          "requests: " + requests.size() + " (expected: at most " + most + ")");
    }
    if (!own && !only.isEmpty()) {
      requests = earlier(requests);
    }
    List<AskedRequest> asked = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (ImageRequest request : requests) {
      String id = id(request);
      if (!ids.add(id)) {
        throw new GroundingException(
            OperatorErrorCode.DUPLICATE_REQUEST_ID,
            "request_id: "
                + id
                + " twice (expected: each request of an event once, under an identifier of its"
                + " own)");
      }
      asked.add(new AskedRequest(id, request));
    }
    if (!only.isEmpty()) {
      asked.removeIf(request -> !only.contains(request.id()));
      if (asked.size() < only.size()) {
        throw new GroundingException(
            OperatorErrorCode.REQUEST_NOT_FOUND,
            EventFacts.REQUEST_HEADER
                + ": "
                + String.join(", ", only)
                + " (expected: identifiers of requests of the event)");
      }
    }
    return List.copyOf(asked);
  }

  /**
   * Returns all requests that a record without requests may have had at an earlier attempt: those
   * of today's rules, and of all tasks. So a request for a default task has the same identifier
   * after the defaults have changed.
   */
  private static List<ImageRequest> earlier(List<ImageRequest> ofRules) {
    Set<ImageRequest> requests = new LinkedHashSet<>(ofRules);
    for (Task task : Task.values()) {
      requests.add(ImageRequest.newBuilder().setTask(task.id()).build());
    }
    return List.copyOf(requests);
  }

  /**
   * Returns the request that a replay brings, as it was at the first attempt, when the
   * configuration may have been another one; null if there is none, or it is not the wanted one.
   */
  private static @Nullable AskedRequest brought(EventRecord record, Set<String> only) {
    byte[] json = EventFacts.header(record, EventFacts.REQUEST_TEXT_HEADER);
    if (json == null || only.size() != 1) {
      return null;
    }
    try {
      ImageRequest request = RequestsJson.read(json);
      String id = id(request);
      return only.contains(id) ? new AskedRequest(id, request) : null;
    } catch (RequestsException e) {
      // Then it is looked for among those of the configuration.
      LOG.debug("The header {} is invalid", EventFacts.REQUEST_TEXT_HEADER, e);
      return null;
    }
  }

  private static String id(ImageRequest request) {
    return request.getRequestId() == null ? Ids.requestId(request) : request.getRequestId();
  }

  /** Returns whether the task needs no image. */
  boolean goesWithoutImage() {
    return goesWithoutImage(request);
  }

  /** Returns whether the task of a request needs no image. */
  static boolean goesWithoutImage(ImageRequest request) {
    return request.getTask().equals(Task.PROMPT.id()) || request.getTask().equals(Task.SCORE.id());
  }

  /**
   * Returns which image of the event one of the prompt is: 0 is the event's own.
   *
   * @param index the image's index in the prompt, demonstrations included
   */
  int imageOfEvent(int index) {
    List<Integer> images = imagesOfParts();
    return index < images.size() ? images.get(index) : 0;
  }

  /** Returns which images of the event the request's parts refer to, in their order. */
  List<Integer> imagesOfParts() {
    return request.getParts().stream().map(PromptPart::getImage).filter(Objects::nonNull).toList();
  }

  /** Returns the regions that the request is about. */
  List<Region> regions() {
    return request.getBoxes().stream()
        .map(
            box ->
                new Region(
                    new Box(box.getXMin(), box.getYMin(), box.getXMax(), box.getYMax()),
                    box.getPhrase()))
        .toList();
  }
}
