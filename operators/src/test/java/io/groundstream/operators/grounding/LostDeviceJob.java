package io.groundstream.operators.grounding;

import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.engine.DeviceLostException;
import io.groundstream.operators.output.ModelIdentity;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A process with a job whose model loses its device with the first request. */
final class LostDeviceJob {
  private LostDeviceJob() {}

  public static void main(String[] arguments) throws Exception {
    GroundingFunctionTest job = new GroundingFunctionTest();
    job.start();
    job.run(List.of(GroundingFunctionTest.event(1)), Map.of(), device -> new LosingModel());
  }

  private static final class LosingModel implements GroundingModel {
    @Override
    public ModelIdentity identity() {
      return FakeModel.IDENTITY;
    }

    @Override
    public PreparedImage prepare(byte[] imageBytes, long maxPixels) {
      return new PreparedImage(1, 1, new byte[3]);
    }

    @Override
    public CompletableFuture<GroundedAnswer> ground(GroundingRequest request) {
      return CompletableFuture.failedFuture(
          new DeviceLostException(
              "The device is lost to this process: CUDA error: device-side assert triggered",
              null));
    }

    @Override
    public void close() {}
  }
}
