package io.groundstream.jobs.backfill;

import java.util.Map;

/**
 * The stored state of a run besides its checkpoints.
 *
 * @param version the version of this record's format
 * @param finished whether the whole archive was read and all results are committed
 * @param identity the settings that a resumed run must share
 * @param attempt the number of starts of the run; each keeps its checkpoints in a folder of its own
 * @param checkpointedAttempt the last attempt with a complete checkpoint; 0 if there is none
 * @param listing the listing of the archive when the run began
 */
record RunRecord(
    int version,
    boolean finished,
    Map<String, String> identity,
    int attempt,
    int checkpointedAttempt,
    ArchiveListing listing) {
  static final int VERSION = 1;

  RunRecord {
    identity = Map.copyOf(identity);
  }

  RunRecord withAttempt(int newAttempt) {
    return new RunRecord(version, finished, identity, newAttempt, checkpointedAttempt, listing);
  }

  RunRecord withCheckpoint() {
    return new RunRecord(version, finished, identity, attempt, attempt, listing);
  }

  RunRecord asFinished() {
    return new RunRecord(version, true, identity, attempt, checkpointedAttempt, listing);
  }
}
