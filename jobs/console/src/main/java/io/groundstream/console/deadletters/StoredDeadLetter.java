package io.groundstream.console.deadletters;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.RecordHeader;
import io.groundstream.operators.event.EventFacts;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter and its place in the topic.
 *
 * @param partition the topic's partition
 * @param offset the offset in it
 */
public record StoredDeadLetter(int partition, long offset, DeadLetter letter) {
  /** Returns the position in the form: {@code PARTITION:OFFSET}. */
  public String position() {
    return partition + ":" + offset;
  }

  /** Returns the first origin of the event, however often it was replayed since. */
  public String firstOrigin() {
    String replayOf = header(EventFacts.REPLAY_OF_HEADER);
    return replayOf == null
        ? letter.getOrigin().getName() + ":" + letter.getOrigin().getPosition()
        : replayOf;
  }

  private @Nullable String header(String name) {
    for (RecordHeader header : letter.getOriginalHeaders()) {
      ByteBuffer value = header.getValue();
      if (header.getName().equals(name) && value != null) {
        return StandardCharsets.UTF_8.decode(value.duplicate()).toString();
      }
    }
    return null;
  }
}
