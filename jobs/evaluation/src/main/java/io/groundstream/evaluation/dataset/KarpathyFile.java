package io.groundstream.evaluation.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reads captions in Karpathy's format, such as dataset_flickr30k.json. */
public final class KarpathyFile {
  private KarpathyFile() {}

  /**
   * Reads the images of one split.
   *
   * @throws DatasetException also if the file has no such split
   */
  public static List<CaptionedImage> read(Path file, String split) throws DatasetException {
    List<CaptionedImage> images = new ArrayList<>();
    Set<String> splits = new TreeSet<>();
    JsonFile.readArrays(
        file,
        Map.of(
            "images",
            image -> {
              String own = image.text("split");
              splits.add(own);
              if (own.equals(split)) {
                images.add(image(image));
              }
            }),
        "Karpathy's dataset_flickr30k.json, with images and sentences");
    if (images.isEmpty()) {
      throw new DatasetException(
          file + ": no split " + split + " (expected: one of " + splits + ")");
    }
    return images;
  }

  private static CaptionedImage image(JsonFile.Element image) throws DatasetException {
    List<String> references = new ArrayList<>();
    for (JsonNode sentence : image.array("sentences")) {
      references.add(image.at(sentence, "sentences").text("raw"));
    }
    if (references.isEmpty()) {
      throw image.missing("sentences", "at least one");
    }
    return new CaptionedImage(image.text("imgid"), image.text("filename"), references);
  }
}
