package io.groundstream.operators.archive.manifest;

/** A file as a whole is not what a manifest can be; the message says why. */
public final class ManifestFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  ManifestFormatException(String message) {
    super(message);
  }
}
