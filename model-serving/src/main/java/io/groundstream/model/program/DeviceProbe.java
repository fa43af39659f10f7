package io.groundstream.model.program;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * How fast a device is at the two things that bound a network: arithmetic and reading memory.
 * Measured in a second or two with PyTorch's own operations, so it tells what a program on top of
 * them can reach, not what the maker promises.
 *
 * @param flopsPerSecond of large matrix products, counting an addition and a multiplication as two
 * @param bytesPerSecond of reading a tensor that is larger than caches are
 */
public record DeviceProbe(double flopsPerSecond, double bytesPerSecond) {
  private static final int ROWS = 512;
  private static final int WIDTH = 4096;
  private static final int MOST_ELEMENTS = 1 << 28;
  private static final int TRIES = 5;
  private static final long MATRIX_NANOS = 150_000_000L;

  /**
   * Measures a device, which should have nothing else to do meanwhile.
   *
   * @param threads how many threads one operation may use on a CPU
   * @throws DeviceException if there is no such device
   */
  public static DeviceProbe measure(DeviceSpec wanted, Precision precision, int threads)
      throws DeviceException, InterruptedException {
    DeviceSpec device = TorchRuntime.resolve(wanted);
    double[] result = new double[2];
    // On a thread of its own, because the number of threads is a setting of a thread.
    Thread thread =
        new Thread(
            () -> {
              TorchRuntime.useThreads(threads);
              Device where = TorchRuntime.toDjl(device);
              result[0] = flops(where, type(precision));
              result[1] = bandwidth(where);
            },
            "device-probe");
    thread.setDaemon(true);
    thread.start();
    thread.join();
    return new DeviceProbe(result[0], result[1]);
  }

  private static DataType type(Precision precision) {
    if (precision == Precision.FLOAT16) {
      return DataType.FLOAT16;
    }
    return precision == Precision.FLOAT32 ? DataType.FLOAT32 : DataType.BFLOAT16;
  }

  private static double flops(Device device, DataType type) {
    try (NDManager manager = NDManager.newBaseManager(device, "PyTorch")) {
      NDArray left = manager.ones(new Shape(ROWS, WIDTH), type);
      NDArray right = manager.ones(new Shape(WIDTH, WIDTH), type);
      double best = 0;
      int repeats = 1;
      for (int i = 0; i < TRIES; i++) {
        long begin = System.nanoTime();
        for (int repeat = 0; repeat < repeats; repeat++) {
          try (NDArray product = left.matMul(right)) {
            if (repeat == repeats - 1) {
              // A GPU has computed it only when something of it is asked for.
              read(product.get("0, 0:1"));
            }
          }
        }
        long took = Math.max(1, System.nanoTime() - begin);
        best = Math.max(best, 2.0 * ROWS * WIDTH * WIDTH * repeats * 1e9 / took);
        if (i == 0 || took < MATRIX_NANOS / 2) {
          repeats = (int) Math.max(1, Math.min(10_000, repeats * MATRIX_NANOS / took));
        }
      }
      return best;
    }
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
        read(array.sum());
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
