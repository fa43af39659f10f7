package io.groundstream.kosmos2.checkpoint;

import java.io.IOException;

/**
 * A checkpoint is damaged, incomplete, of another architecture, or contradicts itself. The message
 * names the file, the key or tensor in it, what was found and what was expected.
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
