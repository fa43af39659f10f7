package io.groundstream.operators.archive.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The next splits of an archive.
 *
 * @param cursor the last file that is in these splits or those before; null if there is none
 * @param units how many files these splits have
 * @param bytes how many bytes these files have
 * @param finishedUnits how many files were left out, since an earlier run finished them
 * @param ignoredFiles how many files were passed over, since they are nothing that is read
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
