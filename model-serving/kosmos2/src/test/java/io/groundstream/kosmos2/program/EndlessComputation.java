package io.groundstream.kosmos2.program;

import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process that computes until it is terminated. Argument: a checkpoint's directory. */
final class EndlessComputation {
  /** More threads make it likelier that one is computing a product when the process ends. */
  private static final int THREADS = 8;

  private EndlessComputation() {}

  public static void main(String[] arguments) throws Exception {
    Kosmos2Config config = Checkpoint.open(Path.of(arguments[0])).config();
    DeviceSpec device = TorchRuntime.resolve(DeviceSpec.CPU);
    CountDownLatch computing = new CountDownLatch(THREADS);
    for (int i = 0; i < THREADS; i++) {
      Thread thread = new Thread(() -> compute(config, device, computing));
      thread.setDaemon(true);
      thread.start();
    }
    computing.await();
    System.out.println("computing");
    Thread.currentThread().join();
  }

  private static void compute(Kosmos2Config config, DeviceSpec device, CountDownLatch computing) {
    TorchRuntime.useThreads(1);
    ProgramModule program = ProgramModule.open(config, device, Precision.BFLOAT16, 1);
    computing.countDown();
    while (true) {
      // Products are short, so that some end and others begin as the process ends.
      program.multiply(512, 128, 2_000);
    }
  }
}
