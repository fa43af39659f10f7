package io.groundstream.operators.fetch;

import io.groundstream.kosmos2.GroundingException;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Gets the bytes that a URI refers to. Thread-safe. */
@FunctionalInterface
public interface ImageFetcher {
  /**
   * Fetches the bytes of an image, without blocking the caller's thread.
   *
   * @param uri the URI as the event has it, which may be anything
   * @param deadline when the image is no longer wanted, or null
   * @return completes with the bytes, to be closed after use, or with a {@link GroundingException}
   *     with a code of stage {@code fetch}; cancelling it ends the transfer
   */
  CompletableFuture<FetchedImage> fetch(String uri, @Nullable Instant deadline);
}
