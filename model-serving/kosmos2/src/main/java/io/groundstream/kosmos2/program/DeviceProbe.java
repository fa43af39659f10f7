package io.groundstream.kosmos2.program;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The measured speed of a device at the two operations that bound a network: arithmetic and reading
 * memory. The measurement takes a second or two and uses the network's own operations, so it shows
 * attainable rates, not the manufacturer's peak rates.
 *
 * @param flopsPerSecond operations per second in large matrix products, counting an addition and a
 *     multiplication as two
 * @param bytesPerSecond bytes per second when reading a tensor that is larger than the caches
 */
public record DeviceProbe(double flopsPerSecond, double bytesPerSecond) {
  private static final int ROWS = 512;

  /** Fewer rows leave most of a large GPU idle. */
  private static final int GPU_ROWS = 4096;

  private static final int WIDTH = 4096;
  private static final int MAX_ELEMENTS = 1 << 28;
  private static final int TRIES = 3;
  private static final int MAX_REPEATS = 64;
  private static final long MATRIX_NANOS = 150_000_000L;

  /**
   * Measures a device, which should be otherwise idle.
   *
   * @param config the configuration of any network
   * @param threads the maximum number of threads per operation on a CPU
   * @throws DeviceException if there is no such device
   */
  public static DeviceProbe measure(
      Kosmos2Config config, DeviceSpec wanted, Precision precision, int threads)
      throws DeviceException, InterruptedException {
    DeviceSpec device = TorchRuntime.resolve(wanted);
    // On a separate thread, because PyTorch's number of threads is a per-thread setting.
    FutureTask<DeviceProbe> probe =
        new FutureTask<>(() -> measureHere(config, device, precision, threads));
    Thread thread = new Thread(probe, "device-probe");
    thread.setDaemon(true);
    thread.start();
    try {
      return probe.get();
    } catch (ExecutionException e) {
      throw new DeviceException(device + " cannot be measured: " + e.getCause(), e);
    }
  }

  private static DeviceProbe measureHere(
      Kosmos2Config config, DeviceSpec device, Precision precision, int threads) {
    int rows = device.kind() == DeviceSpec.Kind.GPU ? GPU_ROWS : ROWS;
    try (ProgramModule program = ProgramModule.open(config, device, precision, threads)) {
      return new DeviceProbe(flops(program, rows), bandwidth(TorchRuntime.toDjl(device)));
    }
  }

  private static double flops(ProgramModule program, int rows) {
    long once = nanos(program, rows, 1);
    int repeats = (int) Math.max(2, Math.min(MAX_REPEATS, MATRIX_NANOS / once));
    long often = nanos(program, rows, 1 + repeats);
    double product = 2.0 * rows * WIDTH * WIDTH;
    // A call also creates its matrices once, which the difference of the two times excludes. If
    // either was disturbed, their difference is unreliable and therefore bounded.
    double lowerBound = product * (1 + repeats) * 1e9 / often;
    double difference = product * repeats * 1e9 / Math.max(1, often - once);
    return Math.max(lowerBound, Math.min(2 * lowerBound, difference));
  }

  /** Returns the shortest time of {@link #TRIES} calls, in nanoseconds. */
  private static long nanos(ProgramModule program, int rows, int repeats) {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < TRIES; i++) {
      long begin = System.nanoTime();
      program.multiply(rows, WIDTH, repeats);
      best = Math.min(best, Math.max(1, System.nanoTime() - begin));
    }
    return best;
  }

  private static double bandwidth(Device device) {
    int elements = MAX_ELEMENTS;
    if (!device.isGpu()) {
      long free = Runtime.getRuntime().maxMemory();
      while (elements > 1 << 24 && 4L * elements > free) {
        elements /= 2;
      }
    }
    try (NDManager manager = NDManager.newBaseManager(device, "PyTorch")) {
      NDArray array = manager.ones(new Shape(elements), DataType.FLOAT32);
      double best = 0;
      for (int i = 0; i < TRIES; i++) {
        long begin = System.nanoTime();
        read(ProcessEnd.compute(array::sum));
        best = Math.max(best, 4.0 * elements * 1e9 / (System.nanoTime() - begin));
      }
      return best;
    }
  }

  private static void read(NDArray array) {
    try (NDArray number = array.toType(DataType.FLOAT32, true)) {
      float[] unused = number.toFloatArray();
    } finally {
      array.close();
    }
  }
}
