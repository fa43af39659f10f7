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
 * Keeps a second process out of a run's folder while a first one uses it, as far as the folder is
 * on this machine. The system lifts it with the process, however that dies.
 */
final class RunLock implements AutoCloseable {
  private final @Nullable FileChannel channel;

  private RunLock(@Nullable FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes a run's folder for this process.
   *
   * @throws BackfillException if another one has it
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
      // Within this process; not taken all the same.
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
        // The process is about to end, and the lock with it.
      }
    }
  }
}
