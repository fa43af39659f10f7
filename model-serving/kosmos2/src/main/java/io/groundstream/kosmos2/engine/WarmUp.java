package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import io.groundstream.kosmos2.program.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries batches of every shape before the first request comes: devices and libraries prepare
 * themselves for a shape when they meet it first, and a batch that does not fit into memory is
 * found now. The largest batch comes first, then one sequence alone; where the model is slow, what
 * is left of the others after some time is left out.
 */
final class WarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
  private static final Duration ENOUGH = Duration.ofSeconds(10);

  /** Behind the image's: a caption's prompt is short, a question's longer. */
  private static final int[] TEXT_TOKENS = {8, 40};

  private static final int NEW_TOKENS = 3;
  private static final int IMAGE_AT = 2;

  private WarmUp() {}

  /**
   * Warms up.
   *
   * @return how many slots there are, which is fewer than wanted if so many do not fit
   */
  static int run(Network network, int maxBatchSize) throws InterruptedException {
    long begin = System.nanoTime();
    int slots = maxBatchSize;
    int left = 0;
    for (int rows : sizes(maxBatchSize)) {
      for (int textTokens : TEXT_TOKENS) {
        boolean first = rows == maxBatchSize && textTokens == TEXT_TOKENS[0];
        if (!first && System.nanoTime() - begin > ENOUGH.toNanos()) {
          left++;
        } else {
          slots = Math.min(slots, run(network, maxBatchSize, rows, textTokens));
        }
      }
    }
    LOG.info(
        "Warmed up for batches of up to {} in {} ms{}",
        slots,
        Duration.ofNanos(System.nanoTime() - begin).toMillis(),
        left == 0 ? "" : "; " + left + " shapes were left out");
    return slots;
  }

  private static List<Integer> sizes(int maxBatchSize) {
    List<Integer> sizes = new ArrayList<>(List.of(maxBatchSize));
    for (int size = 1; size < maxBatchSize; size *= 2) {
      sizes.add(size);
    }
    return sizes;
  }

  private static int run(Network network, int maxBatchSize, int rows, int textTokens)
      throws InterruptedException {
    Kosmos2Config config = network.config();
    int[] prompt = new int[IMAGE_AT + config.latentQueryCount() + textTokens];
    if (prompt.length + NEW_TOKENS > config.text().maxPositions()) {
      return maxBatchSize;
    }
    Arrays.fill(prompt, config.text().bosTokenId());
    int side = config.vision().imageSize();
    EngineStatistics unread = new EngineStatistics();
    RequestQueue queue = new RequestQueue(rows, unread);
    List<Sequence> sequences = new ArrayList<>();
    try (Batch batch = new Batch(network, queue, maxBatchSize, unread)) {
      for (int row = 0; row < rows; row++) {
        byte[] levels = new byte[side * side * config.vision().channels()];
        levels[0] = (byte) row;
        levels[1] = (byte) (row >> 8);
        Sequence sequence =
            new Sequence(
                new GenerationRequest(
                    prompt,
                    IMAGE_AT,
                    levels,
                    new GenerationOptions(NEW_TOKENS, 0),
                    Admission.ORDINARY,
                    true),
                config.text().eosTokenId(),
                row);
        sequences.add(sequence);
        if (!queue.put(sequence)) {
          throw new IllegalStateException("A queue that nobody closed is closed");
        }
      }
      while (!(batch.isIdle() && queue.isEmpty())) {
        batch.step();
      }
      if (sequences.stream().anyMatch(one -> one.answer().isCompletedExceptionally())) {
        LOG.warn("The model fails on a batch of {} of blank images", rows);
      }
      return batch.slotLimit();
    }
  }
}
