package io.groundstream.operators.archive;

import io.groundstream.operators.archive.plan.WalkCursor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The state of an archive's enumeration in a checkpoint.
 *
 * @param pending the serialised splits that no reader has
 * @param cursor the last file that was enumerated; null if there is none
 * @param complete whether all files were enumerated
 */
record EnumerationState(
    List<byte[]> pending, @Nullable WalkCursor cursor, boolean complete, Totals totals) {

  /**
   * Totals of what was enumerated so far.
   *
   * @param units files
   * @param bytes their bytes
   * @param finishedUnits files left out because an earlier run finished them
   * @param ignoredFiles files left out because their format is not read
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
