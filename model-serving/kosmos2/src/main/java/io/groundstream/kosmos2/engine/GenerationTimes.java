package io.groundstream.kosmos2.engine;

/**
 * When a request went on its way through an engine, each by {@link System#nanoTime} of this process
 * and none before the one above it. A request that was generated again from its beginning tells
 * when its prompt was read for the last time.
 *
 * @param submitted it came to the queue, or to its door where that was full
 * @param admitted it was given a slot
 * @param prefilled its image was encoded, its prompt read, and its first token chosen
 * @param finished its last token was chosen
 */
public record GenerationTimes(long submitted, long admitted, long prefilled, long finished) {
  /** Returns the times of what took none. */
  public static GenerationTimes instant() {
    long now = System.nanoTime();
    return new GenerationTimes(now, now, now, now);
  }
}
