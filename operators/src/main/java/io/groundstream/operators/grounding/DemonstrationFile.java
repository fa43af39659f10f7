package io.groundstream.operators.grounding;

import io.groundstream.avro.Demonstration;
import io.groundstream.avro.RequestBox;
import io.groundstream.images.MediaTypes;
import io.groundstream.kosmos2.text.Box;
import io.groundstream.kosmos2.text.PromptBuilder;
import io.groundstream.operators.format.ImagesJson;
import io.groundstream.operators.format.RequestsJson.RequestsException;
import io.groundstream.operators.settings.SettingsReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;

/** Reads the demonstrations of a job, with their images, from a file of the configuration. */
final class DemonstrationFile {
  /** They are part of the job that is sent to every task manager. */
  private static final int MAX_BYTES = 8 << 20;

  private static final String EXPECTED =
      "the URI of a JSON file with 1 to "
          + (PromptBuilder.MAX_IMAGES - 1)
          + " demonstrations such as [{\"image_uri\": \"cup.jpg\", \"text\": \"An image of a red"
          + " cup.\"}], which with its images has at most 8 MiB";

  private DemonstrationFile() {}

  /** Returns the demonstrations with the bytes of their images; reports what is wrong with them. */
  static List<Demonstration> read(SettingsReader reader) {
    String file = reader.find(GroundingOptions.DEMONSTRATIONS, text -> !text.isBlank(), EXPECTED);
    if (file == null) {
      return List.of();
    }
    try {
      return read(new Path(file));
    } catch (IOException | RequestsException | IllegalArgumentException e) {
      reader.problem(GroundingOptions.DEMONSTRATIONS.key(), file + ": " + e.getMessage(), EXPECTED);
      return List.of();
    }
  }

  private static List<Demonstration> read(Path file) throws IOException, RequestsException {
    byte[] json = bytes(file, MAX_BYTES);
    List<Demonstration> demonstrations = ImagesJson.readDemonstrations(json, MAX_BYTES);
    if (demonstrations.isEmpty() || demonstrations.size() >= PromptBuilder.MAX_IMAGES) {
      throw new RequestsException(demonstrations.size() + " demonstrations");
    }
    int left = MAX_BYTES - json.length;
    List<Demonstration> complete = new ArrayList<>();
    for (Demonstration demonstration : demonstrations) {
      String name = "[" + complete.size() + "]";
      ByteBuffer image = demonstration.getImageBytes();
      if (image == null) {
        byte[] bytes = bytes(new Path(file.getParent(), demonstration.getImageUri()), left);
        left -= bytes.length;
        image = ByteBuffer.wrap(bytes);
      }
      if (demonstration.getText().isBlank()) {
        throw new RequestsException(name + ".text: blank");
      }
      for (RequestBox box : demonstration.getBoxes()) {
        String problem =
            new Box(box.getXMin(), box.getYMin(), box.getXMax(), box.getYMax()).problem();
        if (problem != null) {
          throw new RequestsException(name + ".boxes: " + problem);
        }
      }
      if (!MediaTypes.isImage(image.array())) {
        throw new RequestsException(name + ": not an image that is decoded by default");
      }
      complete.add(
          new Demonstration(
              image,
              demonstration.getImageUri(),
              demonstration.getText(),
              demonstration.getBoxes()));
    }
    return List.copyOf(complete);
  }

  private static byte[] bytes(Path path, int most) throws IOException {
    try (FSDataInputStream in = path.getFileSystem().open(path)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new IOException(path + ": more than " + most + " bytes");
      }
      return bytes;
    }
  }
}
