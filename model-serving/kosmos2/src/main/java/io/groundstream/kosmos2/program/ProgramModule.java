package io.groundstream.kosmos2.program;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.JniUtils;
import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The TorchScript program loaded into PyTorch on a device, initially without weights. Its methods
 * are called by name. Bound to the thread that opened it.
 */
final class ProgramModule implements AutoCloseable {
  private final DeviceSpec device;
  private final Arithmetic arithmetic;
  private final Model model;
  private final PtSymbolBlock block;
  private final PtNDManager manager;
  private final int threads;

  private ProgramModule(DeviceSpec device, Model model, Arithmetic arithmetic, int threads) {
    this.device = device;
    this.arithmetic = arithmetic;
    this.model = model;
    this.block = (PtSymbolBlock) model.getBlock();
    this.manager = (PtNDManager) model.getNDManager();
    // A GPU computes all rows at once.
    this.threads = device.kind() == DeviceSpec.Kind.CPU ? threads : 1;
  }

  /**
   * Loads the program of a network.
   *
   * @param device a device resolved by {@link TorchRuntime#resolve}
   * @param threads the maximum number of threads that compute at once on a CPU
   */
  static ProgramModule open(
      Kosmos2Config config, DeviceSpec device, Precision precision, int threads) {
    return open(config, device, Arithmetic.of(precision, device), threads);
  }

  static ProgramModule open(
      Kosmos2Config config, DeviceSpec device, Arithmetic arithmetic, int threads) {
    TorchRuntime.useThreads(threads);
    byte[] archive = ProgramArchive.write(config, arithmetic, TorchRuntime.toTorch(device));
    Model model = Model.newInstance("kosmos2", TorchRuntime.toDjl(device), "PyTorch");
    boolean loaded = false;
    try {
      model.load(new ByteArrayInputStream(archive));
      loaded = true;
      return new ProgramModule(device, model, arithmetic, threads);
    } catch (MalformedModelException e) {
      throw new IllegalStateException("The program is not valid TorchScript", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (!loaded) {
        model.close();
      }
    }
  }

  DeviceSpec device() {
    return device;
  }

  Arithmetic arithmetic() {
    return arithmetic;
  }

  /** Returns the maximum number of threads that compute at once; 1 on a GPU. */
  int threads() {
    return threads;
  }

  /** Returns a manager for results that outlive their call; the caller closes it. */
  PtNDManager newOwner() {
    return (PtNDManager) manager.newSubManager();
  }

  /** Returns a manager for arrays in host memory; the caller closes it. */
  NDManager newHostOwner() {
    return manager.newSubManager(Device.cpu());
  }

  /** Creates a call whose operations are shared by all threads. */
  ModuleCall call(String method) {
    return call(method, new Division(1, threads));
  }

  ModuleCall call(String method, Division division) {
    TorchRuntime.setThreads(division.threads());
    return new ModuleCall(block, manager, method, division.parts());
  }

  /** Multiplies matrices of {@code width} columns as the network does, to measure its speed. */
  void multiply(int rows, int width, int repeats) {
    try (ModuleCall call = call("multiply")) {
      float[] unused =
          call.with(rows).with(width).with(repeats).runFor(call.scope()).toFloatArray();
    }
  }

  /**
   * Returns memory that is free in PyTorch's allocator to the GPU's driver, or in the C library's
   * to the system.
   */
  void releaseUnusedMemory() {
    if (device.kind() == DeviceSpec.Kind.GPU) {
      JniUtils.emptyCudaCache();
    }
    HostMemory.releaseUnused();
  }

  @Override
  public void close() {
    block.close();
    model.close();
    // Otherwise the driver counts it as used, and the next model is rejected for lack of memory.
    releaseUnusedMemory();
  }
}
