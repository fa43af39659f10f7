package io.groundstream.operators.grounding;

import io.groundstream.kosmos2.program.DeviceSpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Measures for how long a device of this process had anything to do for a job, however many
 * requests it was given at a time. Thread-safe.
 */
final class DeviceClock {
  private static final Map<DeviceSpec, DeviceClock> CLOCKS = new ConcurrentHashMap<>();

  private final LongSupplier nanoTime;
  private int inFlight;
  private long busyNanos;
  private long since;

  DeviceClock(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Returns the clock that all subtasks of this process share for a device. */
  static DeviceClock of(DeviceSpec device) {
    return CLOCKS.computeIfAbsent(device, any -> new DeviceClock(System::nanoTime));
  }

  /** A request goes to the device. */
  synchronized void begin() {
    if (inFlight == 0) {
      since = nanoTime.getAsLong();
    }
    inFlight++;
  }

  /** It has come back. */
  synchronized void end() {
    inFlight--;
    if (inFlight == 0) {
      busyNanos += nanoTime.getAsLong() - since;
    }
  }

  /** Returns the busy nanoseconds since this was last asked. */
  synchronized long take() {
    long taken = busyNanos;
    if (inFlight > 0) {
      long now = nanoTime.getAsLong();
      taken += now - since;
      since = now;
    }
    busyNanos = 0;
    return taken;
  }
}
