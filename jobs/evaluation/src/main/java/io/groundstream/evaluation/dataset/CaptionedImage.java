package io.groundstream.evaluation.dataset;

import java.util.List;

/**
 * An image with what people wrote about it.
 *
 * @param id a name that is unique in the dataset
 * @param image the file's name, relative to the folder of images
 * @param references the captions; at least one
 */
public record CaptionedImage(String id, String image, List<String> references) {
  public CaptionedImage {
    references = List.copyOf(references);
  }
}
