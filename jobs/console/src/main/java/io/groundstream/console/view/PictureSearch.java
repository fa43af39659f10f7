package io.groundstream.console.view;

import io.groundstream.avro.Origin;
import java.util.List;

/** Answers the page's searches. Thread-safe. */
@FunctionalInterface
public interface PictureSearch {
  /**
   * Finds pictures.
   *
   * @param query in the users' query language
   * @param limit the most pictures to return
   * @throws ViewSearchException if the query cannot be understood or the index gives no answer
   */
  Found search(String query, int limit) throws ViewSearchException;

  /**
   * What was found.
   *
   * @param total how many pictures match, also those that are not returned
   */
  record Found(long total, List<Hit> hits) {
    public Found {
      hits = List.copyOf(hits);
    }
  }

  /**
   * A picture that matches.
   *
   * @param origin where its event came from, to get the picture from
   * @param answers what the index knows about it, with boxes
   */
  record Hit(String imageId, int width, int height, Origin origin, List<Card.Answer> answers) {
    public Hit {
      answers = List.copyOf(answers);
    }
  }
}
