package io.groundstream.schemas;

import java.io.IOException;

/**
 * Thrown when the Schema Registry gives no usable answer: it cannot be reached, is too slow,
 * rejects the credentials or fails itself. The fault is not the record's, so callers must not make
 * the record a dead letter: they retry, and fail the whole job if the outage lasts.
 */
public final class RegistryUnavailableException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean refused;

  RegistryUnavailableException(String message, Throwable cause, boolean refused) {
    super(message, cause);
    this.refused = refused;
  }

  /**
   * Returns whether the registry, or a proxy before it, rejects the credentials, permissions or
   * certificates. That lasts until an operator changes something, and new permissions may take a
   * while to take effect.
   */
  public boolean isRefused() {
    return refused;
  }
}
