package io.groundstream.operators.archive.read;

import io.groundstream.operators.archive.plan.ArchiveUnit;
import io.groundstream.operators.archive.plan.PartPosition;
import io.groundstream.operators.archive.plan.UnitFormat;
import io.groundstream.operators.archive.plan.UnitPart;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** Opens the files of an archive. */
public final class UnitReaders {
  private UnitReaders() {}

  /**
   * Opens a part of a file. A file that has disappeared or changed becomes a dead letter.
   *
   * @throws IOException if the file system fails, be it because of this file or not
   */
  public static UnitReader open(UnitPart part, PartPosition position, ReadContext context)
      throws IOException {
    ArchiveUnit unit = part.unit();
    if (unit.format() == UnitFormat.PICTURE) {
      return new ImageFileReader(part, position, context);
    }
    if (unit.format() == UnitFormat.UNREADABLE_FOLDER) {
      return failure(
          part,
          position,
          context,
          OperatorErrorCode.FILE_UNREADABLE,
          "the folder cannot be listed (expected: a folder with permission to list it, at most 200"
              + " folders deep)");
    }
    Path path = new Path(unit.path());
    FileStatus status = path.getFileSystem().getFileStatus(path);
    if (status.getLen() != unit.length()
        || !sameSecond(status.getModificationTime(), unit.modificationTime())) {
      return failure(
          part,
          position,
          context,
          OperatorErrorCode.FILE_CHANGED,
          "the file changed after it was listed: "
              + status.getLen()
              + " bytes (expected: "
              + unit.length()
              + ", and the same modification time; run again)");
    }
    return switch (unit.format()) {
      case ZIP -> ZipShardReader.open(part, position, context);
      case TAR, COMPRESSED_TAR -> TarShardReader.open(part, position, context);
      case CSV, JSON_LINES -> ManifestReader.open(part, position, context);
      case PARQUET -> ParquetFileUnitReader.open(part, position, context);
      case PICTURE, UNREADABLE_FOLDER ->
          throw new IllegalStateException("no reader for " + unit.format() + ": " + unit.path());
    };
  }

  /**
   * Compares whole seconds: object stores list files with milliseconds, but report a single file in
   * seconds.
   */
  private static boolean sameSecond(long millis, long others) {
    return Math.floorDiv(millis, 1000L) == Math.floorDiv(others, 1000L);
  }

  /**
   * Returns a reader that emits one event for a part that cannot be read.
   *
   * @param position the position at which reading failed
   */
  public static UnitReader unreadable(
      UnitPart part, PartPosition position, ReadContext context, IOException cause)
      throws IOException {
    Path path = new Path(part.unit().path());
    FileSystem fileSystem = path.getFileSystem();
    boolean vanished = cause instanceof FileNotFoundException && !fileSystem.exists(path);
    return failure(
        part,
        position,
        context,
        vanished ? OperatorErrorCode.FILE_VANISHED : OperatorErrorCode.FILE_UNREADABLE,
        vanished
            ? "the file no longer exists (expected: the file that was listed)"
            : "it cannot be read, from "
                + (position.entries() > 0 ? "entry " + (position.entries() + 1) : "the beginning")
                + " on: "
                + cause);
  }

  private static UnitReader failure(
      UnitPart part,
      PartPosition position,
      ReadContext context,
      OperatorErrorCode code,
      String message) {
    return new FailureReader(part, position, context, code, message);
  }
}
