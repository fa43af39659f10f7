package io.groundstream.operators.fetch;

import java.time.Duration;
import java.util.List;

/** Memory for tests that are about something else. */
final class Grants {
  private Grants() {}

  /** Returns a megabyte. */
  static ByteBudget.Grant large() {
    return new ByteBudget(1 << 20).acquire(1 << 20).join();
  }

  /** Returns settings by which files below some roots may be read, and nothing else. */
  static FetchSettings files(List<String> roots, int threads, Duration timeout) {
    return new FetchSettings(roots, threads, timeout, HttpFetchSettings.NONE, 4 << 20);
  }
}
