package io.groundstream.operators.grounding;

import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.engine.EngineStatistics;
import io.groundstream.operators.output.ModelIdentity;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A model as the grounding operator uses it. Thread-safe. */
public interface GroundingModel extends AutoCloseable {
  /** Returns the names that results carry. */
  ModelIdentity identity();

  /**
   * Decodes and preprocesses an image, on the caller's thread.
   *
   * @param maxPixels the largest image to decode, within the model's own limit
   * @throws GroundingException if the bytes are not an image within the limits
   */
  PreparedImage prepare(byte[] imageBytes, long maxPixels) throws GroundingException;

  /**
   * Sends a request to the model; waits while its queue is full.
   *
   * @return completes with the answer, or exceptionally: with {@link GroundingException} if this
   *     request failed. Cancelling it frees its place in the queue.
   */
  CompletableFuture<GroundedAnswer> ground(GroundingRequest request) throws InterruptedException;

  /** Returns the statistics of the model's engine, for all callers; null if it has none. */
  default @Nullable EngineStatistics statistics() {
    return null;
  }

  /** Ends this use of the model; others may go on using it. */
  @Override
  void close();
}
