package io.groundstream.evaluation.dataset;

import io.groundstream.evaluation.metric.PixelBox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads the RefCOCO datasets as their authors publish them: a folder with {@code refs(unc).p} (or
 * google, umd) and {@code instances.json}.
 */
public final class RefcocoPickle {
  private record Image(String file, double width, double height) {}

  private RefcocoPickle() {}

  /**
   * Reads the expressions of one split, in the order of the file.
   *
   * @param refs the pickle; instances.json lies beside it
   * @param split such as testA
   */
  public static List<ReferringExpression> read(Path refs, String split) throws DatasetException {
    Path instances = refs.resolveSibling("instances.json");
    Map<String, Image> images = new HashMap<>();
    Map<String, PixelBox> boxes = new HashMap<>();
    if (!Files.exists(instances)) {
      throw new DatasetException(
          instances + ": no such file (expected: it lies beside " + refs + ")");
    }
    JsonFile.readArrays(
        instances,
        Map.of(
            "images",
            image ->
                images.put(
                    image.text("id"),
                    new Image(
                        image.text("file_name"),
                        image.positive("width"),
                        image.positive("height"))),
            "annotations",
            annotation -> boxes.put(annotation.text("id"), RefcocoFile.box(annotation))),
        "RefCOCO's instances.json, with images and annotations");
    if (!(PlainPickle.read(refs) instanceof List<?> entries)) {
      throw new DatasetException(refs + ": not a list (expected: RefCOCO's list of references)");
    }
    Path folder = refs.toAbsolutePath().getParent();
    String dataset = folder == null ? "refcoco" : String.valueOf(folder.getFileName());
    List<ReferringExpression> expressions = new ArrayList<>();
    Set<String> splits = new TreeSet<>();
    for (int index = 0; index < entries.size(); index++) {
      String place = refs + ": reference " + index;
      String ownSplit = text(entries.get(index), "split", place);
      splits.add(ownSplit);
      if (ownSplit.equals(split)) {
        String object = text(entries.get(index), "ann_id", place);
        Image image = images.get(text(entries.get(index), "image_id", place));
        PixelBox box = boxes.get(object);
        if (image == null || box == null) {
          throw new DatasetException(
              place
                  + ": instances.json has no "
                  + (image == null ? "image" : "annotation")
                  + " of this id (expected: files of the same version)");
        }
        addSentences(entries.get(index), place, dataset, object, image, box, expressions);
      }
    }
    if (expressions.isEmpty()) {
      throw new DatasetException(
          refs + ": no split " + split + " (expected: one of " + splits + ")");
    }
    return expressions;
  }

  private static void addSentences(
      Object entry,
      String place,
      String dataset,
      String object,
      Image image,
      PixelBox box,
      List<ReferringExpression> expressions)
      throws DatasetException {
    if (!(((Map<?, ?>) entry).get("sentences") instanceof List<?> sentences)) {
      throw new DatasetException(place + ".sentences: not a list (expected: its expressions)");
    }
    for (Object sentence : sentences) {
      expressions.add(
          new ReferringExpression(
              text(sentence, "sent_id", place),
              image.file(),
              image.width(),
              image.height(),
              text(sentence, "sent", place),
              box,
              dataset,
              object));
    }
  }

  private static String text(Object entry, String field, String place) throws DatasetException {
    Object value = entry instanceof Map<?, ?> map ? map.get(field) : null;
    if (value instanceof String || value instanceof Number) {
      return String.valueOf(value);
    }
    throw new DatasetException(place + "." + field + ": missing (expected: a text or a number)");
  }
}
