package io.groundstream.operators.fetch;

import io.groundstream.model.GroundingException;

/** Gets the bytes that a URI refers to. Thread-safe. */
@FunctionalInterface
public interface ImageFetcher {
  /**
   * Returns the bytes of an image.
   *
   * @param uri the URI as the event has it, which may be anything
   * @throws GroundingException with a code of stage {@code fetch}
   */
  byte[] fetch(String uri) throws GroundingException;
}
