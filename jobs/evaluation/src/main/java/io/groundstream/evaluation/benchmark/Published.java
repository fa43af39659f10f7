package io.groundstream.evaluation.benchmark;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The figures that Kosmos-2's authors published, in percent, by benchmark, split and figure. Those
 * of the repository's README are of the instruction-tuned checkpoint, which is the hub's.
 */
final class Published {
  private static final Map<String, Double> FIGURES =
      Map.ofEntries(
          Map.entry("flickr30k-entities/val/R@1, any box, all", 77.84),
          Map.entry("flickr30k-entities/val/R@5, any box, all", 79.24),
          Map.entry("flickr30k-entities/val/R@10, any box, all", 79.26),
          Map.entry("flickr30k-entities/val/R@1, any box, people", 88.96),
          Map.entry("flickr30k-entities/val/R@1, any box, clothing", 70.88),
          Map.entry("flickr30k-entities/val/R@1, any box, bodyparts", 41.40),
          Map.entry("flickr30k-entities/val/R@1, any box, animals", 90.82),
          Map.entry("flickr30k-entities/val/R@1, any box, vehicles", 86.69),
          Map.entry("flickr30k-entities/val/R@1, any box, instruments", 76.77),
          Map.entry("flickr30k-entities/val/R@1, any box, scene", 80.63),
          Map.entry("flickr30k-entities/val/R@1, any box, other", 64.71),
          Map.entry("flickr30k-entities/test/R@1, any box, all", 78.72),
          Map.entry("flickr30k-entities/test/R@5, any box, all", 80.11),
          Map.entry("flickr30k-entities/test/R@10, any box, all", 80.14),
          Map.entry("flickr30k-entities/test/R@1, any box, people", 89.52),
          Map.entry("flickr30k-entities/test/R@1, any box, clothing", 73.55),
          Map.entry("flickr30k-entities/test/R@1, any box, bodyparts", 40.92),
          Map.entry("flickr30k-entities/test/R@1, any box, animals", 91.70),
          Map.entry("flickr30k-entities/test/R@1, any box, vehicles", 91.25),
          Map.entry("flickr30k-entities/test/R@1, any box, instruments", 76.54),
          Map.entry("flickr30k-entities/test/R@1, any box, scene", 82.21),
          Map.entry("flickr30k-entities/test/R@1, any box, other", 65.06),
          Map.entry("refcoco/val/accuracy at IoU 0.5, refcoco", 52.32),
          Map.entry("refcoco/testA/accuracy at IoU 0.5, refcoco", 57.42),
          Map.entry("refcoco/testB/accuracy at IoU 0.5, refcoco", 47.26),
          Map.entry("refcoco/val/accuracy at IoU 0.5, refcoco+", 45.48),
          Map.entry("refcoco/testA/accuracy at IoU 0.5, refcoco+", 50.73),
          Map.entry("refcoco/testB/accuracy at IoU 0.5, refcoco+", 42.24),
          Map.entry("refcoco/val/accuracy at IoU 0.5, refcocog", 60.57),
          Map.entry("refcoco/test/accuracy at IoU 0.5, refcocog", 61.65),
          // The authors do not say on which of both splits.
          Map.entry("refcocog-generation/val/CIDEr", 60.3),
          Map.entry("refcocog-generation/test/CIDEr", 60.3),
          Map.entry("refcocog-generation/val/METEOR", 12.2),
          Map.entry("refcocog-generation/test/METEOR", 12.2),
          // With a beam of 5.
          Map.entry("flickr30k-captions/test/CIDEr", 80.5),
          Map.entry("vqav2/test-dev/accuracy", 51.1));

  private Published() {}

  static @Nullable Double of(Benchmark benchmark, String figure) {
    return FIGURES.get(benchmark.name() + "/" + benchmark.split() + "/" + figure);
  }
}
