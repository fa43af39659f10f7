package io.groundstream.console.view;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * From when on the topics are read.
 *
 * @param age how old the oldest records are that are read; null for all there are
 */
public record StartFrom(@Nullable Duration age) {
  /** Only what is written from now on. */
  public static final StartFrom NOW = new StartFrom(Duration.ZERO);

  /** All that the topics hold. */
  public static final StartFrom EARLIEST = new StartFrom(null);

  /** What was written since a while ago, and from now on. */
  public static StartFrom since(Duration age) {
    if (age.isNegative()) {
      throw new IllegalArgumentException("age: " + age + " (expected: >= 0)");
    }
    return new StartFrom(age);
  }
}
