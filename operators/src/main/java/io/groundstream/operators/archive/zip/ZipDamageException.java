package io.groundstream.operators.archive.zip;

/** A zip file, or an entry of it, is damaged or not of a form that can be read. */
public final class ZipDamageException extends Exception {
  private static final long serialVersionUID = 1L;

  ZipDamageException(String message) {
    super(message);
  }
}
