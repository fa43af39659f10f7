package io.groundstream.schemas;

import java.io.IOException;

/**
 * The Schema Registry gave no usable answer: it cannot be reached, is too slow, refuses the
 * credentials or fails itself. Says nothing about any record, so it must never turn one into a dead
 * letter: try again, and give up on the whole job if it lasts.
 */
public final class RegistryUnavailableException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean refused;

  RegistryUnavailableException(String message, Throwable cause, boolean refused) {
    super(message, cause);
    this.refused = refused;
  }

  /**
   * Returns whether the registry, or what stands before it, refuses the credentials, the rights or
   * the certificates. That stays so until a person changes something, though rights may take a
   * while to spread.
   */
  public boolean isRefused() {
    return refused;
  }
}
