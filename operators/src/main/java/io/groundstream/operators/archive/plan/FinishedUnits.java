package io.groundstream.operators.archive.plan;

import java.io.Serializable;

/** The files of an archive that an earlier run finished. */
@FunctionalInterface
public interface FinishedUnits extends Serializable {
  /** Returns whether a file of this name, length and modification time is finished. */
  boolean contains(ArchiveUnit unit);

  /** Returns an empty set. */
  static FinishedUnits none() {
    return unit -> false;
  }
}
