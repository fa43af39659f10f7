package io.groundstream.kosmos2.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.program.DeviceException;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.Kosmos2Program;
import io.groundstream.kosmos2.program.LoadProgress;
import io.groundstream.kosmos2.program.Network;
import io.groundstream.kosmos2.program.Precision;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  private static final Path TINY = Path.of("src/test/resources/checkpoints/random-tiny");

  private static Network network(FaultyNetwork.Faults faults)
      throws CheckpointException, DeviceException {
    return new FaultyNetwork(
        Kosmos2Program.load(
            Checkpoint.open(TINY), DeviceSpec.CPU, Precision.FLOAT32, 1, LoadProgress.NONE),
        faults);
  }

  @Test
  void everySizeOfBatchIsTriedByEveryCall() throws Exception {
    Set<String> calls = new TreeSet<>();
    try (Network network =
        network(
            (call, rows) -> {
              calls.add(call + " " + rows);
              return null;
            })) {
      assertThat(WarmUp.run(network, 6, new StartTimes(), System::nanoTime)).isEqualTo(6);
    }
    for (String call : new String[] {"encode", "prefill", "decode"}) {
      assertThat(calls).contains(call + " 1", call + " 2", call + " 4", call + " 6");
    }
  }

  /** A device that takes seconds per sequence is not blocked by a whole batch. */
  @Test
  void whatWouldTakeTooLongIsLeftOut() throws Exception {
    AtomicLong nanos = new AtomicLong();
    Set<String> calls = new TreeSet<>();
    try (Network network =
        network(
            (call, rows) -> {
              calls.add(call + " " + rows);
              nanos.addAndGet(Duration.ofSeconds(1).toNanos() * rows);
              return null;
            })) {
      assertThat(WarmUp.run(network, 16, new StartTimes(), nanos::get)).isEqualTo(16);
    }
    assertThat(calls).contains("decode 1").doesNotContain("decode 16", "decode 4");
  }

  @Test
  void whatDoesNotFitIsFoundBeforeTheFirstRequest() throws Exception {
    try (Network network =
        network(
            (call, rows) ->
                call.equals("decode") && rows > 5 ? FaultyNetwork.GPU_OUT_OF_MEMORY : null)) {
      assertThat(WarmUp.run(network, 16, new StartTimes(), System::nanoTime)).isEqualTo(4);
    }
    EngineOptions options = new EngineOptions(16, 4, 0, true);
    try (GenerationEngine engine =
        GenerationEngine.startNetwork(
            () ->
                network(
                    (call, rows) ->
                        call.equals("decode") && rows > 5 ? FaultyNetwork.GPU_OUT_OF_MEMORY : null),
            options,
            "engine-under-test")) {
      while (engine.statistics().get(EngineLevel.SLOTS) == 0) {
        Thread.onSpinWait();
      }
      assertThat(engine.statistics().get(EngineLevel.SLOTS)).isEqualTo(4);
      assertThat(engine.statistics().get(EngineCounter.ANSWERED)).isZero();
    }
  }
}
