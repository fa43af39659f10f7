package io.groundstream.kosmos2.program;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import java.util.Arrays;
import org.apiguardian.api.API;

/**
 * The first tokens of prompts, read once, with their keys and values on the device. Confined to the
 * thread of the program that read it; its owner closes it.
 */
@API(status = API.Status.INTERNAL)
public final class PromptPrefix implements AutoCloseable {
  private final NDManager owner;
  private final PtNDArray keysAndValues;
  private final int[] ids;

  /**
   * @param keysAndValues layers × (keys, values) × heads × tokens × size of a head
   */
  PromptPrefix(NDManager owner, PtNDArray keysAndValues, int[] ids) {
    this.owner = owner;
    this.keysAndValues = keysAndValues;
    this.ids = ids;
  }

  PtNDArray keysAndValues() {
    return keysAndValues;
  }

  /** Returns the number of tokens. */
  public int length() {
    return ids.length;
  }

  /** Returns whether a prompt begins with these tokens and has more. */
  boolean begins(int[] prompt) {
    return prompt.length > ids.length && Arrays.equals(prompt, 0, ids.length, ids, 0, ids.length);
  }

  @Override
  public void close() {
    owner.close();
  }
}
