package io.groundstream.kosmos2.checkpoint;

import java.io.IOException;

/**
 * Signals that a checkpoint is damaged, incomplete, of another architecture or inconsistent. The
 * message names the file, the key or tensor, and the found and expected values.
 */
public final class CheckpointException extends IOException {
  private static final long serialVersionUID = 1L;

  public CheckpointException(String message) {
    super(message);
  }

  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
