package io.groundstream.operators.index;

import io.groundstream.operators.settings.SettingsReader;
import java.io.Serializable;
import java.time.Duration;
import org.apiguardian.api.API;

/**
 * The settings of bulk requests, checked.
 *
 * @param maxDocuments the most documents of a request
 * @param maxBytes the most bytes of a request, and of a document
 * @param maxWait how long a document waits for others at most
 * @param maxInFlight the most requests of a subtask in flight
 * @param requestTimeout how long a request may take
 * @param retryTimeout how long to retry an index that accepts nothing
 */
@API(status = API.Status.INTERNAL)
public record BulkSettings(
    int maxDocuments,
    int maxBytes,
    Duration maxWait,
    int maxInFlight,
    Duration requestTimeout,
    Duration retryTimeout)
    implements Serializable {

  private static final int LEAST_BYTES = 64 * 1024;

  /** OpenSearch's default limit. */
  private static final int MOST_BYTES = 100 * 1024 * 1024;

  /** Reads the settings, and reports problems to the reader. */
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
