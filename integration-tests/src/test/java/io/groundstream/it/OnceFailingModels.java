package io.groundstream.it;

import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.operators.grounding.GroundingModel;
import io.groundstream.operators.grounding.GroundingModelProvider;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Fails the job with its first request, some checkpoints after the request. */
final class OnceFailingModels implements GroundingModelProvider {
  private static final long serialVersionUID = 1L;
  private static final AtomicBoolean ASKED = new AtomicBoolean();

  @Override
  public GroundingModel open(DeviceSpec device) {
    return new ForwardingModel(new InstantModels().open(device)) {
      @Override
      public CompletableFuture<GroundedAnswer> ground(GroundingRequest request)
          throws InterruptedException {
        if (ASKED.getAndSet(true)) {
          return super.ground(request);
        }
        return CompletableFuture.supplyAsync(
            () -> {
              throw new CancellationException();
            },
            CompletableFuture.delayedExecutor(2, TimeUnit.SECONDS));
      }
    };
  }
}
