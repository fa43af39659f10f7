package io.groundstream.kosmos2;

/**
 * A stable name for one kind of failure of an image or a request. Codes appear in dead letters and
 * in the output of the command line; a released code keeps its name and meaning.
 */
public interface ErrorCode {
  /** Returns the stage at which the image or request failed. */
  Stage stage();

  /** Returns the stable code in kebab-case, such as {@code image-truncated}. */
  String code();

  /** Returns whether a later retry of the same input may succeed. */
  boolean retryable();
}
