package io.groundstream.jobs.backfill;

import java.util.Map;

/**
 * What is kept about a run beside its checkpoints.
 *
 * @param version of this record's form
 * @param finished whether all of the archive was read and all results are committed
 * @param identity the settings that a resumed run must share
 * @param attempt counts the starts of the run; each keeps its checkpoints in a folder of its own
 * @param checkpointedAttempt the last attempt of which a complete checkpoint was seen; 0 for none
 * @param listing what was found in the archive when the run began
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
