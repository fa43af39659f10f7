package io.groundstream.console.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.PromptPart;
import io.groundstream.avro.RecordHeader;
import io.groundstream.console.deadletters.StoredDeadLetter;
import io.groundstream.jobs.cli.TextTable;
import io.groundstream.operators.fetch.ShownUri;
import io.groundstream.schemas.AvroWireDecoder;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.WireFormat;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A dead letter in full, with the event that its bytes hold. Not thread-safe. */
final class DeadLetterText {
  private static final int MAX_BYTES_SHOWN = 64;
  private static final int MAX_TEXT = 500;

  private final AvroWireDecoder<ImageEvent> decoder;

  DeadLetterText(AvroWireDecoder<ImageEvent> decoder) {
    this.decoder = decoder;
  }

  /** Returns the dead letter's own fields, its position, and its event. */
  ObjectNode json(StoredDeadLetter stored) {
    ObjectNode object = (ObjectNode) JsonRecords.of(stored.letter());
    object.put("position", stored.position());
    object.put("first_origin", stored.firstOrigin());
    ImageEvent event = event(stored.letter());
    if (event == null) {
      object.putNull("event");
    } else {
      ByteBuffer image = event.getImageBytes();
      event.setImageBytes(null);
      ObjectNode json = (ObjectNode) JsonRecords.of(event);
      json.remove("image_bytes");
      json.put("image_bytes_size", image == null ? null : (Integer) image.remaining());
      object.set("event", json);
    }
    return object;
  }

  /** Returns the dead letter for people, in several lines. */
  String plain(StoredDeadLetter stored) {
    DeadLetter letter = stored.letter();
    StringBuilder text = new StringBuilder();
    line(
        text,
        stored.position(),
        letter.getStage()
            + "  "
            + letter.getCode()
            + "  "
            + (letter.getRetryable() ? "retryable" : "not retryable")
            + ", attempt "
            + letter.getAttempts()
            + ", "
            + letter.getProcessingTime());
    line(text, "message", letter.getMessage());
    String cause = letter.getCause();
    if (cause != null) {
      cause.lines().forEach(one -> line(text, "cause", one));
    }
    line(
        text,
        "origin",
        letter.getOrigin().getSystem()
            + " "
            + letter.getOrigin().getName()
            + " "
            + letter.getOrigin().getPosition()
            + (letter.getAttempts() > 1 ? ", first " + stored.firstOrigin() : ""));
    line(text, "event", ids(letter));
    if (letter.getRequest() != null) {
      line(text, "failed", request(letter.getRequest()));
    }
    line(text, "model", letter.getModelName() + " " + letter.getModelRevision());
    line(text, "key", bytes(letter.getOriginalKey()));
    for (RecordHeader header : letter.getOriginalHeaders()) {
      line(text, "header", header.getName() + " = " + bytes(header.getValue()));
    }
    value(text, letter);
    return text.toString();
  }

  private void value(StringBuilder text, DeadLetter letter) {
    Long size = letter.getOriginalValueSize();
    ByteBuffer value = letter.getOriginalValue();
    if (value == null) {
      line(
          text,
          "value",
          size == null ? "none" : size + " bytes, left out; a replay takes them from the origin");
      return;
    }
    ImageEvent event = event(letter);
    if (event == null) {
      line(text, "value", bytes(value));
      return;
    }
    line(text, "value", value.remaining() + " bytes, an image event");
    ByteBuffer image = event.getImageBytes();
    String uri = event.getImageUri();
    line(
        text,
        "image",
        image != null ? image.remaining() + " bytes" : uri == null ? "none" : ShownUri.of(uri));
    for (ImageRequest request : event.getRequests()) {
      line(text, "asks", request(request));
    }
    if (event.getDeadline() != null) {
      line(text, "deadline", event.getDeadline().toString());
    }
    event
        .getAttributes()
        .forEach((name, attribute) -> line(text, "attribute", name + " = " + attribute));
  }

  private static String ids(DeadLetter letter) {
    StringBuilder ids = new StringBuilder();
    ids.append(letter.getEventId() == null ? "unknown" : letter.getEventId());
    if (letter.getImageId() != null) {
      ids.append(", image ").append(letter.getImageId());
    }
    if (letter.getRequestId() != null) {
      ids.append(", request ").append(letter.getRequestId());
    }
    return ids.toString();
  }

  private static String request(ImageRequest request) {
    String boxes =
        request.getBoxes().stream()
            .map(
                box ->
                    List.of(box.getXMin(), box.getYMin(), box.getXMax(), box.getYMax())
                        + (box.getPhrase() == null ? "" : "=" + box.getPhrase()))
            .collect(Collectors.joining(" "));
    return request.getTask()
        + (request.getText() == null ? "" : " \"" + request.getText() + "\"")
        + parts(request.getParts())
        + (boxes.isEmpty() ? "" : " " + boxes)
        + (request.getCandidates().isEmpty() ? "" : " among " + request.getCandidates());
  }

  private static String parts(List<PromptPart> parts) {
    return parts.stream()
        .map(
            part ->
                part.getText() == null
                    ? " [image " + part.getImage() + "]"
                    : " \"" + part.getText() + "\"")
        .collect(Collectors.joining());
  }

  private @Nullable ImageEvent event(DeadLetter letter) {
    ByteBuffer value = letter.getOriginalValue();
    if (value == null) {
      return null;
    }
    byte[] schema = null;
    for (RecordHeader header : letter.getOriginalHeaders()) {
      if (header.getName().equals(WireFormat.VALUE_HEADER)) {
        schema = header.getValue() == null ? null : array(header.getValue());
      }
    }
    try {
      return decoder.decode(array(value), schema);
    } catch (RecordException | RegistryUnavailableException e) {
      // The dead letter is often about just that.
      return null;
    }
  }

  private static byte[] array(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  /** Returns the bytes as text if they are text, else the first of them in hexadecimal digits. */
  private static String bytes(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return "none";
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.codePoints().noneMatch(Character::isISOControl)) {
        return text;
      }
    } catch (CharacterCodingException e) {
      // Not text: shown as bytes.
    }
    int shown = Math.min(bytes.length, MAX_BYTES_SHOWN);
    return bytes.length
        + " bytes: "
        + HexFormat.of().formatHex(bytes, 0, shown)
        + (shown < bytes.length ? "…" : "");
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(text.length() == 0 ? "" : "  ")
        .append(TextTable.plain(name))
        .append(" ".repeat(Math.max(1, 10 - name.length())))
        .append(TextTable.brief(value, MAX_TEXT))
        .append('\n');
  }
}
