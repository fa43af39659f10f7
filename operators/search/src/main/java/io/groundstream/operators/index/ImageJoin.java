package io.groundstream.operators.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Joins the records of one image, in any order and with any repetition.
 *
 * <p>Each request of an image has at most one <em>result</em> that is shown: the newest complete
 * one. A result is complete when the image's record and as many phrases as that announces have
 * arrived. Results are ordered by processing time, and then by their event's identifier. An event
 * with fewer requests than an earlier one replaces only the results of its own requests. Results
 * older than the shown one are ignored; newer ones wait until they are complete. A result whose
 * phrases do not arrive is shown without them after a while, marked as incomplete, until they
 * arrive or a newer result replaces it. A failed request has a result too.
 *
 * <p>So the result depends on the set of records alone. {@link #version} orders the states of an
 * image and never decreases.
 */
final class ImageJoin {
  /**
   * Bits of a version below the milliseconds: they last until the year 5138, and the requests of an
   * image are counted up to 4095.
   */
  private static final int COUNT_BITS = 12;

  private static final long MAX_COUNT = (1L << COUNT_BITS) - 1;
  private static final long MAX_MILLIS = (1L << (62 - COUNT_BITS)) - 1;

  private ImageJoin() {}

  /**
   * Adds a record.
   *
   * @param now the wall clock in milliseconds since 1970
   * @return whether what is shown has changed
   */
  static boolean add(ImageState state, Finding finding, long now) {
    if (finding.deleted) {
      return delete(state, finding.processingTime, now);
    }
    if (finding.phrase != null) {
      return addPhrase(state, finding, finding.phrase, now);
    }
    boolean changed = false;
    if (finding.image != null) {
      for (RequestFacts request : finding.requests) {
        changed |= addRequest(state, finding, finding.image, request, now);
      }
    }
    return changed;
  }

  /**
   * Gives up waiting for missing records.
   *
   * @param watchedSince the wall clock when this job began to read, in milliseconds since 1970:
   *     earlier parts count as waiting since then, since nothing could arrive before
   * @param partsBefore results whose first part arrived before this, and which miss phrases, are
   *     shown without them
   * @param orphansBefore results whose first part arrived before this, and which have no image's
   *     record, are removed
   * @param lost gets what was removed
   * @return whether what is shown has changed
   */
  static boolean expire(
      ImageState state,
      long watchedSince,
      long partsBefore,
      long orphansBefore,
      List<ResultState> lost) {
    boolean changed = false;
    for (ResultState result : state.results.clone()) {
      if (result.shown || !contains(state, result)) {
        continue;
      }
      long since = Math.max(result.since, watchedSince);
      if (result.request != null && since < partsBefore) {
        show(state, result);
        changed = true;
      } else if (result.request == null && since < orphansBefore) {
        remove(state, result);
        lost.add(result);
      }
    }
    if (isForgotten(state, watchedSince, orphansBefore)) {
      state.deletedAt = null;
      state.deletedRequests = new String[0];
    }
    return changed;
  }

  /** A deletion is remembered as long as results that it voids may arrive. */
  private static boolean isForgotten(ImageState state, long watchedSince, long before) {
    return state.deletedAt != null
        && state.results.length == 0
        && Math.max(state.deletedSince, watchedSince) < before;
  }

  /** Returns when the next result expires, or null if none waits. */
  static @Nullable Long nextExpiry(
      ImageState state, long watchedSince, long patience, long orphanPatience) {
    Long next =
        state.deletedAt == null || state.results.length > 0
            ? null
            : Math.max(state.deletedSince, watchedSince) + orphanPatience;
    for (ResultState result : state.results) {
      if (!result.shown) {
        long since = Math.max(result.since, watchedSince);
        long at = since + (result.request == null ? orphanPatience : patience);
        next = next == null ? at : Math.min(next, at);
      }
    }
    return next;
  }

  /** Returns the results that are shown, in the order of the requests' identifiers. */
  static List<ResultState> shown(ImageState state) {
    List<ResultState> shown = new ArrayList<>();
    for (ResultState result : state.results) {
      if (result.shown) {
        shown.add(result);
      }
    }
    shown.sort(Comparator.comparing(result -> result.requestId));
    return shown;
  }

  /** Returns the newest of the shown results, which describes the image as a whole. */
  static @Nullable ResultState newest(List<ResultState> shown) {
    ResultState newest = null;
    for (ResultState result : shown) {
      if (newest == null || result.compareAge(newest.processingTime, newest.eventId) > 0) {
        newest = result;
      }
    }
    return newest;
  }

  /**
   * Returns the external version of the image's document: the processing time of the newest result
   * that is shown, and, among states with the same one, how many requests are or were shown; where
   * a deletion left nothing, its time, and the greatest count.
   *
   * <p>Adding a record never makes it smaller: results are replaced by newer ones only, and void
   * requests count on. Two states can have the same version where an older request changed beneath
   * the newest one, so a document has to be written over one of the same version ({@code
   * external_gte}); the writes for one document must then reach the index in their order.
   */
  static long version(ImageState state) {
    List<ResultState> shown = shown(state);
    ResultState newest = newest(shown);
    if (newest == null) {
      return state.deletedAt == null ? 0 : millis(state.deletedAt) | MAX_COUNT;
    }
    Set<String> requests = new HashSet<>(Arrays.asList(state.deletedRequests));
    shown.forEach(result -> requests.add(result.requestId));
    return millis(newest.processingTime) | Math.min(requests.size(), MAX_COUNT);
  }

  private static long millis(long time) {
    return Math.max(0, Math.min(time, MAX_MILLIS)) << COUNT_BITS;
  }

  /** Voids the results up to a time; they are never shown, even if they arrive later. */
  private static boolean delete(ImageState state, long time, long now) {
    if (isDeleted(state, time)) {
      return false;
    }
    state.deletedAt = time;
    state.deletedSince = now;
    List<ResultState> left = new ArrayList<>();
    for (ResultState result : state.results) {
      if (result.processingTime > time) {
        left.add(result);
      } else if (result.request != null) {
        boolean unused = countDeleted(state, result.requestId);
      }
    }
    state.results = left.toArray(ResultState[]::new);
    return true;
  }

  private static boolean isDeleted(ImageState state, long time) {
    return state.deletedAt != null && time <= state.deletedAt;
  }

  /** Counts a request, and returns whether it was not counted before. */
  private static boolean countDeleted(ImageState state, String requestId) {
    if (Arrays.asList(state.deletedRequests).contains(requestId)) {
      return false;
    }
    int count = state.deletedRequests.length;
    state.deletedRequests = Arrays.copyOf(state.deletedRequests, count + 1);
    state.deletedRequests[count] = requestId;
    return true;
  }

  private static boolean addRequest(
      ImageState state, Finding finding, ImageFacts image, RequestFacts request, long now) {
    if (isDeleted(state, finding.processingTime)) {
      // It counted if it was shown before the deletion arrived.
      return countDeleted(state, request.requestId) && !shown(state).isEmpty();
    }
    ResultState result = find(state, finding, request.requestId, now);
    if (result == null || result.request != null) {
      return false;
    }
    result.image = image;
    result.request = request;
    // Ordinals beyond the count are invalid.
    result.phrases =
        Arrays.stream(result.phrases)
            .filter(phrase -> phrase.ordinal < request.phraseCount)
            .toArray(PhraseFacts[]::new);
    if (result.isComplete()) {
      show(state, result);
      return true;
    }
    return false;
  }

  private static boolean addPhrase(
      ImageState state, Finding finding, PhraseFacts phrase, long now) {
    if (isDeleted(state, finding.processingTime)) {
      return false;
    }
    ResultState result = find(state, finding, phrase.requestId, now);
    if (result == null
        || phrase.ordinal < 0
        || (result.request != null && phrase.ordinal >= result.request.phraseCount)) {
      return false;
    }
    int place = 0;
    for (PhraseFacts other : result.phrases) {
      if (other.ordinal == phrase.ordinal) {
        return false;
      }
      if (other.ordinal < phrase.ordinal) {
        place++;
      }
    }
    PhraseFacts[] phrases = Arrays.copyOf(result.phrases, result.phrases.length + 1);
    System.arraycopy(phrases, place, phrases, place + 1, phrases.length - 1 - place);
    phrases[place] = phrase;
    result.phrases = phrases;
    if (result.shown) {
      return true;
    }
    if (result.isComplete()) {
      show(state, result);
      return true;
    }
    return false;
  }

  /** Returns the result that a record belongs to, or null if a newer one is shown. */
  private static @Nullable ResultState find(
      ImageState state, Finding finding, String requestId, long now) {
    for (ResultState result : state.results) {
      if (result.requestId.equals(requestId)) {
        int age = result.compareAge(finding.processingTime, finding.eventId);
        if (age == 0) {
          return result;
        }
        if (result.shown && age > 0) {
          return null;
        }
      }
    }
    ResultState result = new ResultState();
    result.requestId = requestId;
    result.eventId = finding.eventId;
    result.processingTime = finding.processingTime;
    result.since = now;
    state.results = Arrays.copyOf(state.results, state.results.length + 1);
    state.results[state.results.length - 1] = result;
    return result;
  }

  /** Shows a result, and forgets the older ones of its request. */
  private static void show(ImageState state, ResultState result) {
    result.shown = true;
    state.results =
        Arrays.stream(state.results)
            .filter(
                other ->
                    other == result
                        || !other.requestId.equals(result.requestId)
                        || other.compareAge(result.processingTime, result.eventId) > 0)
            .toArray(ResultState[]::new);
  }

  private static void remove(ImageState state, ResultState result) {
    state.results =
        Arrays.stream(state.results).filter(other -> other != result).toArray(ResultState[]::new);
  }

  private static boolean contains(ImageState state, ResultState result) {
    return Arrays.stream(state.results).anyMatch(other -> other == result);
  }
}
