package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import io.groundstream.kosmos2.program.BannedTokens;
import io.groundstream.kosmos2.program.ImageFeatures;
import io.groundstream.kosmos2.program.Kosmos2Program;
import io.groundstream.kosmos2.program.StepResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the scheduler asks of the network; see {@link Kosmos2Program}, whose methods these are. The
 * seam at which tests let single calls fail as a device does.
 */
interface Network extends AutoCloseable {
  Kosmos2Config config();

  int sideBySide();

  void reshape(int slots, int length, int keptSlots);

  ImageFeatures encode(List<byte[]> pictures);

  StepResult prefill(
      @Nullable ImageFeatures features,
      int[] featureRows,
      int imageAt,
      List<int[]> prompts,
      int firstSlot,
      BannedTokens banned);

  List<StepResult> decode(int[] tokens, int[] lengths, int[] ends, int steps, BannedTokens banned);

  void move(int from, int to, int tokens);

  @Override
  void close();
}
