package io.groundstream.console.view;

import io.groundstream.avro.Origin;
import io.groundstream.console.render.Card;
import io.groundstream.console.render.CardParts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers the page's searches with cards. The images that were found are fetched when a browser
 * asks for them, and as many are held as a few searches find. Thread-safe.
 */
final class SearchHandler {
  private static final int LIMIT = 24;
  private static final int MOST_AT_ONCE = 4;
  private static final int MOST_QUERY = 1000;
  private static final int MOST_FOUND = 4 * LIMIT;

  private final @Nullable ViewSearch search;
  private final Gallery gallery;
  private final String run;
  private final Function<Origin, CompletableFuture<LoadedImage>> images;
  private final Semaphore places = new Semaphore(MOST_AT_ONCE);

  /** By number, the least recently requested one first. */
  private final Map<Long, Found> found =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Found> eldest) {
          return size() > MOST_FOUND;
        }
      };

  private long lastNumber;

  /** An image that was found, and that is fetched once a browser asks for it. */
  private static final class Found {
    private final Origin origin;
    private @Nullable CompletableFuture<LoadedImage> image;

    Found(Origin origin) {
      this.origin = origin;
    }
  }

  /**
   * @param error what is wrong with the query or the index, for people; null if there is an answer
   */
  record Answer(int status, long total, List<Card> cards, @Nullable String error) {
    Answer {
      cards = List.copyOf(cards);
    }

    private static Answer error(int status, String message) {
      return new Answer(status, 0, List.of(), message);
    }
  }

  SearchHandler(
      @Nullable ViewSearch search,
      Gallery gallery,
      String run,
      Function<Origin, CompletableFuture<LoadedImage>> images) {
    this.search = search;
    this.gallery = gallery;
    this.run = run;
    this.images = images;
  }

  boolean isOpen() {
    return search != null;
  }

  /** Searches; blocks until there is an answer. */
  Answer answer(@Nullable String query) {
    if (search == null) {
      return Answer.error(404, "There is no index to search (expected: started with --search-url)");
    }
    if (query == null || query.isBlank() || query.length() > MOST_QUERY) {
      return Answer.error(
          400, "q: empty or too long (expected: a query of up to " + MOST_QUERY + " characters)");
    }
    if (!places.tryAcquire()) {
      return Answer.error(503, "Too many searches at once (expected: another try in a moment)");
    }
    try {
      ViewSearch.Found result = search.search(query, LIMIT);
      List<Card> cards = new ArrayList<>();
      for (ViewSearch.Hit hit : result.hits()) {
        cards.add(card(hit, cards.size()));
      }
      return new Answer(200, result.total(), cards, null);
    } catch (ViewSearchException e) {
      return Answer.error(400, String.valueOf(e.getMessage()));
    } finally {
      places.release();
    }
  }

  private Card card(ViewSearch.Hit hit, int rank) {
    String held = gallery.thumbnailPath(hit.imageId());
    return new Card(
        CardParts.name(hit.imageId()),
        -rank,
        0,
        "",
        hit.width(),
        hit.height(),
        CardParts.origin(hit.origin()),
        "",
        Map.of(),
        held == null ? keep(hit.origin()) : held,
        null,
        null,
        hit.answers());
  }

  private synchronized String keep(Origin origin) {
    lastNumber++;
    found.put(lastNumber, new Found(origin));
    return "/found/" + run + "-" + lastNumber + ".jpg";
  }

  /** Returns the image at a path, or null if no recent search has found it. */
  @Nullable CompletableFuture<LoadedImage> image(String path) {
    String start = "/found/" + run + "-";
    if (!path.matches("/found/[0-9a-z]+-\\d{1,18}\\.jpg") || !path.startsWith(start)) {
      return null;
    }
    long number = Long.parseLong(path.substring(start.length(), path.length() - ".jpg".length()));
    synchronized (this) {
      Found wanted = found.get(number);
      if (wanted == null) {
        return null;
      }
      if (wanted.image == null) {
        wanted.image = images.apply(wanted.origin);
      }
      return wanted.image;
    }
  }
}
