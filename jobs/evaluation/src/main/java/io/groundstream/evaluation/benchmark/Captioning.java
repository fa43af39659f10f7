package io.groundstream.evaluation.benchmark;

import io.groundstream.evaluation.dataset.CaptionedImage;
import io.groundstream.evaluation.dataset.DatasetException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Captioning on Flickr30k, by the prompt "An image of". Immutable.
 *
 * @param split such as test
 * @param images the dataset
 * @param scoresPrompt whether "An image of" belongs to the scored caption
 * @param meteorJar the user's METEOR; null to leave it out
 */
public record Captioning(
    String split, List<CaptionedImage> images, boolean scoresPrompt, @Nullable Path meteorJar)
    implements Benchmark {
  public Captioning {
    images = List.copyOf(images);
  }

  @Override
  public String name() {
    return "flickr30k-captions";
  }

  @Override
  public List<Query> queries() {
    return images.stream()
        .map(image -> new Query(image.id(), image.image(), "caption", null, List.of()))
        .toList();
  }

  @Override
  public String truth() {
    return images.toString();
  }

  @Override
  public List<Figure> figures(List<Prediction> predictions) throws DatasetException {
    return CaptionFigures.of(
        this,
        predictions.stream()
            .map(one -> scoresPrompt ? "An image of " + one.answer() : one.answer())
            .toList(),
        images.stream().map(CaptionedImage::references).toList(),
        meteorJar);
  }

  @Override
  public Benchmark first(int count) {
    if (count >= images.size()) {
      return this;
    }
    return new Captioning(
        Benchmark.partOf(split, count), images.subList(0, count), scoresPrompt, meteorJar);
  }

  @Override
  public List<String> remarks() {
    return List.of(
        "The published figure was made by beam search with 5 beams; ours is greedy.",
        "CIDEr uses a tokeniser of our own in place of Stanford's.",
        scoresPrompt
            ? "The scored caption includes the prompt \"An image of\"."
            : "The scored caption is the answer without the prompt \"An image of\".");
  }
}
