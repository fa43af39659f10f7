package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged job, with the job manager and the broker killed under it, a commit cut off, a model
 * that fails, and another model after a savepoint: exactly once all the same. Task managers are
 * {@link ClusterITCase}'s; {@link FaultRun} does all of it for as long as wanted.
 */
class FaultITCase {
  private static final long SEED = 1;

  @TempDir private Path folder;

  @Test
  @Timeout(900)
  void everyEventIsAnsweredOnceWhateverIsKilled() throws Exception {
    try (FaultHarness harness =
        FaultHarness.start(folder, Path.of("target", "fault-logs"), SEED, /* brokers= */ 1)) {
      harness.runUndisturbed(16);
      for (Fault fault :
          new Fault[] {
            Fault.JOB_MANAGER,
            Fault.BROKER,
            Fault.CONNECTION_CUT_IN_COMMIT,
            Fault.INFERENCE_FAILS,
            Fault.SAVEPOINT_OTHER_MODEL
          }) {
        FaultHarness.Trial trial = harness.inject(fault);
        assertThat(trial.lost() + trial.doubled()).as("%s", trial).isZero();
      }
    }
  }
}
