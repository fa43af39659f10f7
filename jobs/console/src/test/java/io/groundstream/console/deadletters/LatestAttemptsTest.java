package io.groundstream.console.deadletters;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.Origin;
import io.groundstream.avro.RecordHeader;
import io.groundstream.operators.event.EventFacts;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LatestAttemptsTest {
  private final LatestAttempts attempts = new LatestAttempts();

  private StoredDeadLetter letter(
      long offset, int attempt, String position, String first, @Nullable String requestId) {
    List<RecordHeader> headers =
        attempt == 1
            ? List.of()
            : List.of(
                new RecordHeader(
                    EventFacts.REPLAY_OF_HEADER,
                    ByteBuffer.wrap(first.getBytes(StandardCharsets.UTF_8))));
    StoredDeadLetter stored =
        new StoredDeadLetter(
            0,
            offset,
            DeadLetter.newBuilder()
                .setAttempts(attempt)
                .setRequestId(requestId)
                .setOrigin(new Origin("kafka", "events", position))
                .setOriginalHeaders(headers)
                .build());
    attempts.add(stored);
    return stored;
  }

  @Test
  void aLaterAttemptOfTheWholeEventReplacesTheEarlier() {
    StoredDeadLetter first = letter(0, 1, "0:7", "", null);
    StoredDeadLetter other = letter(1, 1, "0:8", "", null);
    assertThat(attempts.isLatest(first)).isTrue();
    StoredDeadLetter second = letter(2, 2, "0:9", "events:0:7", null);

    assertThat(second.firstOrigin()).isEqualTo("events:0:7");
    assertThat(attempts.isLatest(first)).isFalse();
    assertThat(attempts.isLatest(second)).isTrue();
    assertThat(attempts.isLatest(other)).isTrue();
  }

  @Test
  void aLaterAttemptOfARequestReplacesThatOfTheEventButNotOfOtherRequests() {
    StoredDeadLetter whole = letter(0, 1, "0:7", "", null);
    StoredDeadLetter a = letter(1, 2, "0:8", "events:0:7", "a");
    StoredDeadLetter b = letter(2, 2, "0:8", "events:0:7", "b");
    StoredDeadLetter again = letter(3, 3, "0:9", "events:0:7", "a");

    assertThat(attempts.isLatest(whole)).isFalse();
    assertThat(attempts.isLatest(a)).isFalse();
    assertThat(attempts.isLatest(b)).isTrue();
    assertThat(attempts.isLatest(again)).isTrue();
    StoredDeadLetter wholeAgain = letter(4, 4, "0:11", "events:0:7", null);
    assertThat(attempts.isLatest(again)).isFalse();
    assertThat(attempts.isLatest(wholeAgain)).isTrue();
  }

  @Test
  void ofLettersThatCameTwiceOneCounts() {
    StoredDeadLetter one = letter(0, 1, "0:7", "", "a");
    StoredDeadLetter twin = letter(1, 1, "0:7", "", "a");
    assertThat(List.of(attempts.isLatest(one), attempts.isLatest(twin)))
        .containsExactly(false, true);
  }
}
