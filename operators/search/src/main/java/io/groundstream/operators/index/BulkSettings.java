package io.groundstream.operators.index;

import io.groundstream.operators.settings.SettingsReader;
import java.io.Serializable;
import java.time.Duration;

/**
 * How documents are written, checked.
 *
 * @param maxDocuments how many documents a request holds at most
 * @param maxBytes how large they are together at most, and how large a document may be
 * @param maxWait how long a document waits for others
 * @param maxInFlight how many requests of a subtask are under way at a time
 * @param requestTimeout how long a request may take
 * @param retryTimeout how long an index that takes nothing is tried again
 */
public record BulkSettings(
    int maxDocuments,
    int maxBytes,
    Duration maxWait,
    int maxInFlight,
    Duration requestTimeout,
    Duration retryTimeout)
    implements Serializable {

  private static final int LEAST_BYTES = 64 * 1024;

  /** What OpenSearch takes by default. */
  private static final int MOST_BYTES = 100 * 1024 * 1024;

  /** Reads the settings, and notes what is wrong with them. */
  public static BulkSettings read(SettingsReader reader) {
    return new BulkSettings(
        reader.get(
            IndexOptions.BULK_MAX_DOCUMENTS, count -> count > 0 && count <= 100_000, "1 to 100000"),
        (int)
            reader
                .get(
                    IndexOptions.BULK_MAX_SIZE,
                    size -> size.getBytes() >= LEAST_BYTES && size.getBytes() <= MOST_BYTES,
                    "64 kb to 100 mb")
                .getBytes(),
        reader.get(IndexOptions.BULK_MAX_WAIT, time -> time.toMillis() >= 1, ">= 1 ms"),
        reader.get(IndexOptions.BULK_MAX_IN_FLIGHT, count -> count > 0 && count <= 64, "1 to 64"),
        reader.get(IndexOptions.REQUEST_TIMEOUT, time -> time.toMillis() >= 100, ">= 100 ms"),
        reader.get(IndexOptions.RETRY_TIMEOUT, time -> !time.isNegative(), "a duration >= 0"));
  }
}
