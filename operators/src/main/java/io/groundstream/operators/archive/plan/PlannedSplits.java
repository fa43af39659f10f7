package io.groundstream.operators.archive.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The next splits of an archive.
 *
 * @param cursor the last file in these or earlier splits; null if there is none
 * @param units the number of files in these splits
 * @param bytes the size of these files, in bytes
 * @param finishedUnits the number of files left out because an earlier run finished them
 * @param ignoredFiles the number of files left out because their format is not read
 * @param last whether there are no more splits
 */
public record PlannedSplits(
    List<ArchiveSplit> splits,
    @Nullable WalkCursor cursor,
    long units,
    long bytes,
    long finishedUnits,
    long ignoredFiles,
    boolean last) {}
