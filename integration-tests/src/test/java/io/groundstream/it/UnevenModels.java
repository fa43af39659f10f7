package io.groundstream.it;

import io.groundstream.model.GroundedAnswer;
import io.groundstream.model.GroundingRequest;
import io.groundstream.model.image.PreparedImage;
import io.groundstream.model.program.DeviceSpec;
import io.groundstream.operators.grounding.GroundingModel;
import io.groundstream.operators.grounding.GroundingModelProvider;
import io.groundstream.operators.output.ModelIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A model that answers most requests at once and those about {@value #SLOW} things only after so
 * many others, whichever came first.
 */
final class UnevenModels implements GroundingModelProvider {
  private static final long serialVersionUID = 1L;

  /** The text of requests whose answers take their time. */
  static final String SLOW = "slow";

  private final int others;

  /**
   * @param others how many other requests are answered before slow ones
   */
  UnevenModels(int others) {
    this.others = others;
  }

  @Override
  public GroundingModel open(DeviceSpec device) {
    return new UnevenModel(others);
  }

  private static final class UnevenModel implements GroundingModel {
    private final int others;
    private final List<Runnable> held = new ArrayList<>();
    private int answered;

    UnevenModel(int others) {
      this.others = others;
    }

    @Override
    public ModelIdentity identity() {
      return new ModelIdentity("uneven", "r0", "float32");
    }

    @Override
    public PreparedImage prepare(byte[] imageBytes, long maxPixels) {
      return InstantModels.IMAGE;
    }

    @Override
    public synchronized CompletableFuture<GroundedAnswer> ground(GroundingRequest request) {
      CompletableFuture<GroundedAnswer> answer = new CompletableFuture<>();
      Runnable complete = () -> answer.complete(InstantModels.answer(request));
      if (isSlow(request.text())) {
        held.add(complete);
      } else {
        complete.run();
        answered++;
      }
      if (answered >= others) {
        held.forEach(Runnable::run);
        held.clear();
      }
      return answer;
    }

    private static boolean isSlow(@Nullable String text) {
      return SLOW.equals(text);
    }

    @Override
    public void close() {}
  }
}
