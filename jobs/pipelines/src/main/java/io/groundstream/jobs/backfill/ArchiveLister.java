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
 * Lists an archive before the job does: to say at once what is wrong with it, to know how much
 * there is to do, and to keep what will be finished when the job has finished.
 *
 * <p>A file that is added to the archive between this listing and the job's own is read, and read
 * again by the next resumed run, since it is in no list: rather twice than never.
 */
final class ArchiveLister {
  /** Opens the list that is written; called once nothing is wrong with the archive so far. */
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

  /** Lists an archive to check it: every manifest in it has to be one. */
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
