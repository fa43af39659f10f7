package io.groundstream.kosmos2.program;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A call into the module, which owns the native memory of its arguments. */
final class ModuleCall implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModuleCall.class);

  private final PtSymbolBlock module;
  private final PtNDManager scope;
  private final String method;
  private final int parts;
  private final List<IValue> arguments = new ArrayList<>();

  /**
   * @param parts the number of parts into which the module divides this call
   */
  ModuleCall(PtSymbolBlock module, PtNDManager manager, String method, int parts) {
    this.module = module;
    this.scope = (PtNDManager) manager.newSubManager();
    this.method = method;
    this.parts = parts;
  }

  /** Returns the manager of the arguments, which is closed with the call. */
  PtNDManager scope() {
    return scope;
  }

  /**
   * Returns a manager, closed with the call, of arguments in host memory. The module copies them to
   * the device; if they were created there, each would wait for the device.
   */
  NDManager hostScope() {
    return scope.newSubManager(Device.cpu());
  }

  ModuleCall with(long value) {
    arguments.add(IValue.from(value));
    return this;
  }

  ModuleCall with(String value) {
    arguments.add(IValue.from(value));
    return this;
  }

  ModuleCall with(long[] values) {
    arguments.add(IValue.listFrom(values));
    return this;
  }

  ModuleCall with(NDArray value) {
    arguments.add(IValue.from((PtNDArray) value));
    return this;
  }

  void run() {
    invoke().close();
  }

  PtNDArray runFor(PtNDManager owner) {
    try (IValue result = invoke()) {
      return result.toTensor(owner);
    }
  }

  /**
   * Runs a method that chooses a token for each of {@code rows} rows, in up to {@code maxSteps}
   * steps. For each step and row it returns the token plus the logarithm of its probability, and
   * the logarithm; after these, in a call of one step, the logits of the rows that want them.
   *
   * @param logitRows the rows that want their logits
   * @param vocabulary the number of logits of each of these
   */
  List<StepResult> runForSteps(int maxSteps, int rows, int[] logitRows, int vocabulary) {
    PtNDArray chosen = runFor(scope);
    // On a GPU this blocks until the computation has ended.
    float[] values = ProcessEnd.compute(chosen::toFloatArray);
    int size = 2 * rows + logitRows.length * vocabulary;
    List<StepResult> steps = new ArrayList<>(maxSteps);
    for (int at = 0; at < values.length; at += size) {
      int[] tokens = new int[rows];
      float[] probabilities = new float[rows];
      for (int row = 0; row < rows; row++) {
        float logarithm = values[at + rows + row];
        tokens[row] = Math.round(values[at + row] - logarithm);
        // Compared in a higher precision than the sum of all was formed in, it may exceed 1.
        probabilities[row] = (float) Math.min(1, Math.exp(logarithm));
      }
      List<RowLogits> logits = new ArrayList<>(logitRows.length);
      for (int i = 0; i < logitRows.length; i++) {
        int from = at + 2 * rows + i * vocabulary;
        float[] row = Arrays.copyOfRange(values, from, from + vocabulary);
        logits.add(rowLogits(row, tokens[logitRows[i]], values[at + rows + logitRows[i]]));
      }
      steps.add(new StepResult(tokens, probabilities, logits));
    }
    return steps;
  }

  /** The logarithm of the most probable token's probability also gives that of all others. */
  private static RowLogits rowLogits(float[] logits, int token, float logarithm) {
    boolean finite = Float.isFinite(logarithm);
    return new RowLogits(logits, finite ? logits[token] - logarithm : Float.NaN);
  }

  private IValue invoke() {
    IValue[] values = arguments.toArray(IValue[]::new);
    return ProcessEnd.compute(
        () -> {
          try {
            return IValueUtils.runMethod(module, method, values);
          } catch (RuntimeException e) {
            settle();
            throw e;
          }
        });
  }

  /** Waits until no thread is computing a part of this call. */
  private void settle() {
    for (int part = 0; part < parts - 1; part++) {
      try (IValue number = IValue.from(part)) {
        IValueUtils.runMethod(module, "settle", number).close();
      } catch (RuntimeException e) {
        // This part has failed, too, and so has ended.
        LOG.debug("Part {} of a call of {} failed, too", part, method, e);
      }
    }
  }

  @Override
  public void close() {
    arguments.forEach(IValue::close);
    scope.close();
  }
}
