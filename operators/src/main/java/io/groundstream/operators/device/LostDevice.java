package io.groundstream.operators.device;

import io.groundstream.kosmos2.engine.DeviceLostException;
import org.apache.flink.util.ExceptionUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a process that has lost its GPU. CUDA keeps an error of the device for the life of the
 * process, so that every restart of the job in it would fail, too. Flink or Kubernetes replaces a
 * task manager that is gone.
 */
public final class LostDevice {
  /** The status of the process: {@code EX_UNAVAILABLE} of sysexits.h. */
  public static final int EXIT_STATUS = 69;

  private static final Logger LOG = LoggerFactory.getLogger(LostDevice.class);

  private LostDevice() {}

  /** Ends the process if the device is lost; returns otherwise. */
  public static void endProcessIfCauseOf(Throwable failure) {
    ExceptionUtils.findThrowable(failure, DeviceLostException.class).ifPresent(LostDevice::end);
  }

  private static void end(DeviceLostException lost) {
    String lastWord =
        lost.getMessage()
            + ". No later call to it can succeed in this process, which ends with status "
            + EXIT_STATUS
            + " to be replaced.";
    LOG.error(lastWord, lost);
    System.err.println(lastWord);
    // An orderly exit waits for computations on the device, which do not end.
    Runtime.getRuntime().halt(EXIT_STATUS);
  }
}
