package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import io.groundstream.kosmos2.program.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs batches of every shape before the first request: devices and libraries prepare for a shape
 * on its first use, and a batch that does not fit into memory is detected early. A single sequence
 * runs first, which shows how long a batch will take, then the largest batch, then the others.
 * Batches that would take too long are skipped, so that a slow device answers its first request
 * soon.
 */
final class WarmUp {
  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
  private static final Duration MAX_TOTAL = Duration.ofSeconds(10);

  /** The largest batch is worth more time, because it shows whether it fits into memory. */
  private static final Duration MAX_FOR_LARGEST = Duration.ofSeconds(30);

  /** Tokens after the image: a caption's prompt is short, a question's longer. */
  private static final int[] TEXT_TOKENS = {8, 40};

  private static final int NEW_TOKENS = 3;
  private static final int IMAGE_AT = 2;

  private WarmUp() {}

  /**
   * Runs the warm-up.
   *
   * @param startTimes records the durations of batches
   * @param nanoTime the clock that measures them
   * @return the number of slots, which is less than {@code maxBatchSize} if that many do not fit
   */
  static int run(Network network, int maxBatchSize, StartTimes startTimes, LongSupplier nanoTime)
      throws InterruptedException {
    long begin = nanoTime.getAsLong();
    int slots = maxBatchSize;
    int skipped = 0;
    long rowNanos = 0;
    for (int rows : sizes(maxBatchSize)) {
      for (int textTokens : TEXT_TOKENS) {
        long beginRun = nanoTime.getAsLong();
        // The estimate from a single sequence is too high for a batch.
        Duration maxTotal = rows == maxBatchSize ? MAX_FOR_LARGEST : MAX_TOTAL;
        if (beginRun - begin + rows * rowNanos > maxTotal.toNanos()) {
          skipped++;
        } else {
          slots =
              Math.min(slots, run(network, maxBatchSize, rows, textTokens, startTimes, nanoTime));
          // The very first run also includes one-time initialisation, so its time is not used.
          rowNanos = rowNanos == 0 ? 1 : (nanoTime.getAsLong() - beginRun) / rows;
        }
      }
    }
    LOG.info(
        "Warmed up for batches of up to {} in {} ms{}",
        slots,
        Duration.ofNanos(nanoTime.getAsLong() - begin).toMillis(),
        skipped == 0 ? "" : "; " + skipped + " shapes were skipped");
    return slots;
  }

  private static List<Integer> sizes(int maxBatchSize) {
    List<Integer> sizes = new ArrayList<>(List.of(1));
    if (maxBatchSize > 1) {
      sizes.add(maxBatchSize);
    }
    for (int size = 2; size < maxBatchSize; size *= 2) {
      sizes.add(size);
    }
    return sizes;
  }

  private static int run(
      Network network,
      int maxBatchSize,
      int rows,
      int textTokens,
      StartTimes startTimes,
      LongSupplier nanoTime)
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
    try (Batch batch =
        new Batch(network, queue, maxBatchSize, unread, startTimes, nanoTime, () -> false)) {
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
          throw new IllegalStateException("The queue is closed unexpectedly");
        }
      }
      while (!(batch.isIdle() && queue.isEmpty())) {
        batch.step();
      }
      if (sequences.stream().anyMatch(one -> one.answer().isCompletedExceptionally())) {
        LOG.warn("The model failed on a batch of {} blank images", rows);
      }
      return batch.slotLimit();
    }
  }
}
