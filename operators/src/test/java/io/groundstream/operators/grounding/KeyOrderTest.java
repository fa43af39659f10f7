package io.groundstream.operators.grounding;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.operators.event.EventRecord;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyOrderTest {
  private final KeyOrder order = new KeyOrder();

  private static EventRecord record(@Nullable String key, boolean tombstone) {
    EventRecord record = new EventRecord();
    record.setKey(key == null ? null : key.getBytes(StandardCharsets.UTF_8));
    record.setValue(tombstone ? null : new byte[] {1});
    return record;
  }

  @Test
  void eventsWithoutTombstonesDoNotWait() {
    assertThat(order.enter(record("a", false), new CompletableFuture<>())).isNull();
    assertThat(order.enter(record("a", false), new CompletableFuture<>())).isNull();
    assertThat(order.enter(record(null, true), new CompletableFuture<>())).isNull();
  }

  @Test
  void aTombstoneStandsBetweenTheEventsOfItsKey() {
    CompletableFuture<Void> first = new CompletableFuture<>();
    CompletableFuture<Void> second = new CompletableFuture<>();
    CompletableFuture<Void> tombstone = new CompletableFuture<>();
    assertThat(order.enter(record("a", false), first)).isNull();
    assertThat(order.enter(record("a", false), second)).isNull();
    assertThat(order.enter(record("b", false), new CompletableFuture<>())).isNull();

    CompletableFuture<Void> before = order.enter(record("a", true), tombstone);
    CompletableFuture<Void> after = order.enter(record("a", false), new CompletableFuture<>());

    assertThat(order.enter(record("b", false), new CompletableFuture<>())).isNull();
    assertThat(before).isNotNull().isNotDone();
    first.complete(null);
    assertThat(before).isNotDone();
    second.complete(null);
    assertThat(before).isDone();
    assertThat(after).isNotNull().isNotDone();
    tombstone.complete(null);
    assertThat(after).isDone();
    assertThat(order.enter(record("a", false), new CompletableFuture<>())).isNull();
  }
}
