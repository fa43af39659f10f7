package io.groundstream.operators.archive.plan;

/** What the configuration says of an archive is not so; trying again changes nothing. */
public final class ArchiveException extends Exception {
  private static final long serialVersionUID = 1L;

  public ArchiveException(String message) {
    super(message);
  }
}
