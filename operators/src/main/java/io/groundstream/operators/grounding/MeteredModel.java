package io.groundstream.operators.grounding;

import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.engine.EngineStatistics;
import io.groundstream.operators.output.ModelIdentity;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A model whose device's clock runs while it has anything to do. Thread-safe. */
final class MeteredModel implements GroundingModel {
  private final GroundingModel model;
  private final DeviceClock clock;

  MeteredModel(GroundingModel model, DeviceClock clock) {
    this.model = model;
    this.clock = clock;
  }

  @Override
  public ModelIdentity identity() {
    return model.identity();
  }

  @Override
  public PreparedImage prepare(byte[] imageBytes, long maxPixels) throws GroundingException {
    return model.prepare(imageBytes, maxPixels);
  }

  @Override
  public CompletableFuture<GroundedAnswer> ground(GroundingRequest request)
      throws InterruptedException {
    clock.begin();
    CompletableFuture<GroundedAnswer> answer = null;
    try {
      answer = model.ground(request);
    } finally {
      if (answer == null) {
        clock.end();
      }
    }
    // Of the same future, so that cancelling it still gives its place in the model's queue back.
    CompletableFuture<GroundedAnswer> unused = answer.whenComplete((value, e) -> clock.end());
    return answer;
  }

  @Override
  public @Nullable EngineStatistics statistics() {
    return model.statistics();
  }

  @Override
  public void close() {
    model.close();
  }
}
