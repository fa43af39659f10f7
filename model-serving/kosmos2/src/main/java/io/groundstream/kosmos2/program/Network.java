package io.groundstream.kosmos2.program;

import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * What the scheduler asks of the network; {@link Kosmos2Program}, the one implementation, documents
 * the methods. Tests put themselves between the two to let single calls fail as a device does.
 */
@API(status = API.Status.INTERNAL)
public interface Network extends AutoCloseable {
  Kosmos2Config config();

  int sideBySide();

  void reshape(int slots, int length, int keptSlots);

  ImageFeatures encode(List<byte[]> images);

  StepResult prefill(
      @Nullable ImageFeatures features,
      int[] featureRows,
      int imageAt,
      List<int[]> prompts,
      int firstSlot,
      BannedTokens banned);

  List<StepResult> decode(int[] tokens, int[] lengths, int[] ends, int steps, BannedTokens banned);

  void move(int from, int to, int tokens);

  void clear(int slot);

  void releaseUnusedMemory();

  @Override
  void close();
}
