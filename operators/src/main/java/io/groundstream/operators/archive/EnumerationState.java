package io.groundstream.operators.archive;

import io.groundstream.operators.archive.plan.WalkCursor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint holds of an archive's enumeration.
 *
 * @param pending the splits that no reader has, as bytes
 * @param cursor the last file that was enumerated; null if there is none
 * @param complete whether all files were enumerated
 */
public record EnumerationState(
    List<byte[]> pending, @Nullable WalkCursor cursor, boolean complete, Totals totals) {

  /**
   * What was enumerated so far.
   *
   * @param units files
   * @param bytes their bytes
   * @param finishedUnits files that were left out, since an earlier run finished them
   * @param ignoredFiles files that are nothing that is read
   */
  public record Totals(
      long splits, long units, long bytes, long finishedUnits, long ignoredFiles) {}

  public EnumerationState {
    pending = List.copyOf(pending);
  }

  static EnumerationState beginning() {
    return new EnumerationState(List.of(), null, false, new Totals(0, 0, 0, 0, 0));
  }
}
