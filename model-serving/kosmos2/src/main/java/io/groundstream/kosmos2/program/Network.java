package io.groundstream.kosmos2.program;

import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The scheduler's view of the network. The only implementation in production, {@link
 * Kosmos2Program}, documents the methods; tests wrap it to inject device failures into single
 * calls.
 */
@API(status = API.Status.INTERNAL)
public interface Network extends AutoCloseable {
  Kosmos2Config config();

  int sideBySide();

  void reshape(int slots, int length, int keptSlots);

  ImageFeatures encode(List<byte[]> images);

  PromptPrefix prefix(@Nullable ImageFeatures features, List<ImagePlace> images, int[] ids);

  StepResult prefill(Prompts prompts, int firstSlot, BannedTokens banned);

  List<float[]> score(List<Continuation> rows);

  List<StepResult> decode(int[] tokens, int[] lengths, int[] ends, int steps, BannedTokens banned);

  void move(int from, int to, int tokens);

  void reorder(int[] targets, int[] sources, int begin, int end);

  void clear(int slot);

  void releaseUnusedMemory();

  @Override
  void close();
}
