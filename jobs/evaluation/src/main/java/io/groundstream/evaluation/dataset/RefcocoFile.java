package io.groundstream.evaluation.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.evaluation.metric.PixelBox;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads MDETR's files of RefCOCO, RefCOCO+ and RefCOCOg, which have one entry an expression. */
public final class RefcocoFile {
  private static final String EXPECTED =
      "MDETR's finetune_refcoco_testA.json or like, with images and annotations";

  private record Entry(JsonFile.Element element, String id) {}

  private RefcocoFile() {}

  /**
   * Reads a file.
   *
   * @throws DatasetException also if its two lists do not run in parallel
   */
  public static List<ReferringExpression> read(Path file) throws DatasetException {
    List<Entry> images = new ArrayList<>();
    List<JsonFile.Element> annotations = new ArrayList<>();
    JsonFile.readArrays(
        file,
        Map.of(
            "images",
            element -> images.add(new Entry(element, element.text("id"))),
            "annotations",
            annotations::add),
        EXPECTED);
    if (images.size() != annotations.size()) {
      throw new DatasetException(
          file
              + ": "
              + images.size()
              + " images and "
              + annotations.size()
              + " annotations (expected: as many, one of each for an expression)");
    }
    List<ReferringExpression> expressions = new ArrayList<>();
    for (int index = 0; index < images.size(); index++) {
      JsonFile.Element annotation = annotations.get(index);
      if (!images.get(index).id().equals(annotation.text("image_id"))) {
        throw annotation.missing(
            "image_id", "that of the image at the same place, " + images.get(index).id());
      }
      expressions.add(expression(images.get(index), annotation));
    }
    return expressions;
  }

  private static ReferringExpression expression(Entry entry, JsonFile.Element annotation)
      throws DatasetException {
    JsonFile.Element image = entry.element();
    PixelBox box = box(annotation);
    @Nullable String original = annotation.optionalText("original_id");
    String name = image.text("file_name");
    String dataset = image.optionalText("dataset_name");
    return new ReferringExpression(
        entry.id(),
        name,
        image.positive("width"),
        image.positive("height"),
        image.text("caption"),
        box,
        dataset == null ? "refcoco" : dataset,
        original != null ? original : name + " " + box);
  }

  static PixelBox box(JsonFile.Element annotation) throws DatasetException {
    JsonNode box = annotation.array("bbox");
    boolean valid = box.size() == 4;
    for (JsonNode number : box) {
      valid &= number.isNumber();
    }
    if (!valid) {
      throw annotation.missing("bbox", "[x, y, width, height] in pixels");
    }
    return PixelBox.ofSize(
        box.get(0).asDouble(), box.get(1).asDouble(), box.get(2).asDouble(), box.get(3).asDouble());
  }
}
