package io.groundstream.operators.grounding;

import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.text.Box;
import io.groundstream.kosmos2.text.Task;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.schemas.Ids;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One request of an event, with its identifier.
 *
 * @param id its own identifier, else the default one
 * @param request the request as the event has it, or as the default tasks make it
 */
record AskedRequest(String id, ImageRequest request) {

  /**
   * Returns what an event asks.
   *
   * @param defaultTasks what it asks if it asks nothing
   * @param most the most requests that an event may hold
   * @param only the identifiers of the requests that alone are asked; if none, all are
   * @throws GroundingException if it asks too much, two requests have one identifier, or one that
   *     is to be asked is not there
   */
  static List<AskedRequest> of(
      ImageEvent event, List<Task> defaultTasks, int most, Set<String> only)
      throws GroundingException {
    List<ImageRequest> requests = event.getRequests();
    if (requests.isEmpty()) {
      // What was asked by default is still known by its identifier when the defaults are others.
      List<Task> tasks = only.isEmpty() ? defaultTasks : List.of(Task.values());
      requests =
          tasks.stream().map(task -> ImageRequest.newBuilder().setTask(task.id()).build()).toList();
    } else if (requests.size() > most) {
      throw new GroundingException(
          OperatorErrorCode.TOO_MANY_REQUESTS,
          "requests: " + requests.size() + " (expected: at most " + most + ")");
    }
    List<AskedRequest> asked = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (ImageRequest request : requests) {
      String id =
          request.getRequestId() == null
              ? Ids.requestId(request.getTask(), request.getText(), request.getBoxes())
              : request.getRequestId();
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

  /** Returns whether this is for the task that goes without an image. */
  boolean goesWithoutImage() {
    return request.getTask().equals(Task.PROMPT.id());
  }

  /** Returns the regions that it asks about. */
  List<Box> boxes() {
    return request.getBoxes().stream()
        .map(box -> new Box(box.getXMin(), box.getYMin(), box.getXMax(), box.getYMax()))
        .toList();
  }
}
