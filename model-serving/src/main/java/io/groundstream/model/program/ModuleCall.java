package io.groundstream.model.program;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.util.ArrayList;
import java.util.List;

/** One call into the module; owns the native memory of its arguments. */
final class ModuleCall implements AutoCloseable {
  private final PtSymbolBlock module;
  private final PtNDManager scope;
  private final String method;
  private final List<IValue> arguments = new ArrayList<>();

  ModuleCall(PtSymbolBlock module, PtNDManager manager, String method) {
    this.module = module;
    this.scope = (PtNDManager) manager.newSubManager();
    this.method = method;
  }

  /** Where arguments are made; closed with the call. */
  PtNDManager scope() {
    return scope;
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
    IValueUtils.runMethod(module, method, arguments.toArray(IValue[]::new)).close();
  }

  PtNDArray runFor(PtNDManager owner) {
    try (IValue result = IValueUtils.runMethod(module, method, arguments.toArray(IValue[]::new))) {
      return result.toTensor(owner);
    }
  }

  StepResult runForStep(int rows) {
    double[] values = runFor(scope).toDoubleArray();
    int[] tokens = new int[rows];
    float[] probabilities = new float[rows];
    for (int row = 0; row < rows; row++) {
      tokens[row] = (int) values[row];
      probabilities[row] = (float) values[rows + row];
    }
    return new StepResult(tokens, probabilities);
  }

  @Override
  public void close() {
    arguments.forEach(IValue::close);
    scope.close();
  }
}
