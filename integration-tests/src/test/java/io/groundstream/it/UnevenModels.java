package io.groundstream.it;

import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.operators.grounding.GroundingModel;
import io.groundstream.operators.grounding.GroundingModelProvider;
import io.groundstream.operators.output.ModelIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A model that answers most requests at once. It answers requests with the text {@value #SLOW} only
 * after a number of other requests, regardless of their order, and those with {@link #UNTIL} at
 * their time. It fails requests that arrive after their deadline.
 */
final class UnevenModels implements GroundingModelProvider {
  private static final long serialVersionUID = 1L;

  /** The text of slow requests. */
  static final String SLOW = "slow";

  /** The start of the text of requests that are answered at the ISO 8601 time that follows. */
  static final String UNTIL = "until ";

  private final int others;

  /**
   * @param others the number of other requests that are answered before slow ones
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
      Instant deadline = request.deadline();
      if (deadline != null && Instant.now().isAfter(deadline)) {
        throw new IllegalStateException("asked after the deadline " + deadline);
      }
      String text = request.text();
      if (text != null && text.startsWith(UNTIL)) {
        Duration wait =
            Duration.between(Instant.now(), Instant.parse(text.substring(UNTIL.length())));
        return answer.completeOnTimeout(
            InstantModels.answer(request), Math.max(0, wait.toMillis()), TimeUnit.MILLISECONDS);
      }
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
