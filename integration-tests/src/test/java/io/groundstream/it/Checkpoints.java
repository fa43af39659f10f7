package io.groundstream.it;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The checkpoints of a job, as stored in its folder. */
final class Checkpoints {
  private static final String PREFIX = "chk-";

  private Checkpoints() {}

  /**
   * Returns whether there is a transaction that a complete checkpoint contains and that is not
   * committed yet: a job that restores the checkpoint must commit it, or results are lost. The
   * connector ends the name of a transaction with the number of its checkpoint.
   */
  static boolean isCompleteButUncommitted(Path folder, Transactions transactions) throws Exception {
    long complete = last(folder, /* complete= */ true);
    return transactions.openIds().stream()
        .anyMatch(id -> Long.parseLong(id.substring(id.lastIndexOf('-') + 1)) <= complete);
  }

  /** Returns whether a checkpoint has begun and is not complete. */
  static boolean isUnderWay(Path folder) throws IOException {
    return last(folder, /* complete= */ false) > last(folder, /* complete= */ true);
  }

  /** Returns the number of the last complete checkpoint, or 0 if there is none. */
  static long lastComplete(Path folder) throws IOException {
    return last(folder, /* complete= */ true);
  }

  /** Returns the number of the last checkpoint or the last complete one, or 0 if there is none. */
  private static long last(Path folder, boolean complete) throws IOException {
    long last = 0;
    try (DirectoryStream<Path> checkpoints = Files.newDirectoryStream(folder, PREFIX + "*")) {
      for (Path checkpoint : checkpoints) {
        if (!complete || Files.exists(checkpoint.resolve("_metadata"))) {
          String number = checkpoint.getFileName().toString().substring(PREFIX.length());
          last = Math.max(last, Long.parseLong(number));
        }
      }
    }
    return last;
  }
}
