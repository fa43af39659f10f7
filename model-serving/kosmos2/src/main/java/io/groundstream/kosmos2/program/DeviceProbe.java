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
 * How fast a device is at the two things that bound a network: arithmetic and reading memory.
 * Measured in a second or two with the operations that the network itself is made of, so it tells
 * what can be reached, not what the maker promises.
 *
 * @param flopsPerSecond of large matrix products, counting an addition and a multiplication as two
 * @param bytesPerSecond of reading a tensor that is larger than caches are
 */
public record DeviceProbe(double flopsPerSecond, double bytesPerSecond) {
  private static final int ROWS = 512;

  /** Fewer leave most of a large GPU idle. */
  private static final int GPU_ROWS = 4096;

  private static final int WIDTH = 4096;
  private static final int MOST_ELEMENTS = 1 << 28;
  private static final int TRIES = 3;
  private static final int MOST_REPEATS = 64;
  private static final long MATRIX_NANOS = 150_000_000L;

  /**
   * Measures a device, which should have nothing else to do meanwhile.
   *
   * @param config of any network
   * @param threads how many threads one operation may use on a CPU
   * @throws DeviceException if there is no such device
   */
  public static DeviceProbe measure(
      Kosmos2Config config, DeviceSpec wanted, Precision precision, int threads)
      throws DeviceException, InterruptedException {
    DeviceSpec device = TorchRuntime.resolve(wanted);
    // On a thread of its own, because the number of threads is a setting of a thread.
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
    int repeats = (int) Math.max(2, Math.min(MOST_REPEATS, MATRIX_NANOS / once));
    long often = nanos(program, rows, 1 + repeats);
    double product = 2.0 * rows * WIDTH * WIDTH;
    // A call also prepares its matrices, once; where something disturbed one of the two, their
    // difference says little.
    double least = product * (1 + repeats) * 1e9 / often;
    double without = product * repeats * 1e9 / Math.max(1, often - once);
    return Math.max(least, Math.min(2 * least, without));
  }

  /** Returns the shortest time of some. */
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
    int elements = MOST_ELEMENTS;
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
