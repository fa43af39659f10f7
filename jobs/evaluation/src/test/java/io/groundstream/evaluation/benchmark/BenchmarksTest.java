package io.groundstream.evaluation.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.groundstream.evaluation.dataset.CaptionedImage;
import io.groundstream.evaluation.dataset.DatasetException;
import io.groundstream.evaluation.dataset.PhraseInCaption;
import io.groundstream.evaluation.dataset.ReferringExpression;
import io.groundstream.evaluation.dataset.Scenes;
import io.groundstream.evaluation.dataset.VisualQuestion;
import io.groundstream.evaluation.metric.PixelBox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarksTest {
  private static final BenchmarkOptions OPTIONS = new BenchmarkOptions(true, false, null);

  @Test
  void phrasesAreAskedWithTheWordsBeforeThem() {
    PhraseGrounding benchmark =
        new PhraseGrounding(
            "test",
            List.of(
                phrase("A man in a hat .", 9, 14),
                phrase("A [big] man .", 8, 11),
                phrase("A", 0, 1)));

    assertThat(benchmark.queries())
        .extracting(Query::task, Query::text)
        .containsExactly(
            org.assertj.core.api.Assertions.tuple("phrase-in-sentence", "A man in [a hat]"),
            org.assertj.core.api.Assertions.tuple(
                "prompt", "<grounding>A [big]  <phrase>man</phrase>"),
            org.assertj.core.api.Assertions.tuple("phrase-in-sentence", "[A]"));
  }

  @Test
  void figuresOfPhrasesAreThoseOfBothProtocols() {
    PhraseGrounding benchmark =
        new PhraseGrounding("test", List.of(phrase("A man", 0, 5), phrase("A man", 0, 5)));
    String box = "<phrase> A man</phrase><object><patch_index_0000><patch_index_1023></object>";

    List<Figure> figures =
        benchmark.figures(
            List.of(answer("1", box, ""), answer("2", "<phrase> A man</phrase>", "")));

    assertThat(figures)
        .contains(new Figure("R@1, any box, all", 50, 2, 78.72))
        .contains(new Figure("R@1, any box, people", 50, 2, 89.52))
        .contains(new Figure("R@1, merged boxes, all", 50, 2, null));
  }

  @Test
  void aPartHasNoPublishedFigures() {
    Benchmark part =
        new PhraseGrounding("test", List.of(phrase("A man", 0, 5), phrase("A man", 0, 5))).first(1);

    assertThat(part.split()).isEqualTo("test, first 1");
    assertThat(part.queries()).hasSize(1);
    assertThat(part.first(1)).isSameAs(part);
    assertThat(part.first(0).queries()).isEmpty();
    assertThat(part.hash()).hasSize(64);
  }

  @Test
  void expressionsOfAnObjectAreReferencesOfOneQuestion() throws Exception {
    PixelBox box = new PixelBox(8, 16, 40.5, 32.25);
    ReferringGeneration benchmark =
        new ReferringGeneration(
            "val",
            ReferringGeneration.byObject(
                List.of(
                    expression("1", "the dog", box, "7"),
                    expression("2", "a cat", new PixelBox(0, 0, 1, 1), "8"),
                    expression("3", "the dog on the left", box, "7"))),
            true,
            null);

    assertThat(benchmark.queries())
        .containsExactly(
            new Query("7", "a.jpg", "referring-expression", null, List.of(0.25, 0.5, 1.0, 1.0)),
            new Query(
                "8", "a.jpg", "referring-expression", null, List.of(0.0, 0.0, 0.03125, 0.03125)));
    List<Figure> figures =
        benchmark.figures(
            List.of(
                answer("7", "", "the dog on the left. It is brown."), answer("8", "", "a cat.")));
    // "a cat" is 10 in its uni- and bigrams and 0 beyond: 5. "the dog on the left" is 10 by its own
    // reference; by "the dog", whose 1- and 2-grams it has: see the equation in CiderDTest.
    assertThat(figures.get(0).published()).isEqualTo(60.3);
    assertThat(figures.get(0).value()).isCloseTo(100 * (5 + dogScore()) / 2, within(1e-9));
  }

  /** All n-grams occur for one of two objects, so each weighs its count times ln 2. */
  private static double dogScore() {
    // Against "the dog": unigrams {the:2, dog, on, left} and {the, dog}: (1·1 + 1·1)/(√7·√2);
    // bigrams: 4 of which 1 is common with 1; lengths 4 and 1 in bigrams.
    double penalty = Math.exp(-9.0 / 72);
    double other = (2 / Math.sqrt(14) + 1 / 2.0) / 4 * penalty * 10;
    return (10 + other) / 2;
  }

  @Test
  void withoutGroundingThePromptIsWrittenOut() {
    ReferringGeneration benchmark =
        new ReferringGeneration(
            "val",
            List.of(List.of(expression("1", "the dog", new PixelBox(8, 16, 40.5, 32.25), "7"))),
            false,
            null);

    assertThat(benchmark.queries().get(0).text())
        .isEqualTo("<phrase> It</phrase><object><patch_index_0520><patch_index_1023></object> is");
  }

  @Test
  void answersAreCutAtTheirFirstSentenceEnd() {
    assertThat(ReferringGeneration.firstSentence("a dog. A cat.")).isEqualTo("a dog");
    assertThat(ReferringGeneration.firstSentence("a 2.5 m tree")).isEqualTo("a 2.5 m tree");
    assertThat(ReferringGeneration.firstSentence("")).isEmpty();
  }

  @Test
  void captionsAreScoredWithOrWithoutThePrompt() throws Exception {
    List<CaptionedImage> images =
        List.of(
            new CaptionedImage("1", "1.jpg", List.of("An image of a red dog sleeping.")),
            new CaptionedImage("2", "2.jpg", List.of("Two small cats at play.")));
    List<Prediction> predictions =
        List.of(answer("1", "", "a red dog sleeping."), answer("2", "", "two small cats at play"));

    double with = new Captioning("test", images, true, null).figures(predictions).get(0).value();
    Figure without = new Captioning("test", images, false, null).figures(predictions).get(0);

    assertThat(without.published()).isEqualTo(80.5);
    assertThat(with).isNotCloseTo(without.value(), within(1.0));
  }

  @Test
  void answersToQuestionsAreAveragedByType() {
    VisualQuestions benchmark =
        new VisualQuestions(
            "val",
            List.of(
                new VisualQuestion(1, "1.jpg", "?", Collections.nCopies(10, "yes"), "yes/no"),
                new VisualQuestion(2, "1.jpg", "?", Collections.nCopies(10, "2"), "number")));

    assertThat(benchmark.figures(List.of(answer("1", "", "Yes."), answer("2", "", "three"))))
        .containsExactly(
            new Figure("accuracy", 50, 2, null),
            new Figure("accuracy, number", 0, 1, null),
            new Figure("accuracy, yes/no", 100, 1, null));
  }

  @Test
  void theDatasetsHashChangesWithQuestionsAndTruth() {
    Benchmark benchmark = new PhraseGrounding("test", List.of(phrase("A man", 0, 5)));

    assertThat(benchmark.hash())
        .isEqualTo(new PhraseGrounding("test", List.of(phrase("A man", 0, 5))).hash())
        .isNotEqualTo(new PhraseGrounding("test", List.of(phrase("A man", 2, 5))).hash())
        .hasSize(64);
  }

  @Test
  void opensBenchmarksByName() throws Exception {
    Path file = Scenes.REFCOCO.resolve("finetune_refcoco_val.json");

    assertThat(Benchmarks.open("refcoco", new BenchmarkFiles(file, null, null, null), OPTIONS))
        .isInstanceOf(ReferringComprehension.class)
        .returns("val", Benchmark::split);
    assertThatThrownBy(
            () -> Benchmarks.open("coco", new BenchmarkFiles(file, null, null, null), OPTIONS))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("benchmark: coco (expected: one of flickr30k-entities, refcoco,");
    assertThatThrownBy(
            () -> Benchmarks.open("refcoco", new BenchmarkFiles(null, null, null, null), OPTIONS))
        .hasMessageContaining("--annotations: not given (expected: MDETR's");
    assertThatThrownBy(
            () ->
                Benchmarks.open(
                    "refcoco",
                    new BenchmarkFiles(Scenes.REFCOCO.resolve("refs(unc).p"), null, null, null),
                    OPTIONS))
        .hasMessageContaining("--split: not given");
  }

  @Test
  void noFigureIsPublishedForGooglesSplits(@TempDir Path folder) throws Exception {
    Path refcocog = Files.createDirectories(folder.resolve("refcocog"));
    Files.copy(Scenes.REFCOCO.resolve("instances.json"), refcocog.resolve("instances.json"));
    for (String name : List.of("refs(umd).p", "refs(google).p")) {
      Files.copy(Scenes.REFCOCO.resolve("refs(unc).p"), refcocog.resolve(name));
    }

    assertThat(firstPublished("refcoco", refcocog.resolve("refs(umd).p"), null, "val"))
        .isEqualTo(60.57);
    assertThat(firstPublished("refcoco", refcocog.resolve("refs(google).p"), null, "val")).isNull();
    assertThat(
            firstPublished("refcocog-generation", refcocog.resolve("refs(google).p"), null, "val"))
        .isNull();
  }

  @Test
  void noFigureIsPublishedForAListOfFlickrsImages() throws Exception {
    Path mdetr = Scenes.ENTITIES.resolve("final_flickr_separateGT_test.json");
    Path list = Scenes.ENTITIES.resolve("test.txt");

    assertThat(firstPublished("flickr30k-entities", mdetr, Scenes.ENTITIES, null)).isEqualTo(78.72);
    assertThat(firstPublished("flickr30k-entities", list, Scenes.ENTITIES, null)).isNull();
  }

  private static @Nullable Double firstPublished(
      String name, Path annotations, @Nullable Path entities, @Nullable String split)
      throws DatasetException {
    Benchmark benchmark =
        Benchmarks.open(name, new BenchmarkFiles(annotations, entities, null, split), OPTIONS);
    return benchmark
        .figures(benchmark.queries().stream().map(query -> answer(query.id(), "", "a")).toList())
        .get(0)
        .published();
  }

  private static PhraseInCaption phrase(String caption, int start, int end) {
    return new PhraseInCaption(
        "36/0/" + start,
        "36.jpg",
        320,
        320,
        caption,
        start,
        end,
        List.of("people"),
        List.of(new PixelBox(5, 5, 315, 315)));
  }

  private static ReferringExpression expression(
      String id, String text, PixelBox box, String object) {
    return new ReferringExpression(id, "a.jpg", 32, 32, text, box, "refcocog", object);
  }

  private static Prediction answer(String id, String text, String answer) {
    return new Prediction(id, text, answer, "stop", null);
  }
}
