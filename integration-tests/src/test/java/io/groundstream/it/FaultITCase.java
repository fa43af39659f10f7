package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that the packaged job's results are exactly once although the job manager and the broker
 * are killed, a commit is cut off, the model fails, and another model follows after a savepoint.
 * {@link ClusterITCase} covers task managers; {@link FaultRun} injects all faults for any length of
 * time.
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
