package io.groundstream.operators.archive;

import io.groundstream.operators.archive.plan.ArchiveSplit;
import io.groundstream.operators.archive.plan.PartPosition;

/** Tracks how much of a split was emitted. One thread moves it; any thread may read it. */
final class SplitProgress {
  private volatile ArchiveSplit split;

  /** The bytes of all parts after the current one. */
  private volatile long bytesAfter;

  SplitProgress(ArchiveSplit split) {
    this.split = split;
    this.bytesAfter = bytesAfter(split);
  }

  private static long bytesAfter(ArchiveSplit split) {
    long bytes = 0;
    for (int i = split.current() + 1; i < split.parts().size(); i++) {
      bytes += split.parts().get(i).bytes();
    }
    return bytes;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // Only one thread writes.
  void moveTo(int part, PartPosition position) {
    ArchiveSplit before = split;
    long passed = 0;
    for (int i = before.current() + 1; i <= part; i++) {
      passed += before.parts().get(i).bytes();
    }
    bytesAfter -= passed;
    split = before.at(part, position);
  }

  long remainingParts() {
    return split.remainingParts();
  }

  long remainingBytes() {
    return split.remainingBytesOfCurrent() + bytesAfter;
  }

  ArchiveSplit toSplit() {
    return split;
  }
}
