package io.groundstream.kosmos2.program;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The C library's memory, from which PyTorch's tensors on a CPU come. glibc keeps what is freed
 * between allocations that live on, such as the matrices of a checkpoint between their repacked
 * copies.
 */
final class HostMemory {
  private static final Logger LOG = LoggerFactory.getLogger(HostMemory.class);
  private static final @Nullable Function TRIM = find();

  private HostMemory() {}

  /**
   * Returns whole free pages of all threads' arenas to the system, which takes some milliseconds
   * per gigabyte. Has no effect with other C libraries than glibc.
   */
  static void releaseUnused() {
    if (TRIM != null) {
      int unused = TRIM.invokeInt(new Object[] {0L});
    }
  }

  private static @Nullable Function find() {
    try {
      return NativeLibrary.getProcess().getFunction("malloc_trim");
    } catch (LinkageError | RuntimeException e) {
      LOG.debug("Freed memory is not returned to the system: no malloc_trim", e);
      return null;
    }
  }
}
