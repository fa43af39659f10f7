package io.groundstream.jobs.backfill;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.groundstream.operators.archive.plan.FinishedUnits;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystem.WriteMode;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The folder with the state of the runs of one name, on any file system that Flink knows:
 *
 * <ul>
 *   <li>{@code run.json}: {@link RunRecord}.
 *   <li>{@code checkpoints/NNNN}: Flink's checkpoints of the attempt with that number; only while
 *       the run is unfinished.
 *   <li>{@code listed.gz}: the {@linkplain FileList files} that the unfinished run found.
 *   <li>{@code finished.gz}: the files that runs of this name finished, as they were at that time.
 * </ul>
 *
 * <p>Finished work is known from two sources only: for an unfinished run, its newest complete
 * checkpoint, which matches the committed results; for a finished run, {@code finished.gz}. A file
 * of the archive that was added later, or changed in length or modification time, is in neither.
 *
 * <p>For one thread and one process; see {@link RunLock}.
 */
final class RunDirectory {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String METADATA = "_metadata";

  private final FileSystem fileSystem;
  private final Path root;

  private RunDirectory(FileSystem fileSystem, Path root) {
    this.fileSystem = fileSystem;
    this.root = root;
  }

  /**
   * Opens the folder, and creates it if it does not exist.
   *
   * @param uri the folder's URI, with a scheme
   */
  static RunDirectory open(String uri) throws IOException {
    Path root = new Path(uri);
    FileSystem fileSystem = root.getFileSystem();
    fileSystem.mkdirs(root);
    return new RunDirectory(fileSystem, root);
  }

  Path root() {
    return root;
  }

  /** Returns the record of the run of this name, or null if there was none. */
  @Nullable RunRecord record() throws IOException {
    Path file = recordFile();
    if (!fileSystem.exists(file)) {
      return null;
    }
    RunRecord record;
    try (var in = fileSystem.open(file)) {
      record = JSON.readValue(in.readAllBytes(), RunRecord.class);
    }
    if (record.version() != RunRecord.VERSION) {
      throw new IOException(
          file + ": version " + record.version() + " (expected: " + RunRecord.VERSION + ")");
    }
    return record;
  }

  void write(RunRecord record) throws IOException {
    byte[] bytes = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(record);
    if (fileSystem.isDistributedFS()) {
      // Object stores only show complete files, and many cannot rename.
      put(recordFile(), bytes);
    } else {
      Path draft = new Path(root, "run.json.new");
      put(draft, bytes);
      if (!fileSystem.rename(draft, recordFile())) {
        throw new IOException(recordFile() + " cannot be written");
      }
    }
  }

  private void put(Path file, byte[] bytes) throws IOException {
    try (OutputStream out = fileSystem.create(file, WriteMode.OVERWRITE)) {
      out.write(bytes);
    }
  }

  private Path recordFile() {
    return new Path(root, "run.json");
  }

  /** Returns a writer for the list of the files that a run found. */
  FileList.Writer listed() throws IOException {
    return new FileList.Writer(fileSystem, listFile());
  }

  private Path listFile() {
    return new Path(root, "listed.gz");
  }

  private Path finishedFile() {
    return new Path(root, "finished.gz");
  }

  private Path earlierFile() {
    return new Path(root, "finished.gz.old");
  }

  /** Restores the list that a process was replacing when it died. */
  private void recoverFinished() throws IOException {
    if (!fileSystem.exists(finishedFile()) && fileSystem.exists(earlierFile())) {
      rename(earlierFile(), finishedFile());
    }
  }

  private void rename(Path from, Path to) throws IOException {
    if (!fileSystem.rename(from, to)) {
      throw new IOException(to + " cannot be written");
    }
  }

  /** Returns the files that runs of this name finished. */
  FinishedUnits finished() throws IOException {
    recoverFinished();
    return fileSystem.exists(finishedFile())
        ? new FinishedFiles(finishedFile().toString())
        : FinishedUnits.none();
  }

  /** Deletes the lists and checkpoints, so that everything is done again. */
  void clear() throws IOException {
    delete(recordFile());
    delete(checkpoints());
    delete(listFile());
    delete(finishedFile());
    delete(earlierFile());
  }

  /** Deletes the checkpoints of earlier attempts. */
  void clearCheckpoints() throws IOException {
    delete(checkpoints());
  }

  /** Adds the listed files to the finished ones. */
  void finish(RunRecord record) throws IOException {
    recoverFinished();
    if (fileSystem.exists(listFile())) {
      Path draft = new Path(root, "finished.gz.new");
      try (FileList.Writer writer = new FileList.Writer(fileSystem, draft)) {
        if (fileSystem.exists(finishedFile())) {
          copy(finishedFile(), writer);
        }
        copy(listFile(), writer);
      }
      // Not every file system renames onto an existing file. A crash in between leaves the earlier
      // files under the other name, and the list, which is then added again; that is harmless.
      delete(earlierFile());
      if (fileSystem.exists(finishedFile())) {
        rename(finishedFile(), earlierFile());
      }
      rename(draft, finishedFile());
      delete(earlierFile());
    }
    write(record.asFinished());
    delete(listFile());
    delete(checkpoints());
  }

  private void copy(Path list, FileList.Writer writer) throws IOException {
    List<IOException> failures = new ArrayList<>();
    FileList.read(
        fileSystem,
        list,
        entry -> {
          try {
            writer.add(entry);
          } catch (IOException e) {
            failures.add(e);
          }
        });
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
  }

  private void delete(Path path) throws IOException {
    if (fileSystem.exists(path)) {
      fileSystem.delete(path, true);
    }
  }

  private Path checkpoints() {
    return new Path(root, "checkpoints");
  }

  /** Returns the folder for the checkpoints of an attempt. */
  Path checkpoints(int attempt) {
    return new Path(checkpoints(), String.format(Locale.ROOT, "%04d", attempt));
  }

  /**
   * Returns the newest complete checkpoint or savepoint of an attempt, or null if there is none.
   */
  @Nullable Path newestCheckpoint(int attempt) throws IOException {
    List<FileStatus> complete = new ArrayList<>();
    collect(checkpoints(attempt), 0, complete);
    return complete.stream()
        .max(
            Comparator.comparingLong(FileStatus::getModificationTime)
                .thenComparingLong(status -> number(status.getPath().getParent())))
        .map(status -> status.getPath().getParent())
        .orElse(null);
  }

  /**
   * Collects complete checkpoints: Flink writes the metadata file last, and it only becomes visible
   * when it is complete.
   */
  private void collect(Path folder, int depth, List<FileStatus> complete) throws IOException {
    if (!fileSystem.exists(folder)) {
      return;
    }
    FileStatus[] children = fileSystem.listStatus(folder);
    if (children == null) {
      return;
    }
    for (FileStatus child : children) {
      if (child.isDir() && depth < 2) {
        collect(child.getPath(), depth + 1, complete);
      } else if (child.getPath().getName().equals(METADATA)) {
        complete.add(child);
      }
    }
  }

  private static long number(Path checkpoint) {
    String digits = checkpoint.getName().replaceFirst("^chk-", "");
    return digits.matches("\\d{1,18}") ? Long.parseLong(digits) : Long.MAX_VALUE;
  }

  /** Deletes the checkpoints of attempts before the given one; later attempts do not need them. */
  void deleteCheckpointsBefore(int attempt) throws IOException {
    for (int earlier = attempt - 1; earlier > 0; earlier--) {
      delete(checkpoints(earlier));
    }
  }
}
