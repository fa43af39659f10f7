package io.groundstream.evaluation.dataset;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.evaluation.metric.PixelBox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the phrases of Flickr30k Entities that have boxes. */
public final class FlickrPhrases {
  private static final String EXPECTED =
      "MDETR's final_flickr_separateGT_{val,test}.json, with images and tokens_positive_eval";

  private FlickrPhrases() {}

  /**
   * Reads the phrases that Kosmos-2's authors asked about: those of MDETR's file. A phrase's boxes
   * are those of the sentence's first phrase that has the same text and any boxes.
   *
   * @param file MDETR's JSON, one entry for each sentence
   * @param entities the folder of Flickr30k Entities, which has the boxes and types
   */
  public static List<PhraseInCaption> ofMdetr(Path file, FlickrEntities entities)
      throws DatasetException {
    List<PhraseInCaption> phrases = new ArrayList<>();
    JsonFile.readArrays(
        file, Map.of("images", element -> readSentence(element, entities, phrases)), EXPECTED);
    return phrases;
  }

  private static void readSentence(
      JsonFile.Element entry, FlickrEntities entities, List<PhraseInCaption> phrases)
      throws DatasetException {
    String id = entry.text("original_img_id");
    int sentenceId = Math.toIntExact(entry.integer("sentence_id"));
    String caption = entry.text("caption");
    FlickrEntities.Image image = entities.image(id);
    if (sentenceId < 0 || sentenceId >= image.sentences().size()) {
      throw entry.missing("sentence_id", "below " + image.sentences().size());
    }
    FlickrEntities.Sentence sentence = image.sentences().get(sentenceId);
    int count = 0;
    for (JsonNode spans : entry.array("tokens_positive_eval")) {
      JsonNode span = spans.path(0);
      // The file counts Python's characters, which are code points.
      int start = offset(caption, span.path(0));
      int end = offset(caption, span.path(1));
      if (start < 0 || end <= start) {
        throw entry.missing("tokens_positive_eval", "lists of [start, end] within the caption");
      }
      String text = FlickrEntities.collapsed(caption.substring(start, end));
      FlickrEntities.@Nullable Phrase phrase = first(image, sentence, text);
      if (phrase == null) {
        throw new DatasetException(
            entry.place()
                + ": no phrase "
                + JsonFile.brief(text)
                + " with a box is in sentence "
                + sentenceId
                + " of image "
                + id
                + " (expected: files of the same version of Flickr30k Entities)");
      }
      phrases.add(
          new PhraseInCaption(
              id + "/" + sentenceId + "/" + count++,
              entry.text("file_name"),
              entry.positive("width"),
              entry.positive("height"),
              caption,
              start,
              end,
              phrase.types(),
              image.boxesByPhrase().getOrDefault(phrase.id(), List.of())));
    }
  }

  private static int offset(String caption, JsonNode codePoints) {
    int count = codePoints.asInt(-1);
    return count < 0 || count > caption.codePointCount(0, caption.length())
        ? -1
        : caption.offsetByCodePoints(0, count);
  }

  private static FlickrEntities.@Nullable Phrase first(
      FlickrEntities.Image image, FlickrEntities.Sentence sentence, String text) {
    for (FlickrEntities.Phrase phrase : sentence.phrases()) {
      if (phrase.text().equals(text) && image.boxesByPhrase().containsKey(phrase.id())) {
        return phrase;
      }
    }
    return null;
  }

  /**
   * Reads all phrases with boxes of the images in a list, without MDETR's file.
   *
   * @param ids a file with one image id a line, such as test.txt
   */
  public static List<PhraseInCaption> ofIds(Path ids, FlickrEntities entities)
      throws DatasetException {
    List<String> lines;
    try {
      lines = Files.readAllLines(ids);
    } catch (IOException e) {
      throw JsonFile.unreadable(ids, e);
    }
    List<PhraseInCaption> phrases = new ArrayList<>();
    for (String line : lines) {
      String id = line.strip();
      if (!id.isEmpty()) {
        readImage(entities.image(id), phrases);
      }
    }
    return phrases;
  }

  private static void readImage(FlickrEntities.Image image, List<PhraseInCaption> phrases) {
    for (int number = 0; number < image.sentences().size(); number++) {
      FlickrEntities.Sentence sentence = image.sentences().get(number);
      int count = 0;
      for (FlickrEntities.Phrase phrase : sentence.phrases()) {
        List<PixelBox> boxes = image.boxesByPhrase().get(phrase.id());
        if (boxes != null) {
          phrases.add(
              new PhraseInCaption(
                  image.id() + "/" + number + "/" + count++,
                  image.id() + ".jpg",
                  image.width(),
                  image.height(),
                  sentence.text(),
                  phrase.start(),
                  phrase.start() + phrase.text().length(),
                  phrase.types(),
                  boxes));
        }
      }
    }
  }
}
