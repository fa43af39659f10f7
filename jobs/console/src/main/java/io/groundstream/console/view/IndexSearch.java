package io.groundstream.console.view;

import io.groundstream.console.render.Card;
import io.groundstream.console.render.CardParts;
import io.groundstream.operators.index.Box;
import io.groundstream.operators.search.FoundBox;
import io.groundstream.operators.search.FoundImage;
import io.groundstream.operators.search.FoundMatch;
import io.groundstream.operators.search.FoundText;
import io.groundstream.operators.search.ImageSearch;
import io.groundstream.operators.search.IndexConnection;
import io.groundstream.operators.search.SearchException;
import io.groundstream.operators.search.SearchRequest;
import io.groundstream.operators.search.SearchResult;
import io.groundstream.operators.search.SearchSyntaxException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The page's search over the index: it shows the boxes that matched. */
public final class IndexSearch implements ViewSearch {
  private final ImageSearch search;

  public IndexSearch(IndexConnection connection) {
    search = new ImageSearch(connection);
  }

  @Override
  public Found search(String query, int limit) throws ViewSearchException {
    try {
      SearchResult result = search.search(SearchRequest.of(query, limit));
      return new Found(result.total(), result.images().stream().map(IndexSearch::hit).toList());
    } catch (SearchSyntaxException | SearchException e) {
      throw new ViewSearchException(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ViewSearchException("The page is closing", e);
    }
  }

  static Hit hit(FoundImage image) {
    // A box may match several parts of a query; it is drawn once.
    Map<Integer, FoundBox> boxes = new TreeMap<>();
    for (FoundMatch match : image.matches()) {
      add(boxes, match.subject());
      add(boxes, match.object());
    }
    List<Card.Answer> answers = new ArrayList<>();
    for (FoundText text : image.texts()) {
      List<FoundBox> own =
          boxes.values().stream().filter(box -> box.requestId().equals(text.requestId())).toList();
      if (answers.size() < CardParts.MOST_ANSWERS && (!own.isEmpty() || boxes.isEmpty())) {
        answers.add(answer(text, own));
      }
    }
    return new Hit(image.imageId(), image.width(), image.height(), image.origin(), answers);
  }

  private static void add(Map<Integer, FoundBox> boxes, @Nullable FoundBox box) {
    if (box != null && boxes.size() < CardParts.MOST_PHRASES) {
      boxes.put(box.entity(), box);
    }
  }

  private static Card.Answer answer(FoundText text, Collection<FoundBox> boxes) {
    String caption = CardParts.bounded(text.caption(), CardParts.MOST_CAPTION);
    List<Card.Phrase> phrases = new ArrayList<>();
    int from = 0;
    for (FoundBox box : boxes) {
      Box place = box.box();
      String phrase = CardParts.name(box.phrase());
      // The index holds no spans. Boxes have the caption's order; phrases that it does not have are
      // shown behind it.
      int at = phrase.isEmpty() ? -1 : caption.indexOf(phrase, from);
      int start = at < 0 ? 0 : caption.codePointCount(0, at);
      int end = at < 0 ? 0 : start + phrase.codePointCount(0, phrase.length());
      from = at < 0 ? from : at + phrase.length();
      phrases.add(
          new Card.Phrase(
              phrases.size(),
              phrase,
              start,
              end,
              List.of(
                  new Card.Box(
                      place.xMin(),
                      place.yMin(),
                      place.xMax(),
                      place.yMax(),
                      box.confidence(),
                      false))));
    }
    return new Card.Answer(
        CardParts.name(text.requestId()),
        CardParts.name(text.task()),
        caption,
        null,
        phrases.size(),
        phrases);
  }
}
