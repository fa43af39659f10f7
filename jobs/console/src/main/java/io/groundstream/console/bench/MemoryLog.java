package io.groundstream.console.bench;

import io.groundstream.kosmos2.engine.EngineCounter;
import io.groundstream.kosmos2.engine.EngineStatistics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Records the memory of this process every second, so that a long run shows whether it grows: a CSV
 * file with {@code seconds}, {@code answered} requests, {@code resident_bytes} of the whole
 * process, and {@code heap_bytes}, the part in use on Java's heap. Linux only.
 */
public final class MemoryLog implements AutoCloseable {
  private final Writer out;
  private final EngineStatistics engine;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final long start = System.nanoTime();

  private MemoryLog(Writer out, EngineStatistics engine) {
    this.out = out;
    this.engine = engine;
  }

  /** Starts writing to a file, which is replaced. */
  public static MemoryLog start(Path file, EngineStatistics engine) throws IOException {
    Writer out = Files.newBufferedWriter(file);
    out.write("seconds,answered,resident_bytes,heap_bytes\n");
    MemoryLog log = new MemoryLog(out, engine);
    ScheduledFuture<?> unused = log.clock.scheduleAtFixedRate(log::sample, 0, 1, TimeUnit.SECONDS);
    return log;
  }

  private void sample() {
    Runtime runtime = Runtime.getRuntime();
    try {
      out.write(
          String.format(
              Locale.ROOT,
              "%.1f,%d,%d,%d%n",
              (System.nanoTime() - start) / 1e9,
              engine.get(EngineCounter.ANSWERED),
              ProcessMemory.now().resident(),
              runtime.totalMemory() - runtime.freeMemory()));
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    clock.shutdown();
    try {
      boolean unused = clock.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sample();
    out.close();
  }
}
