package io.groundstream.operators.grounding;

import io.groundstream.avro.Demonstration;
import io.groundstream.avro.RequestBox;
import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.Demonstrations;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.text.Box;
import java.util.ArrayList;
import java.util.List;

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

  private static List<Box> boxes(List<RequestBox> boxes) {
    return boxes.stream()
        .map(box -> new Box(box.getXMin(), box.getYMin(), box.getXMax(), box.getYMax()))
        .toList();
  }
}
