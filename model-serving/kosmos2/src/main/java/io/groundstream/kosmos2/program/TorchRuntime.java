package io.groundstream.kosmos2.program;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.cuda.CudaUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PyTorch's native libraries in this process. They are loaded once, never downloaded, and queried
 * for the devices that they support.
 */
public final class TorchRuntime {
  private static final Logger LOG = LoggerFactory.getLogger(TorchRuntime.class);

  /**
   * The build of libtorch that the user has set, such as {@code cu128}; null for the bundled one.
   */
  private static final @Nullable String NATIVES_FLAVOR = System.getenv("PYTORCH_FLAVOR");

  private TorchRuntime() {}

  /**
   * Resolves the user's choice to a device that the natives support.
   *
   * @return {@code cpu} or {@code gpu:N}, never {@code auto}
   * @throws DeviceException if the natives cannot be loaded, or have no such GPU
   */
  public static DeviceSpec resolve(DeviceSpec wanted) throws DeviceException {
    Engine engine = engine();
    // Libtorch's answer is decisive; DJL counts GPUs with a CUDA runtime that it finds separately.
    boolean cuda = engine.hasCapability("CUDA");
    int gpus = engine.getGpuCount();
    return switch (wanted.kind()) {
      case CPU -> DeviceSpec.CPU;
      case AUTO -> {
        if (cuda) {
          yield DeviceSpec.gpu(0);
        }
        warnOfUnusedGpuNatives(engine);
        yield DeviceSpec.CPU;
      }
      case GPU -> {
        if (!cuda || (gpus > 0 && wanted.index() >= gpus)) {
          throw new DeviceException(noSuchGpu(wanted, engine, cuda ? gpus : 0), null);
        }
        yield wanted;
      }
    };
  }

  private static void warnOfUnusedGpuNatives(Engine engine) {
    if (NATIVES_FLAVOR != null && NATIVES_FLAVOR.startsWith("cu")) {
      LOG.warn(
          "The loaded natives are a CUDA build of PyTorch {} ({}), but it sees no usable GPU: the"
              + " model runs on the CPU, many times slower. Check that nvidia-smi works, that"
              + " CUDA_VISIBLE_DEVICES is unset or names a GPU, and that the driver is new enough;"
              + " with device gpu:0 this is an error.",
          engine.getVersion(),
          NATIVES_FLAVOR);
    }
  }

  private static String noSuchGpu(DeviceSpec wanted, Engine engine, int gpus) {
    return "device: "
        + wanted
        + " (expected: cpu"
        + (gpus > 0 ? " or gpu:0 to gpu:" + (gpus - 1) : "")
        + "). The loaded natives are PyTorch "
        + engine.getVersion()
        + (gpus > 0 ? " and see " + gpus + " GPU(s)." : " and see no GPU.")
        + " To use a GPU, start with the environment variables PYTORCH_LIBRARY_PATH (the lib folder"
        + " of a CUDA build of libtorch), PYTORCH_VERSION and PYTORCH_FLAVOR (such as 2.7.1 and"
        + " cu128), on a machine whose NVIDIA driver works (nvidia-smi).";
  }

  /** Returns the compute capability of a GPU times ten, such as 90; 0 if unknown. */
  static int computeCapability(DeviceSpec device) {
    try {
      return Integer.parseInt(CudaUtils.getComputeCapability(device.index()));
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("The compute capability of {} is unknown; auto is float32", device, e);
      return 0;
    }
  }

  /** Prepares the calling thread to run programs. */
  static void useThreads(int threads) {
    setThreads(threads);
    // The profiling executor specialises again for every new shape; with changing batch sizes it
    // costs more than it gains. The setting is per thread.
    JniUtils.setGraphExecutorOptimize(false);
  }

  /** Sets the number of threads that share an operation of the calling thread. */
  static void setThreads(int threads) {
    JniUtils.setNumThreads(threads);
  }

  static Device toDjl(DeviceSpec device) {
    return device.kind() == DeviceSpec.Kind.GPU ? Device.gpu(device.index()) : Device.cpu();
  }

  /** Returns PyTorch's name of the device. */
  static String toTorch(DeviceSpec device) {
    return device.kind() == DeviceSpec.Kind.GPU ? "cuda:" + device.index() : "cpu";
  }

  private static Engine engine() throws DeviceException {
    // On a mismatch DJL would download natives; a wrong installation must fail instead.
    if (System.getProperty("ai.djl.offline") == null) {
      System.setProperty("ai.djl.offline", "true");
    }
    try {
      Engine engine = Engine.getEngine("PyTorch");
      LOG.debug("PyTorch {} with {} GPU(s)", engine.getVersion(), engine.getGpuCount());
      return engine;
    } catch (EngineException | LinkageError e) {
      throw new DeviceException(
          "PyTorch's natives cannot be loaded: "
              + reasons(e)
              + ". The bundled ones are for Linux on x86-64; elsewhere, or for a GPU, point"
              + " PYTORCH_LIBRARY_PATH at the lib folder of a libtorch, and set PYTORCH_VERSION and"
              + " PYTORCH_FLAVOR to match it. They are unpacked into .djl.ai in the home folder,"
              + " which needs 500 MB; DJL_CACHE_DIR names another folder.",
          e);
    }
  }

  /** Appends the root cause, which may say more than the failure itself, such as a full disk. */
  private static String reasons(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return cause == failure
        ? String.valueOf(failure.getMessage())
        : failure.getMessage() + ": " + cause;
  }
}
