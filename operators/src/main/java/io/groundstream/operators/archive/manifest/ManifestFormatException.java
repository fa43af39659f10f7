package io.groundstream.operators.archive.manifest;

/** Reports that a file as a whole cannot be read as a manifest; the message says why. */
public final class ManifestFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  ManifestFormatException(String message) {
    super(message);
  }
}
