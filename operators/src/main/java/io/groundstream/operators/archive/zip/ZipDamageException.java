package io.groundstream.operators.archive.zip;

/** Reports that a zip file or one of its entries is damaged or of an unsupported form. */
public final class ZipDamageException extends Exception {
  private static final long serialVersionUID = 1L;

  ZipDamageException(String message) {
    super(message);
  }
}
