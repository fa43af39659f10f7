package io.groundstream.it;

import io.groundstream.console.embedded.LocalFlink;
import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.enrich.EnrichmentJob;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;

/**
 * The enrichment job on a Flink of its own, in a process that {@link HostileJobITCase} gives a
 * small heap. Arguments: a folder, and options as {@code key=value}. Runs until its standard input
 * ends, and then prints whether the job still runs, its restarts, and the most that the heap ever
 * held.
 */
final class HostileJobMain {
  private HostileJobMain() {}

  public static void main(String[] arguments) throws Exception {
    Map<String, String> values = new HashMap<>();
    for (String argument : List.of(arguments).subList(1, arguments.length)) {
      int equals = argument.indexOf('=');
      values.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    LocalFlink flink = LocalFlink.start(Path.of(arguments[0]), 2, 0);
    JobID job = flink.submit(EnrichmentJob.define(EnrichmentSettings.parse(values)));
    while (System.in.read() >= 0) {
      // Nothing is said; only the end matters.
    }
    System.out.printf(
        "running %s, restarts %d, peak heap %d KiB%n",
        flink.isRunning(job), flink.restarts(job), peakHeap() / 1024);
    System.out.flush();
    // Whatever threads may still be there.
    Runtime.getRuntime().halt(0);
  }

  private static long peakHeap() {
    long peak = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      if (pool.getType() == MemoryType.HEAP) {
        peak += pool.getPeakUsage().getUsed();
      }
    }
    return peak;
  }
}
