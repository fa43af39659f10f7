package io.groundstream.operators.grounding;

import io.groundstream.avro.Demonstration;
import io.groundstream.avro.RequestBox;
import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.Demonstrations;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.text.Box;
import io.groundstream.kosmos2.text.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Makes the model's demonstrations of those of records. */
final class Demonstrated {
  private Demonstrated() {}

  /**
   * Returns demonstrations with their images.
   *
   * @param images those of the demonstrations, in their order
   * @param shared whether other events have the same ones
   */
  static Demonstrations of(
      List<Demonstration> demonstrations, List<PreparedImage> images, boolean shared) {
    List<io.groundstream.kosmos2.text.Demonstration> list = new ArrayList<>();
    for (int index = 0; index < demonstrations.size(); index++) {
      Demonstration one = demonstrations.get(index);
      list.add(
          new io.groundstream.kosmos2.text.Demonstration(
              images.get(index), one.getText(), boxes(one.getBoxes())));
    }
    return new Demonstrations(list, shared);
  }

  /**
   * Returns the demonstrations of a job's configuration, whose images are decoded here.
   *
   * @throws GroundingException if one is not an image within the model's limits
   */
  static Demonstrations configured(List<Demonstration> demonstrations, GroundingModel model)
      throws GroundingException {
    List<PreparedImage> images = new ArrayList<>();
    for (Demonstration demonstration : demonstrations) {
      byte[] bytes = new byte[demonstration.getImageBytes().remaining()];
      demonstration.getImageBytes().duplicate().get(bytes);
      try {
        images.add(model.prepare(bytes, Long.MAX_VALUE));
      } catch (GroundingException e) {
        throw new GroundingException(
            e.errorCode(),
            GroundingOptions.DEMONSTRATIONS.key() + ": [" + images.size() + "]: " + e.getMessage(),
            e);
      }
    }
    return of(demonstrations, images, true);
  }

  /**
   * Asks the model once with a job's demonstrations, so that unsuitable ones fail at start rather
   * than with every event. The model keeps what it read of them.
   *
   * @throws GroundingException if the demonstrations are not such as the model takes
   */
  static void check(Demonstrations demonstrations, GroundingModel model)
      throws GroundingException, InterruptedException {
    if (demonstrations.list().isEmpty()) {
      return;
    }
    GroundingRequest request =
        new GroundingRequest(
                Task.CAPTION,
                null,
                List.of(),
                demonstrations.list().get(0).image(),
                new GenerationOptions(1, 0))
            .withDemonstrations(demonstrations);
    try {
      GroundedAnswer unused = model.ground(request).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroundingException failure) {
        throw new GroundingException(
            failure.errorCode(),
            GroundingOptions.DEMONSTRATIONS.key() + ": " + failure.getMessage(),
            failure);
      }
      throw new IllegalStateException("the model failed on the demonstrations", e.getCause());
    }
  }

  private static List<Box> boxes(List<RequestBox> boxes) {
    return boxes.stream()
        .map(box -> new Box(box.getXMin(), box.getYMin(), box.getXMax(), box.getYMax()))
        .toList();
  }
}
