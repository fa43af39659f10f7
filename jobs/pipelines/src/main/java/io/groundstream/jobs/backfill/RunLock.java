package io.groundstream.jobs.backfill;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Locks a run's folder against a second process, if the folder is on this machine. The operating
 * system releases the lock when the process ends, however it ends.
 */
final class RunLock implements AutoCloseable {
  private final @Nullable FileChannel channel;

  private RunLock(@Nullable FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Locks a run's folder for this process.
   *
   * @throws BackfillException if another process holds the lock
   */
  static RunLock take(String name, URI folder) throws BackfillException, IOException {
    if (!"file".equals(folder.getScheme())) {
      return new RunLock(null);
    }
    Path path = Path.of(folder);
    Files.createDirectories(path);
    FileChannel channel =
        FileChannel.open(
            path.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean taken = false;
    try {
      taken = channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // Already locked within this process; treated like a lock of another one.
    } finally {
      if (!taken) {
        channel.close();
      }
    }
    if (!taken) {
      throw new BackfillException(
          "run "
              + name
              + ": under way in another process (expected: wait for it, stop it, or choose another"
              + " --name)");
    }
    return new RunLock(channel);
  }

  @Override
  public void close() {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // The process is about to end, which releases the lock.
      }
    }
  }
}
