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
   * Decodes and preprocesses a picture, on the caller's thread.
   *
   * @param maxPixels the largest picture to decode, within the model's own limit
   * @throws GroundingException if the bytes are no picture within the limits
   */
  PreparedImage prepare(byte[] imageBytes, long maxPixels) throws GroundingException;

  /**
   * Asks the model; waits while it has too much to do.
   *
   * @return completes with the answer, or exceptionally: with {@link GroundingException} if this
   *     request failed. Cancelling it gives its place back.
   */
  CompletableFuture<GroundedAnswer> ground(GroundingRequest request) throws InterruptedException;

  /** Returns the account of the model's engine, for all callers; null if there is none. */
  default @Nullable EngineStatistics statistics() {
    return null;
  }

  /** Gives the model back; others may go on using it. */
  @Override
  void close();
}
