package io.groundstream.evaluation.dataset;

import org.jspecify.annotations.Nullable;

/**
 * Reports that a dataset cannot be used: a file is missing, damaged, or of another version. The
 * message names the file, the place in it, and what was expected.
 */
public final class DatasetException extends Exception {
  private static final long serialVersionUID = 1L;

  public DatasetException(String message) {
    this(message, null);
  }

  public DatasetException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
