package io.groundstream.images;

import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Sets Linux resource limits on this process: memory, CPU time, and no files. */
final class ProcessLimits {
  private static final int RLIMIT_CPU = 0;
  private static final int RLIMIT_FSIZE = 1;
  private static final int RLIMIT_CORE = 4;
  private static final int RLIMIT_AS = 9;
  private static final int CLOCK_PROCESS_CPUTIME_ID = 2;
  private static final long UNLIMITED = -1;
  private static final long PAGE = 4096;

  /** The memory that a JVM itself needs as it runs, for threads and compiled code. */
  private static final long OWN_BYTES = 256L << 20;

  private static final int CHECK_PARENT_MILLIS = 1000;

  /** The functions used from the C library. */
  interface C extends Library {
    int setrlimit(int resource, Pointer limits);

    int clock_gettime(int clock, Pointer time);

    int getppid();
  }

  private final C library;

  private ProcessLimits(C library) {
    this.library = library;
  }

  static ProcessLimits open() {
    return new ProcessLimits(Native.load("c", C.class));
  }

  /** Limits the memory that this process may take beyond its present size, and forbids files. */
  void limit(long bytes) throws IOException {
    String pages = Files.readString(Path.of("/proc/self/statm"));
    long now = Long.parseLong(pages.substring(0, pages.indexOf(' '))) * PAGE;
    set(RLIMIT_AS, now + bytes + OWN_BYTES, now + bytes + OWN_BYTES);
    set(RLIMIT_CORE, 0, 0);
    set(RLIMIT_FSIZE, 0, 0);
  }

  /** Limits the CPU time that this process may use from now on, rounded up to a second. */
  void limitTime(long millis) throws IOException {
    long seconds;
    try (Memory time = new Memory(16)) {
      if (library.clock_gettime(CLOCK_PROCESS_CPUTIME_ID, time) != 0) {
        throw new IOException("the CPU time cannot be read");
      }
      seconds = time.getLong(0) + (time.getLong(8) > 0 ? 1 : 0);
    }
    set(RLIMIT_CPU, seconds + (millis + 999) / 1000, UNLIMITED);
  }

  private void set(int resource, long soft, long hard) throws IOException {
    try (Memory limits = new Memory(16)) {
      limits.setLong(0, soft);
      limits.setLong(8, hard);
      if (library.setrlimit(resource, limits) != 0) {
        throw new IOException("the limit " + resource + " cannot be set to " + soft);
      }
    }
  }

  /** Starts a thread that ends this process within about a second after its parent has ended. */
  void endWithParent() {
    int parent = library.getppid();
    Thread watch =
        new Thread(
            () -> {
              while (library.getppid() == parent) {
                try {
                  Thread.sleep(CHECK_PARENT_MILLIS);
                } catch (InterruptedException e) {
                  return;
                }
              }
              Runtime.getRuntime().halt(1);
            },
            "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }
}
