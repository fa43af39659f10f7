package io.groundstream.console.demo;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second demo out of an output folder while a first one runs, because the first one's
 * broker would lose its data. The operating system releases the lock with the process, however that
 * ends.
 *
 * <p>It is taken before anything else is written, the log included, so it logs nothing.
 */
public final class OutputLock implements AutoCloseable {
  private static final String FILE = ".groundstream-demo.lock";

  private final Path file;
  private final FileChannel channel;

  private OutputLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes a folder for this process.
   *
   * @param folder created if missing
   * @throws DemoException if another process holds it, or it cannot be written to
   */
  public static OutputLock take(Path folder) throws DemoException {
    Path file = folder.resolve(FILE);
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      boolean taken = false;
      try {
        taken = channel.tryLock() != null;
      } finally {
        if (!taken) {
          channel.close();
        }
      }
      if (taken) {
        return new OutputLock(file, channel);
      }
    } catch (IOException e) {
      throw DemoOutput.unusable(folder, e);
    }
    throw new DemoException(
        "--output: "
            + folder
            + " is in use by a demo that runs (expected: a folder of this demo's own; stop the"
            + " other one, or choose another folder)");
  }

  /** Releases the folder. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // An empty file remains, which locks nothing.
    }
    try {
      channel.close();
    } catch (IOException e) {
      // The process is about to end, and the lock with it.
    }
  }
}
