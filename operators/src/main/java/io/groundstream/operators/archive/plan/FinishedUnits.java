package io.groundstream.operators.archive.plan;

import java.io.Serializable;

/** Knows the files of an archive that an earlier run finished. */
@FunctionalInterface
public interface FinishedUnits extends Serializable {
  /** Returns whether a file is finished: its name, and unchanged length and modification time. */
  boolean contains(ArchiveUnit unit);

  /** Returns one that knows no file. */
  static FinishedUnits none() {
    return unit -> false;
  }
}
