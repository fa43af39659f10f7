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
 * Runs the enrichment job with its own Flink, in a process to which {@link HostileJobITCase} gives
 * a small heap. Arguments: a folder, and options as {@code key=value}. Runs until its standard
 * input ends, then prints whether the job is still running, its restarts, and the maximum use of
 * the heap.
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
      // The input is empty; only its end matters.
    }
    System.out.printf(
        "running %s, restarts %d, peak heap %d KiB%n",
        flink.isRunning(job), flink.restarts(job), peakHeap() / 1024);
    System.out.flush();
    // Ends the process even if threads are still running.
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
