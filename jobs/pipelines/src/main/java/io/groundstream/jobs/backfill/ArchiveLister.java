package io.groundstream.jobs.backfill;

import io.groundstream.jobs.terminal.ProgressLine;
import io.groundstream.operators.archive.plan.ArchiveException;
import io.groundstream.operators.archive.plan.ArchivePlanner;
import io.groundstream.operators.archive.plan.ArchiveSplit;
import io.groundstream.operators.archive.plan.ArchiveUnit;
import io.groundstream.operators.archive.plan.FinishedUnits;
import io.groundstream.operators.archive.plan.PlannedSplits;
import io.groundstream.operators.archive.plan.UnitFormat;
import io.groundstream.operators.archive.plan.UnitPart;
import io.groundstream.operators.archive.settings.ArchiveSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * Lists an archive before the job does: to report problems at once, to know the amount of work, and
 * to store the list of files that are finished when the job finishes.
 *
 * <p>A file that is added to the archive between this listing and that of the job is read now and
 * again by the next resumed run, because it is not in the list: rather twice than never.
 */
final class ArchiveLister {
  /** Opens the list for writing; called once the beginning of the archive has no problems. */
  @FunctionalInterface
  interface Target {
    FileList.Writer open() throws IOException;
  }

  private ArchiveLister() {}

  static ArchiveListing list(
      ArchiveSettings settings, FinishedUnits finished, Target target, PrintWriter err)
      throws IOException, ArchiveException {
    return list(new ArchivePlanner(settings.wholeFiles(), finished, null, 0), target, err);
  }

  /** Lists an archive to check it, including every manifest. */
  static ArchiveListing check(ArchiveSettings settings, PrintWriter err)
      throws IOException, ArchiveException {
    return list(
        ArchivePlanner.checkingManifests(settings.wholeFiles()), FileList.Writer::none, err);
  }

  private static ArchiveListing list(ArchivePlanner planner, Target target, PrintWriter err)
      throws IOException, ArchiveException {
    ProgressLine progress = new ProgressLine(err, "Listing the archive");
    long files = 0;
    long bytes = 0;
    long pictureFiles = 0;
    long finishedFiles = 0;
    long ignoredFiles = 0;
    try {
      PlannedSplits planned = planner.next();
      try (FileList.Writer list = target.open()) {
        while (true) {
          for (ArchiveSplit split : planned.splits()) {
            for (UnitPart part : split.parts()) {
              ArchiveUnit unit = part.unit();
              list.add(FileList.Entry.of(unit));
              pictureFiles += unit.format() == UnitFormat.PICTURE ? 1 : 0;
            }
          }
          files += planned.units();
          bytes += planned.bytes();
          finishedFiles += planned.finishedUnits();
          ignoredFiles += planned.ignoredFiles();
          if (planned.last()) {
            progress.end();
            planner.notes().forEach(note -> err.println("Note: " + note + "."));
            return new ArchiveListing(
                files,
                bytes,
                pictureFiles,
                finishedFiles,
                ignoredFiles,
                planner.ignoredNames(),
                planner.notes());
          }
          progress.count(String.format(Locale.ROOT, "%,d files so far", files + finishedFiles));
          planned = planner.next();
        }
      }
    } finally {
      progress.end();
    }
  }
}
