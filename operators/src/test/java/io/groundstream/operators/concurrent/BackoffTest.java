package io.groundstream.operators.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private final Backoff backoff = Backoff.of(Duration.ofMillis(100), 3, Duration.ofSeconds(2));

  @Test
  void theBoundGrowsUpToTheLongest() {
    Backoff longest = backoff.drawnBy(bound -> bound - 1);

    assertThat(longest.pauseMillis(1)).isEqualTo(100);
    assertThat(longest.pauseMillis(2)).isEqualTo(300);
    assertThat(longest.pauseMillis(3)).isEqualTo(900);
    assertThat(longest.pauseMillis(4)).isEqualTo(2000);
    assertThat(longest.pauseMillis(Integer.MAX_VALUE)).isEqualTo(2000);
  }

  @Test
  void halfOfThePauseIsRandomAlsoOfTheLongest() {
    Backoff shortest = backoff.drawnBy(bound -> 0);

    assertThat(shortest.pauseMillis(1)).isEqualTo(50);
    assertThat(shortest.pauseMillis(100)).isEqualTo(1000);
  }

  @Test
  void drawsWithinTheBounds() {
    for (int i = 0; i < 1000; i++) {
      assertThat(backoff.pauseMillis(2)).isBetween(150L, 300L);
    }
  }
}
