package io.groundstream.operators.grounding;

import io.groundstream.kosmos2.program.DeviceSpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Measures how long a device of this process was busy for a job, however many requests ran at a
 * time. Thread-safe.
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

  /** Counts a request that goes to the device. */
  synchronized void begin() {
    if (inFlight == 0) {
      since = nanoTime.getAsLong();
    }
    inFlight++;
  }

  /** Counts a request that has come back. */
  synchronized void end() {
    inFlight--;
    if (inFlight == 0) {
      busyNanos += nanoTime.getAsLong() - since;
    }
  }

  /** Returns the busy nanoseconds since the last call. */
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
