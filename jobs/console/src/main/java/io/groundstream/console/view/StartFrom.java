package io.groundstream.console.view;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The first records of the topics to read.
 *
 * @param age the age of the oldest records to read; null for all
 */
public record StartFrom(@Nullable Duration age) {
  /** Only records that are written from now on. */
  public static final StartFrom NOW = new StartFrom(Duration.ZERO);

  /** Everything that the topics hold. */
  public static final StartFrom EARLIEST = new StartFrom(null);

  /** Records that are not older than an age. */
  public static StartFrom since(Duration age) {
    if (age.isNegative()) {
      throw new IllegalArgumentException("age: " + age + " (expected: >= 0)");
    }
    return new StartFrom(age);
  }
}
