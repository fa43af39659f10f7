package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The long version of {@link FaultITCase}, run only by name: one fault after the other, chosen by a
 * seed, until a time or a number of kills is reached. Prints a line for each fault and a table at
 * the end; {@code README.md} lists its properties.
 */
class FaultRun {
  private static final String PREFIX = "groundstream.faults.";

  /** Enough events for every scene with every kind of event, before the first fault. */
  private static final int UNDISTURBED = 192;

  @TempDir private Path folder;

  private final Map<Fault, List<FaultHarness.Trial>> trials = new EnumMap<>(Fault.class);
  private int kills;

  @Test
  void nothingIsLostOrDoubledForAsLongAsWanted() throws Exception {
    long seed = Long.getLong(PREFIX + "seed", 1);
    Duration time = Duration.ofMinutes(Long.getLong(PREFIX + "minutes", 10));
    try {
      until(seed, System.nanoTime() + time.toNanos(), Integer.getInteger(PREFIX + "kills", 100));
    } finally {
      printTable();
    }
    assertThat(kills).isPositive();
  }

  private void until(long seed, long end, int mostKills) throws Exception {
    Random random = new Random(seed);
    List<Fault> faults = faults();
    int brokers = Integer.getInteger(PREFIX + "brokers", 1);
    try (FaultHarness harness =
        FaultHarness.start(folder, Path.of("target", "fault-logs"), seed, brokers)) {
      harness.runUndisturbed(UNDISTURBED);
      while (kills < mostKills && System.nanoTime() < end) {
        Fault fault = faults.get(random.nextInt(faults.size()));
        FaultHarness.Trial trial = harness.inject(fault);
        kills += trial.kills();
        trials.computeIfAbsent(fault, any -> new ArrayList<>()).add(trial);
        System.out.printf(
            Locale.ROOT,
            "%3d kills: %s, recovered in %.1f s, %d lost, %d doubled of %d events%n",
            kills,
            fault,
            trial.recoveryMillis() / 1e3,
            trial.lost(),
            trial.doubled(),
            trial.events());
      }
    }
  }

  private static List<Fault> faults() {
    String names = System.getProperty(PREFIX + "kinds", "");
    return names.isEmpty()
        ? List.of(Fault.values())
        : Arrays.stream(names.split(",", -1)).map(Fault::valueOf).toList();
  }

  private void printTable() {
    System.out.printf(
        "%n| fault | runs | kills | lost | doubled | recovery, median | longest |%n"
            + "|---|---|---|---|---|---|---|%n");
    trials.forEach(
        (fault, all) -> {
          long[] recoveries =
              all.stream().mapToLong(FaultHarness.Trial::recoveryMillis).sorted().toArray();
          System.out.printf(
              Locale.ROOT,
              "| %s | %d | %d | %d | %d | %.1f s | %.1f s |%n",
              fault.title(),
              all.size(),
              all.stream().mapToInt(FaultHarness.Trial::kills).sum(),
              all.stream().mapToInt(FaultHarness.Trial::lost).sum(),
              all.stream().mapToInt(FaultHarness.Trial::doubled).sum(),
              recoveries[recoveries.length / 2] / 1e3,
              recoveries[recoveries.length - 1] / 1e3);
        });
  }
}
