package io.groundstream.operators.grounding;

import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.kosmos2.Candidates;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.text.PromptBuilder;
import io.groundstream.kosmos2.text.Task;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request of the configuration: a task, and for tasks that take one a text, in which {@code
 * {attributes.NAME}}, {@code {event_id}}, {@code {image_id}} and {@code {topic}} stand for values
 * of the event.
 *
 * <p>Values are plain text. Tags in them mean nothing to any task but prompt and score, whose texts
 * therefore take no values; and square brackets, which mark the phrase of a phrase-in-sentence,
 * become round ones in that task.
 *
 * @param text the text with its placeholders; null if the task takes none
 * @param candidates what the task score compares; none for other tasks. They are part of the
 *     request, so that a replay compares the same ones.
 */
public record RequestTemplate(Task task, @Nullable String text, Candidates candidates)
    implements Serializable {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)\\}");
  private static final String TOPIC = "topic";
  private static final String ATTRIBUTE = "attributes.";

  /** Creates a request of a task without candidates. */
  public RequestTemplate(Task task, @Nullable String text) {
    this(task, text, Candidates.NONE);
  }

  /** Returns the same request with candidates. */
  RequestTemplate with(Candidates other) {
    return new RequestTemplate(task, text, other);
  }

  /**
   * Reads a request written as {@code TASK} or {@code TASK: TEXT}.
   *
   * @throws IllegalArgumentException with what is wrong and expected
   */
  static RequestTemplate parse(String request) {
    int colon = request.indexOf(':');
    String name = (colon < 0 ? request : request.substring(0, colon)).strip();
    String text = colon < 0 ? "" : request.substring(colon + 1).strip();
    Task task;
    try {
      task = Task.parse(name);
    } catch (GroundingException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    if (task.takesBoxes()) {
      throw new IllegalArgumentException(name + ": needs boxes, which only an event has");
    }
    if (task.takesText() == text.isEmpty()) {
      throw new IllegalArgumentException(
          task.takesText()
              ? name + ": needs a text, as in " + name + ": TEXT"
              : name + ": takes no text");
    }
    Matcher placeholder = PLACEHOLDER.matcher(text);
    boolean complete = true;
    while (placeholder.find()) {
      checkPlaceholder(task, placeholder.group(1));
      complete = false;
    }
    if (complete) {
      checkText(task, text);
    }
    return new RequestTemplate(task, text.isEmpty() ? null : text);
  }

  /** Checks a text without values of events by the task's own rule. */
  private static void checkText(Task task, String text) {
    try {
      PromptBuilder.check(task, text);
    } catch (GroundingException e) {
      throw new IllegalArgumentException(task.id() + ": " + e.getMessage(), e);
    }
  }

  private static void checkPlaceholder(Task task, String name) {
    if (task == Task.PROMPT || task == Task.SCORE) {
      throw new IllegalArgumentException(
          "{" + name + "}: not in a prompt, where values could be tags; other tasks take it");
    }
    boolean known =
        name.equals("event_id")
            || name.equals("image_id")
            || name.equals(TOPIC)
            || (name.startsWith(ATTRIBUTE) && name.length() > ATTRIBUTE.length());
    if (!known) {
      throw new IllegalArgumentException(
          "{" + name + "}: not {attributes.NAME}, {event_id}, {image_id} or {topic}");
    }
  }

  /**
   * Returns the request for an event.
   *
   * @throws GroundingException if the event lacks a value of the text
   */
  ImageRequest request(ImageEvent event, EventRecord record) throws GroundingException {
    ImageRequest.Builder request = ImageRequest.newBuilder().setTask(task.id());
    if (task == Task.SCORE) {
      request.setCandidates(candidates.texts()).setRanking(candidates.ranking().id());
    }
    if (text == null) {
      return request.build();
    }
    StringBuilder filled = new StringBuilder();
    Matcher placeholder = PLACEHOLDER.matcher(text);
    while (placeholder.find()) {
      String value = value(placeholder.group(1), event, record);
      if (task == Task.PHRASE_IN_SENTENCE) {
        value = value.replace('[', '(').replace(']', ')');
      }
      placeholder.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    placeholder.appendTail(filled);
    return request.setText(filled.toString()).build();
  }

  private String value(String name, ImageEvent event, EventRecord record)
      throws GroundingException {
    return switch (name) {
      case "event_id" -> event.getEventId();
      case "image_id" -> EventFacts.imageId(event);
      case TOPIC -> {
        if (record.getTopic().isEmpty()) {
          throw missing(name, "none, since the event is not from a topic");
        }
        yield record.getTopic();
      }
      default -> {
        String value = event.getAttributes().get(name.substring(ATTRIBUTE.length()));
        if (value == null || value.isBlank()) {
          throw missing(name, value == null ? "none" : "blank");
        }
        yield value;
      }
    };
  }

  private GroundingException missing(String name, String found) {
    return new GroundingException(
        OperatorErrorCode.ATTRIBUTE_MISSING,
        name + ": " + found + " (expected: a value for the request " + this + ")");
  }

  /** Returns whether the text needs the topic of an event, which events of archives lack. */
  public boolean needsTopic() {
    return text != null && text.contains("{" + TOPIC + "}");
  }

  /** Returns the request as the configuration has it. */
  @Override
  public String toString() {
    return text == null ? task.id() : task.id() + ": " + text;
  }
}
