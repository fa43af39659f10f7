package io.groundstream.evaluation.benchmark;

import io.groundstream.evaluation.dataset.DatasetException;
import io.groundstream.evaluation.metric.CaptionTokenizer;
import io.groundstream.evaluation.metric.CiderD;
import io.groundstream.evaluation.metric.Meteor;
import io.groundstream.evaluation.metric.MeteorException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The figures of captions: CIDEr, and METEOR if its program is given. */
final class CaptionFigures {
  private CaptionFigures() {}

  static List<Figure> of(
      Benchmark benchmark,
      List<String> captions,
      List<List<String>> references,
      @Nullable Path meteorJar)
      throws DatasetException {
    List<List<String>> words = captions.stream().map(CaptionTokenizer::words).toList();
    List<List<List<String>>> referenceWords =
        references.stream()
            .map(ofImage -> ofImage.stream().map(CaptionTokenizer::words).toList())
            .toList();
    CiderD cider = new CiderD(referenceWords);
    double sum = 0;
    for (int index = 0; index < words.size(); index++) {
      sum += cider.score(words.get(index), referenceWords.get(index));
    }
    List<Figure> figures = new ArrayList<>();
    figures.add(
        new Figure(
            "CIDEr", 100 * sum / words.size(), words.size(), Published.of(benchmark, "CIDEr")));
    if (meteorJar != null) {
      try {
        double score =
            new Meteor(meteorJar)
                .score(joined(words), referenceWords.stream().map(CaptionFigures::joined).toList());
        figures.add(
            new Figure("METEOR", 100 * score, words.size(), Published.of(benchmark, "METEOR")));
      } catch (MeteorException e) {
        throw new DatasetException(String.valueOf(e.getMessage()), e);
      }
    }
    return figures;
  }

  private static List<String> joined(List<List<String>> captions) {
    return captions.stream().map(words -> String.join(" ", words)).toList();
  }
}
