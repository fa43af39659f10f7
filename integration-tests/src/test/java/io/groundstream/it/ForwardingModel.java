package io.groundstream.it;

import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.engine.EngineStatistics;
import io.groundstream.operators.grounding.GroundingModel;
import io.groundstream.operators.output.ModelIdentity;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Forwards all calls to another model; subclasses override what should differ. */
abstract class ForwardingModel implements GroundingModel {
  private final GroundingModel model;

  ForwardingModel(GroundingModel model) {
    this.model = model;
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
    return model.ground(request);
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
