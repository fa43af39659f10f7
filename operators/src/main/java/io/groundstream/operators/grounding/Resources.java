package io.groundstream.operators.grounding;

import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.flink.util.IOUtils;

/**
 * Resources of a subtask. They are closed in the reverse order of opening, each even if another one
 * fails to close. For one thread at a time.
 */
final class Resources implements AutoCloseable {
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /** Takes a resource, and returns it. */
  <T extends AutoCloseable> T add(T resource) {
    opened.push(resource);
    return resource;
  }

  /**
   * Closes everything that was added.
   *
   * @throws Exception the first failure, with those that followed as suppressed
   */
  @Override
  public void close() throws Exception {
    try {
      IOUtils.closeAll(opened);
    } finally {
      opened.clear();
    }
  }
}
