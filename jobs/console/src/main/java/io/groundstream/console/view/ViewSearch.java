package io.groundstream.console.view;

import io.groundstream.avro.Origin;
import io.groundstream.console.render.Card;
import java.util.List;

/** Answers the page's searches. Thread-safe. */
@FunctionalInterface
public interface ViewSearch {
  /**
   * Finds images.
   *
   * @param query in the users' query language
   * @param limit the most images to return
   * @throws ViewSearchException if the query is not valid or the index does not answer
   */
  Found search(String query, int limit) throws ViewSearchException;

  /**
   * The result of a search.
   *
   * @param total the number of images that match, including those that are not returned
   */
  record Found(long total, List<Hit> hits) {
    public Found {
      hits = List.copyOf(hits);
    }
  }

  /**
   * An image that matches.
   *
   * @param origin where its event came from, to load the image from
   * @param answers what the index has of it, with boxes
   */
  record Hit(String imageId, int width, int height, Origin origin, List<Card.Answer> answers) {
    public Hit {
      answers = List.copyOf(answers);
    }
  }
}
