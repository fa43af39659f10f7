package io.groundstream.evaluation.benchmark;

import io.groundstream.evaluation.dataset.PhraseInCaption;
import io.groundstream.evaluation.metric.GroundingRecall;
import io.groundstream.evaluation.metric.PixelBox;
import io.groundstream.evaluation.metric.WrittenBoxes;
import java.util.ArrayList;
import java.util.List;

/**
 * Phrase grounding on Flickr30k Entities: one question for each phrase, with the caption's words
 * before it as context. Immutable.
 *
 * @param split val or test; empty if unknown
 * @param phrases the dataset
 */
public record PhraseGrounding(String split, List<PhraseInCaption> phrases) implements Benchmark {
  public PhraseGrounding {
    phrases = List.copyOf(phrases);
  }

  @Override
  public String name() {
    return "flickr30k-entities";
  }

  @Override
  public List<Query> queries() {
    return phrases.stream().map(PhraseGrounding::query).toList();
  }

  private static Query query(PhraseInCaption phrase) {
    String before = phrase.caption().substring(0, phrase.start());
    String known = before + phrase.phrase();
    // The task marks the phrase by brackets, so it cannot take a caption that has some.
    if (known.indexOf('[') >= 0 || known.indexOf(']') >= 0) {
      return new Query(
          phrase.id(),
          phrase.image(),
          "prompt",
          "<grounding>" + before + " <phrase>" + phrase.phrase() + "</phrase>",
          List.of());
    }
    return new Query(
        phrase.id(),
        phrase.image(),
        "phrase-in-sentence",
        before + "[" + phrase.phrase() + "]",
        List.of());
  }

  @Override
  public String truth() {
    return phrases.toString();
  }

  @Override
  public List<Figure> figures(List<Prediction> predictions) {
    List<Figure> figures = new ArrayList<>();
    for (GroundingRecall.Protocol protocol : GroundingRecall.Protocol.values()) {
      GroundingRecall recall = new GroundingRecall(protocol);
      for (int index = 0; index < phrases.size(); index++) {
        PhraseInCaption phrase = phrases.get(index);
        List<PixelBox> predicted =
            WrittenBoxes.of(
                predictions.get(index).text(),
                phrase.phrase().strip(),
                phrase.width(),
                phrase.height());
        recall.add(phrase.types(), predicted, phrase.boxes());
      }
      for (GroundingRecall.Recall one : recall.recalls()) {
        String cut = one.k() == GroundingRecall.UPPER_BOUND ? "Upper_bound" : "R@" + one.k();
        String name = cut + ", " + protocol.label() + ", " + one.type();
        figures.add(new Figure(name, 100 * one.recall(), one.phrases(), Published.of(this, name)));
      }
    }
    return figures;
  }

  @Override
  public Benchmark first(int count) {
    if (count >= phrases.size()) {
      return this;
    }
    return new PhraseGrounding(Benchmark.partOf(split, count), phrases.subList(0, count));
  }

  @Override
  public List<String> remarks() {
    return List.of(
        "The published figures are those of the protocol any box.",
        "R@5 and R@10 take the first boxes of one greedy answer, as the authors did.");
  }
}
