package io.groundstream.it;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/** What the null GPU of this process has counted, and the failures it is asked for. */
final class NullGpuDevice {
  /** In the order of {@code null_gpu.h}. */
  enum Event {
    LAUNCH,
    PRODUCT,
    SEARCH,
    SYNC,
    UPLOAD,
    DOWNLOAD,
    DEVICE_COPY,
    FILL,
    ALLOCATION,
    RELEASE,
    UNKNOWN
  }

  /** The functions of {@code runtime.c}; JNA finds them by these names. */
  @SuppressWarnings("MemberName")
  private interface Functions extends Library {
    void null_gpu_counts(long[] counts);

    void null_gpu_fail(long first, long number);

    long null_gpu_used(int device);

    long null_gpu_peak(int device);
  }

  private final Functions functions;

  private NullGpuDevice(Functions functions) {
    this.functions = functions;
  }

  /**
   * Opens the library that PyTorch of this process uses, too.
   *
   * @param folder where the libraries of the null GPU are
   */
  static NullGpuDevice in(Path folder) {
    return new NullGpuDevice(
        Native.load(folder.resolve("libcudart.so.12").toString(), Functions.class));
  }

  /** Returns all counts since the start of the process. */
  Map<Event, Long> counts() {
    long[] numbers = new long[Event.values().length];
    functions.null_gpu_counts(numbers);
    Map<Event, Long> counts = new EnumMap<>(Event.class);
    Event[] events = Event.values();
    for (int i = 0; i < events.length; i++) {
      counts.put(events[i], numbers[i]);
    }
    return counts;
  }

  long count(Event event) {
    return counts().getOrDefault(event, 0L);
  }

  /** Lets so many allocations fail, the {@code first}-th from now and those after it. */
  void fail(long first, long number) {
    functions.null_gpu_fail(first, number);
  }

  /** Lets no allocation fail from now on. */
  void failNone() {
    functions.null_gpu_fail(0, 0);
  }

  /** Returns the bytes of a device that are in use. */
  long used(int device) {
    return functions.null_gpu_used(device);
  }

  /** Returns the most bytes of a device that were ever in use. */
  long peak(int device) {
    return functions.null_gpu_peak(device);
  }
}
