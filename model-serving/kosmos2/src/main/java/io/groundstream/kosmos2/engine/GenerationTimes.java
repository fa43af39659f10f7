package io.groundstream.kosmos2.engine;

/**
 * The times at which a request reached each stage of an engine, as values of {@link
 * System#nanoTime} of this process, in ascending order. A restarted request has the time of its
 * last prefill.
 *
 * @param submitted when it was submitted, before any wait for room in the queue
 * @param admitted when it got its first slot
 * @param prefilled when its image was encoded, its prompt read, and its first token chosen
 * @param finished when its last token was chosen
 */
public record GenerationTimes(long submitted, long admitted, long prefilled, long finished) {
  /** Returns times that are all now. */
  public static GenerationTimes instant() {
    long now = System.nanoTime();
    return new GenerationTimes(now, now, now, now);
  }
}
