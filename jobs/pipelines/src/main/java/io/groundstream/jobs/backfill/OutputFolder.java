package io.groundstream.jobs.backfill;

import io.groundstream.jobs.configuration.BackfillSettings;
import io.groundstream.operators.output.FileOutput;
import io.groundstream.operators.output.OutputTopic;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;

/** The result files of a run, if results go to a folder. */
final class OutputFolder {
  private static final String UNIQUE = "-[0-9a-f-]{36}-\\d+";

  private OutputFolder() {}

  /**
   * Rejects a run whose results are already in the folder under the same name.
   *
   * @throws BackfillException if there are results
   */
  static void refuseResultsOf(BackfillSettings settings) throws BackfillException, IOException {
    if (settings.output() instanceof FileOutput output
        && !files(output, Pattern.quote(output.prefix()) + UNIQUE + "\\..*").isEmpty()) {
      throw new BackfillException(
          "output.directory: "
              + output.directory()
              + " holds results of a run "
              + settings.name()
              + " (expected: another folder, another --name, or --resume, which adds what is new"
              + " in the archive)");
    }
  }

  /**
   * Creates the folders for results, and checks that they can be written to. Otherwise the job
   * would only fail after retrying for minutes.
   *
   * @throws BackfillException if one cannot be written to
   */
  static void make(BackfillSettings settings) throws BackfillException {
    if (settings.output() instanceof FileOutput output) {
      Path directory = new Path(output.directory());
      for (OutputTopic topic : OutputTopic.values()) {
        Path folder = new Path(directory, topic.folder());
        try {
          FileSystem fileSystem = folder.getFileSystem();
          // Writes a file, the only valid check on file systems whose folders are only prefixes.
          Path probe = new Path(folder, "." + output.prefix() + ".probe");
          fileSystem.mkdirs(folder);
          // Not empty, because object stores may take an empty file for a folder.
          try (OutputStream out = fileSystem.create(probe, WriteMode.OVERWRITE)) {
            out.write(0);
          }
          fileSystem.delete(probe, false);
        } catch (IOException e) {
          throw new BackfillException(
              "output.directory: "
                  + output.directory()
                  + " cannot be written to (expected: a folder in which this user may create"
                  + " files): "
                  + e,
              e);
        }
      }
    }
  }

  /** Deletes the unfinished files of interrupted attempts, which no reader uses. */
  static void deleteLeftovers(BackfillSettings settings) throws IOException {
    if (settings.output() instanceof FileOutput output) {
      String begun = "\\." + Pattern.quote(output.prefix()) + UNIQUE + ".*\\.inprogress\\..*";
      for (Path file : files(output, begun)) {
        file.getFileSystem().delete(file, false);
      }
    }
  }

  private static List<Path> files(FileOutput output, String name) throws IOException {
    List<Path> files = new ArrayList<>();
    Path directory = new Path(output.directory());
    FileSystem fileSystem = directory.getFileSystem();
    for (OutputTopic topic : OutputTopic.values()) {
      Path folder = new Path(directory, topic.folder());
      FileStatus[] children =
          fileSystem.exists(folder) ? fileSystem.listStatus(folder) : new FileStatus[0];
      for (FileStatus child : children == null ? new FileStatus[0] : children) {
        if (child.getPath().getName().matches(name)) {
          files.add(child.getPath());
        }
      }
    }
    return files;
  }
}
