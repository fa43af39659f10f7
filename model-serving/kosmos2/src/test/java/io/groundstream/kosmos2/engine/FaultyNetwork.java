package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import io.groundstream.kosmos2.program.BannedTokens;
import io.groundstream.kosmos2.program.Continuation;
import io.groundstream.kosmos2.program.ImageFeatures;
import io.groundstream.kosmos2.program.ImagePlace;
import io.groundstream.kosmos2.program.Network;
import io.groundstream.kosmos2.program.PromptPrefix;
import io.groundstream.kosmos2.program.Prompts;
import io.groundstream.kosmos2.program.StepResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A real network that injects failures before calls, with PyTorch's own messages. A failed call has
 * had no effect, except that a failed reshape has lost the cache.
 */
final class FaultyNetwork implements Network {
  static final String CPU_OUT_OF_MEMORY =
      "[enforce fail at alloc_cpu.cpp:118] err == 0. DefaultCPUAllocator: can't allocate memory:"
          + " you tried to allocate 4000000000000 bytes. Error code 12 (Cannot allocate memory)";
  static final String GPU_OUT_OF_MEMORY =
      "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 79.11 GiB of"
          + " which 12.50 MiB is free.";

  /**
   * Lets a prefix be read with numbers that are not finite, if {@link CorruptCheckpoint} lacks the
   * number of {@link #NOT_FINITE_TOKEN}.
   */
  static final String NOT_FINITE = "numbers that are not finite";

  static final int NOT_FINITE_TOKEN = 1000;

  /** Decides which calls fail. */
  interface Faults {
    /**
     * Called before each call.
     *
     * @param call encode, prefix, prefill, score, decode, reshape, move, reorder or clear
     * @param rows the number of images, prompts, sequences or slots
     * @return the message of the failure; null to let the call proceed
     */
    @Nullable String failure(String call, int rows);
  }

  private final Network real;
  private final Faults faults;

  /** The cache's shape; null after a failure. */
  private @Nullable CacheShape shape;

  FaultyNetwork(Network real, Faults faults) {
    this.real = real;
    this.faults = faults;
  }

  private void mayFail(String call, int rows) {
    fail(faults.failure(call, rows));
  }

  private static void fail(@Nullable String failure) {
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public Kosmos2Config config() {
    return real.config();
  }

  @Override
  public int sideBySide() {
    return real.sideBySide();
  }

  @Override
  public void reshape(int slots, int length, int keptSlots) {
    CacheShape wanted = new CacheShape(slots, length);
    if (wanted.equals(shape)) {
      // Nothing is done, so nothing can fail.
      return;
    }
    shape = null;
    try {
      mayFail("reshape", slots);
    } catch (IllegalStateException e) {
      real.reshape(1, 64, 0);
      throw e;
    }
    real.reshape(slots, length, keptSlots);
    shape = wanted;
  }

  @Override
  public ImageFeatures encode(List<byte[]> images) {
    mayFail("encode", images.size());
    return real.encode(images);
  }

  @Override
  public PromptPrefix prefix(@Nullable ImageFeatures features, List<ImagePlace> images, int[] ids) {
    String failure = faults.failure("prefix", 1);
    if (!NOT_FINITE.equals(failure)) {
      fail(failure);
      return real.prefix(features, images, ids);
    }
    int[] read = ids.clone();
    read[read.length - 1] = NOT_FINITE_TOKEN;
    PromptPrefix prefix = real.prefix(features, images, read);
    // A prefix keeps the array to compare prompts with.
    System.arraycopy(ids, 0, read, 0, ids.length);
    return prefix;
  }

  @Override
  public StepResult prefill(Prompts prompts, int firstSlot, BannedTokens banned) {
    mayFail("prefill", prompts.ids().size());
    return real.prefill(prompts, firstSlot, banned);
  }

  @Override
  public List<float[]> score(List<Continuation> rows) {
    mayFail("score", rows.size());
    return real.score(rows);
  }

  @Override
  public List<StepResult> decode(
      int[] tokens, int[] lengths, int[] ends, int steps, BannedTokens banned) {
    mayFail("decode", tokens.length);
    return real.decode(tokens, lengths, ends, steps, banned);
  }

  @Override
  public void move(int from, int to, int tokens) {
    mayFail("move", 2);
    real.move(from, to, tokens);
  }

  @Override
  public void reorder(int[] targets, int[] sources, int begin, int end) {
    mayFail("reorder", targets.length);
    real.reorder(targets, sources, begin, end);
  }

  @Override
  public void clear(int slot) {
    mayFail("clear", 1);
    real.clear(slot);
  }

  @Override
  public void releaseUnusedMemory() {
    real.releaseUnusedMemory();
  }

  @Override
  public void close() {
    real.close();
  }
}
