package io.groundstream.kosmos2;

/**
 * A stable name for one way in which one image or one request can fail. Codes appear in dead
 * letters and in the command line's answers; once released, a code keeps its name and its meaning.
 */
public interface ErrorCode {
  /** Returns the stage at which it failed. */
  Stage stage();

  /** Returns the stable code in kebab-case, such as {@code image-truncated}. */
  String code();

  /** Returns whether the same input may succeed when it is tried again later. */
  boolean retryable();
}
