package io.groundstream.evaluation.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.evaluation.metric.PixelBox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlickrPhrasesTest {
  private static final String XML =
      """
      <annotation><size><width>500</width><height>375</height><depth>3</depth></size>
      <object><name>1</name><name>2</name>
        <bndbox><xmin>10</xmin><ymin>20</ymin><xmax>30</xmax><ymax>40</ymax></bndbox></object>
      <object><name>2</name>
        <bndbox><xmin>50</xmin><ymin>20</ymin><xmax>70</xmax><ymax>40</ymax></bndbox></object>
      <object><name>3</name><scene>1</scene><nobndbox>1</nobndbox></object>
      </annotation>
      """;

  private static final String SENTENCES =
      """
      [/EN#1/people A man] \ud83d\ude00 and [/EN#2/people/animals the others] in [/EN#3/scene a park] .
      [/EN#2/people The others] see [/EN#1/people A man] and [/EN#2/people A man] .
      """;

  @TempDir private Path folder;

  @BeforeEach
  void writeOneImage() throws IOException {
    Files.createDirectories(folder.resolve("Annotations"));
    Files.createDirectories(folder.resolve("Sentences"));
    Files.writeString(folder.resolve("Annotations/36.xml"), XML);
    Files.writeString(folder.resolve("Sentences/36.txt"), SENTENCES);
  }

  @Test
  void readsPhrasesOfMdetrsFile() throws Exception {
    // Spans count code points: the smiling face is one.
    List<PhraseInCaption> phrases =
        ofMdetr("A man \ud83d\ude00 and the others in a park .", 0, "[[0,5]],[[12,22]]");

    assertThat(phrases).extracting(PhraseInCaption::phrase).containsExactly("A man", "the others");
    assertThat(phrases.get(0).boxes()).containsExactly(new PixelBox(10, 20, 30, 40));
    assertThat(phrases.get(1).boxes())
        .containsExactly(new PixelBox(10, 20, 30, 40), new PixelBox(50, 20, 70, 40));
    assertThat(phrases.get(1).types()).containsExactly("people", "animals");
    assertThat(phrases.get(1).width()).isEqualTo(500);
  }

  @Test
  void aRepeatedPhraseHasTheBoxesOfItsFirstOccurrence() throws Exception {
    List<PhraseInCaption> phrases =
        ofMdetr("The others see A man and A man .", 1, "[[15,20]],[[25,30]]");

    assertThat(phrases).extracting(PhraseInCaption::start).containsExactly(15, 25);
    assertThat(phrases.get(1).boxes()).containsExactly(new PixelBox(10, 20, 30, 40));
  }

  @Test
  void aRepeatedPhraseWithoutBoxesIsPassedOver() throws Exception {
    Files.writeString(
        folder.resolve("Sentences/36.txt"), "[/EN#3/scene A man] sees [/EN#1/people A man] .\n");

    List<PhraseInCaption> phrases = ofMdetr("A man sees A man .", 0, "[[11,16]]");

    assertThat(phrases.get(0).types()).containsExactly("people");
  }

  @Test
  void readsAllPhrasesWithBoxesOfImagesInAList() throws Exception {
    Path ids = Files.writeString(folder.resolve("test.txt"), "36\n\n");

    List<PhraseInCaption> phrases = FlickrPhrases.ofIds(ids, FlickrEntities.open(folder));

    assertThat(phrases)
        .extracting(PhraseInCaption::phrase)
        .containsExactly("A man", "the others", "The others", "A man", "A man");
    assertThat(phrases.get(1).caption()).isEqualTo("A man \ud83d\ude00 and the others in a park .");
    assertThat(phrases.get(0).image()).isEqualTo("36.jpg");
  }

  @Test
  void wordsAreOneSpaceApart() throws Exception {
    Files.writeString(
        folder.resolve("Sentences/36.txt"),
        " [/EN#1/people  A  man ]  in\t[/EN#2/other the  hat] . \n");
    Path ids = Files.writeString(folder.resolve("test.txt"), "36\n");

    assertThat(ofMdetr("A man in the  hat .", 0, "[[0,5]],[[9,17]]"))
        .extracting(phrase -> phrase.types().get(0))
        .containsExactly("people", "other");
    List<PhraseInCaption> phrases = FlickrPhrases.ofIds(ids, FlickrEntities.open(folder));
    assertThat(phrases.get(0).caption()).isEqualTo("A man in the hat .");
    assertThat(phrases).extracting(PhraseInCaption::phrase).containsExactly("A man", "the hat");
  }

  @Test
  void readsTheScenes() throws Exception {
    FlickrEntities entities = FlickrEntities.open(Scenes.ENTITIES);

    List<PhraseInCaption> phrases =
        FlickrPhrases.ofMdetr(
            Scenes.ENTITIES.resolve("final_flickr_separateGT_test.json"), entities);

    assertThat(phrases).hasSize(91);
    assertThat(phrases)
        .usingRecursiveComparison()
        .isEqualTo(FlickrPhrases.ofIds(Scenes.ENTITIES.resolve("test.txt"), entities));
  }

  @Test
  void rejectsFilesOfDifferentVersions() {
    assertThatThrownBy(() -> ofMdetr("A dog .", 0, "[[0,5]]"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("images[0]: no phrase A dog with a box is in sentence 0 of image 36");
    assertThatThrownBy(
            () -> ofMdetr("A man \ud83d\ude00 and the others in a park .", 0, "[[26,32]]"))
        .hasMessageContaining("no phrase a park with a box is in sentence 0");
    assertThatThrownBy(() -> ofMdetr("A man", 0, "[[0,6]]"))
        .hasMessageContaining("lists of [start, end] within the caption");
    assertThatThrownBy(() -> ofMdetr("A man", 2, "[[0,5]]"))
        .hasMessageContaining("images[0].sentence_id: 2 (expected: below 2)");
  }

  @Test
  void rejectsDamagedFiles() throws IOException {
    assertThatThrownBy(() -> FlickrEntities.open(folder.resolve("none")))
        .hasMessageContaining("Annotations: no such folder");

    Files.writeString(folder.resolve("Sentences/36.txt"), "[/EN#1 A man] .\n");
    assertThatThrownBy(() -> ofMdetr("A man .", 0, "[[0,5]]"))
        .hasMessageContaining("[/EN#ID/TYPE PHRASE]");

    Files.writeString(folder.resolve("Sentences/36.txt"), SENTENCES);
    Files.writeString(
        folder.resolve("Annotations/36.xml"),
        "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><annotation><size><width>&e;"
            + "</width></size></annotation>");
    assertThatThrownBy(() -> ofMdetr("A man .", 0, "[[0,5]]"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("36.xml");

    Files.writeString(folder.resolve("Annotations/36.xml"), XML.replace("<xmin>10</xmin>", ""));
    assertThatThrownBy(() -> ofMdetr("A man .", 0, "[[0,5]]"))
        .hasMessageContaining("(expected: names and four corners)");

    Files.delete(folder.resolve("Annotations/36.xml"));
    assertThatThrownBy(() -> ofMdetr("A man .", 0, "[[0,5]]"))
        .hasMessageContaining("36.xml: no such file");
  }

  private List<PhraseInCaption> ofMdetr(String caption, int sentence, String spans)
      throws DatasetException, IOException {
    Path file =
        Files.writeString(
            folder.resolve("mdetr.json"),
            "{\"info\":[1],\"images\":[{\"file_name\":\"36.jpg\",\"height\":375,\"width\":500,"
                + "\"original_img_id\":36,\"sentence_id\":"
                + sentence
                + ",\"caption\":\""
                + caption
                + "\",\"tokens_positive_eval\":["
                + spans
                + "]}],\"annotations\":[]}");
    return FlickrPhrases.ofMdetr(file, FlickrEntities.open(folder));
  }
}
