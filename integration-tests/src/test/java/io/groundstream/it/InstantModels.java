package io.groundstream.it;

import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.engine.FinishReason;
import io.groundstream.kosmos2.engine.GenerationTimes;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.text.Box;
import io.groundstream.kosmos2.text.GroundedText;
import io.groundstream.kosmos2.text.Phrase;
import io.groundstream.kosmos2.text.PhraseBox;
import io.groundstream.kosmos2.text.Prompt;
import io.groundstream.operators.grounding.GroundingModel;
import io.groundstream.operators.grounding.GroundingModelProvider;
import io.groundstream.operators.output.ModelIdentity;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A model that answers at once, with the same answer for every image, without looking at it. */
final class InstantModels implements GroundingModelProvider {
  private static final long serialVersionUID = 1L;

  /** The prepared form of every image. */
  static final PreparedImage IMAGE = new PreparedImage(640, 480, new byte[3]);

  @Override
  public GroundingModel open(DeviceSpec device) {
    return new InstantModel();
  }

  /** Returns the answer to a request. */
  static GroundedAnswer answer(GroundingRequest request) {
    Box box = new Box(0.25, 0.25, 0.5, 0.75);
    Phrase phrase = new Phrase("a ball", 12, 18, List.of(new PhraseBox(box, 0.5, false, true)));
    return new GroundedAnswer(
        request.task(),
        new Prompt(new int[] {0, 1, 2}, -1, 0, "<grounding> An image of", request.boxes()),
        new int[] {7, 2},
        new float[] {0.5f, 0.5f},
        new GroundedText(
            "An image of a ball", "An image of a ball", "a ball", List.of(phrase), List.of()),
        FinishReason.END,
        request.options(),
        GenerationTimes.instant());
  }

  private static final class InstantModel implements GroundingModel {
    @Override
    public ModelIdentity identity() {
      return new ModelIdentity("instant", "r0", "float32");
    }

    @Override
    public PreparedImage prepare(byte[] imageBytes, long maxPixels) {
      return IMAGE;
    }

    @Override
    public CompletableFuture<GroundedAnswer> ground(GroundingRequest request) {
      return CompletableFuture.completedFuture(answer(request));
    }

    @Override
    public void close() {}
  }
}
