package io.groundstream.console.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class EventLogTest {
  private final EventLog log = new EventLog();

  private List<byte[]> frames(long place, int mostBytes) {
    return Objects.requireNonNull(log.after(place, mostBytes)).frames();
  }

  @Test
  void goesOnFromAnyPlaceThatItStillHas() {
    for (int event = 1; event <= 10; event++) {
      log.append(EventLog.frame("n", event));
    }
    EventLog.Batch rest = log.after(7, Integer.MAX_VALUE);
    assertThat(rest).isNotNull();
    assertThat(rest.frames()).hasSize(3);
    assertThat(rest.next()).isEqualTo(10);
    assertThat(frames(0, 1)).hasSize(1);
    assertThat(frames(10, 1)).isEmpty();
    assertThat(log.after(11, 1)).as("a place that never existed").isNull();
  }

  @Test
  void isBoundedInNumberAndBytes() {
    for (int event = 0; event < 5000; event++) {
      log.append(EventLog.frame("n", event));
    }
    assertThat(log.after(1, 1)).isNull();
    assertThat(frames(5000 - 4096, Integer.MAX_VALUE)).hasSize(4096);
    for (int event = 0; event < 20; event++) {
      log.append(new byte[1 << 20]);
    }
    assertThat(frames(log.last() - 8, Integer.MAX_VALUE)).hasSize(8);
    assertThat(log.after(log.last() - 9, 1)).isNull();
  }

  @Test
  void knowsItsOwnPlacesAlone() {
    log.append(EventLog.frame("n", 1));
    String mark = new String(log.placeMark(1), StandardCharsets.US_ASCII);
    assertThat(mark).endsWith("\n\n").startsWith("id: ");
    String id = mark.strip().substring(4);
    assertThat(log.parsePlace(id)).isEqualTo(1);
    assertThat(new EventLog().parsePlace(id)).isEqualTo(-1);
    assertThat(log.parsePlace(null)).isEqualTo(-1);
    assertThat(log.parsePlace(log.run() + "-x")).isEqualTo(-1);
    assertThat(log.parsePlace(log.run() + "-" + "9".repeat(40))).isEqualTo(-1);
  }

  @Test
  void textStaysOnOneLineWhateverItIs() {
    String hostile = "a\nevent: reset\r\ndata: {}\n\n\u2028\ud800";
    String frame =
        new String(EventLog.frame("card", Map.of("id", hostile)), StandardCharsets.UTF_8);
    assertThat(frame).matches("event: card\ndata: [^\r\n]*\n\n");
  }

  @Test
  void remembersTheLastStateOfEachKind() {
    log.appendState("stats", 1);
    log.appendState("letters", 2);
    log.appendState("stats", 3);
    assertThat(log.states())
        .extracting(frame -> new String(frame, StandardCharsets.UTF_8))
        .containsExactly("event: stats\ndata: 3\n\n", "event: letters\ndata: 2\n\n");
  }
}
