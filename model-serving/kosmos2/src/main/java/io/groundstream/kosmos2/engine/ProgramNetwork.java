package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import io.groundstream.kosmos2.program.BannedTokens;
import io.groundstream.kosmos2.program.ImageFeatures;
import io.groundstream.kosmos2.program.Kosmos2Program;
import io.groundstream.kosmos2.program.StepResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The network itself. */
final class ProgramNetwork implements Network {
  private final Kosmos2Program program;

  ProgramNetwork(Kosmos2Program program) {
    this.program = program;
  }

  @Override
  public Kosmos2Config config() {
    return program.config();
  }

  @Override
  public int sideBySide() {
    return program.sideBySide();
  }

  @Override
  public void reshape(int slots, int length, int keptSlots) {
    program.reshape(slots, length, keptSlots);
  }

  @Override
  public ImageFeatures encode(List<byte[]> pictures) {
    return program.encode(pictures);
  }

  @Override
  public StepResult prefill(
      @Nullable ImageFeatures features,
      int[] featureRows,
      int imageAt,
      List<int[]> prompts,
      int firstSlot,
      BannedTokens banned) {
    return program.prefill(features, featureRows, imageAt, prompts, firstSlot, banned);
  }

  @Override
  public List<StepResult> decode(
      int[] tokens, int[] lengths, int[] ends, int steps, BannedTokens banned) {
    return program.decode(tokens, lengths, ends, steps, banned);
  }

  @Override
  public void move(int from, int to, int tokens) {
    program.move(from, to, tokens);
  }

  @Override
  public void close() {
    program.close();
  }
}
