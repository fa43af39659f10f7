package io.groundstream.operators.grounding;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.operators.event.EventRecord;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyOrderTest {
  private final KeyOrder order = new KeyOrder();

  private @Nullable CompletableFuture<Void> enter(
      @Nullable String key, boolean tombstone, CompletableFuture<Void> done) {
    EventRecord record = new EventRecord();
    record.setKey(key == null ? null : key.getBytes(StandardCharsets.UTF_8));
    return order.enter(record, tombstone, done);
  }

  @Test
  void eventsWithoutTombstonesDoNotWait() {
    assertThat(enter("a", false, new CompletableFuture<>())).isNull();
    assertThat(enter("a", false, new CompletableFuture<>())).isNull();
    assertThat(enter(null, true, new CompletableFuture<>())).isNull();
  }

  @Test
  void aTombstoneStandsBetweenTheEventsOfItsKey() {
    CompletableFuture<Void> first = new CompletableFuture<>();
    CompletableFuture<Void> second = new CompletableFuture<>();
    CompletableFuture<Void> tombstone = new CompletableFuture<>();
    assertThat(enter("a", false, first)).isNull();
    assertThat(enter("a", false, second)).isNull();
    assertThat(enter("b", false, new CompletableFuture<>())).isNull();

    CompletableFuture<Void> before = enter("a", true, tombstone);
    CompletableFuture<Void> after = enter("a", false, new CompletableFuture<>());

    assertThat(enter("b", false, new CompletableFuture<>())).isNull();
    assertThat(before).isNotNull().isNotDone();
    first.complete(null);
    assertThat(before).isNotDone();
    second.complete(null);
    assertThat(before).isDone();
    assertThat(after).isNotNull().isNotDone();
    tombstone.complete(null);
    assertThat(after).isDone();
    assertThat(enter("a", false, new CompletableFuture<>())).isNull();
  }
}
