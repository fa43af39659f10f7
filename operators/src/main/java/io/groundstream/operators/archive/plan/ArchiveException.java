package io.groundstream.operators.archive.plan;

/** Reports that the archive contradicts the configuration; a retry cannot help. */
public final class ArchiveException extends Exception {
  private static final long serialVersionUID = 1L;

  public ArchiveException(String message) {
    super(message);
  }
}
