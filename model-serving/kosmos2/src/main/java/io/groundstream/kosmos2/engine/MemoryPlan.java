package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import io.groundstream.kosmos2.checkpoint.TextConfig;
import io.groundstream.kosmos2.checkpoint.VisionConfig;
import io.groundstream.kosmos2.program.DeviceException;
import io.groundstream.kosmos2.program.DeviceMemory;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.Precision;
import io.groundstream.kosmos2.program.WeightMemory;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * An estimate of the device memory that a model needs: the weights, and for every slot its part of
 * the key/value cache and of a step's intermediate results. It is computed before loading, so that
 * a device that is too small is reported by a message instead of a crash.
 *
 * @param weightBytes the size of the weights in the precision of computation, in bytes
 * @param slotBytes the memory per slot, in bytes
 */
public record MemoryPlan(long weightBytes, long slotBytes) {
  /**
   * The default maximum number of slots on a CPU. Unused slots cost no computation; under load, 48
   * sequences at once are answered up to a third faster than 16, and more gain little.
   */
  public static final int MOST_ON_CPU = 48;

  /**
   * The default maximum number of slots on a GPU, which reads its weights once per step for any
   * number of sequences and needs many to be busy.
   */
  private static final int MOST_ON_GPU = 256;

  /**
   * The margin left free on a GPU for its context, the libraries' workspaces and the allocator's
   * fragmentation: 1 / {@value} of the memory, up to {@link #MAX_GPU_MARGIN}.
   */
  private static final int GPU_MARGIN_SHARE = 16;

  private static final long MAX_GPU_MARGIN = 1L << 30;

  /** Prompts of tasks are usually shorter. */
  private static final int PROMPT_TOKENS = 128;

  /** The number of tensors of the residual stream's width that a layer holds at a time. */
  private static final int LIVE_TENSORS = 8;

  /**
   * Estimates the needs of a checkpoint's network.
   *
   * @param device a resolved device
   * @param precision any but {@code auto}
   */
  public static MemoryPlan of(Checkpoint checkpoint, DeviceSpec device, Precision precision) {
    return new MemoryPlan(
        WeightMemory.of(checkpoint, device, precision).total(),
        slotBytes(checkpoint.config(), precision));
  }

  /**
   * Returns the memory that the key/value cache occupies, in bytes. On a CPU it grows with the
   * longest sequence so far; on a GPU it is occupied from the start.
   *
   * @param slots the number of slots
   * @param tokens the maximum number of prompt and generated tokens of the sequences in them
   */
  public static long cacheBytes(Kosmos2Config config, Precision precision, long slots, int tokens) {
    TextConfig text = config.text();
    return slots
        * 2
        * text.layers()
        * text.embedDim()
        * CacheShape.rounded(tokens)
        * elementBytes(precision);
  }

  /** Returns the size of the features of {@code images} images, in bytes. */
  public static long featureBytes(Kosmos2Config config, Precision precision, long images) {
    return images * config.latentQueryCount() * config.text().embedDim() * elementBytes(precision);
  }

  private static int elementBytes(Precision precision) {
    return precision == Precision.FLOAT32 ? Float.BYTES : Short.BYTES;
  }

  private static long slotBytes(Kosmos2Config config, Precision precision) {
    TextConfig text = config.text();
    VisionConfig vision = config.vision();
    long cache = cacheBytes(config, precision, 1, CacheShape.ORDINARY_LENGTH);
    long encode =
        vision.positions()
            * (2L * vision.intermediateSize() + (long) LIVE_TENSORS * vision.hiddenSize())
            * Float.BYTES;
    long prefill =
        PROMPT_TOKENS * (2L * text.ffnDim() + (long) LIVE_TENSORS * text.embedDim()) * Float.BYTES;
    long logits = 3L * text.vocabSize() * Float.BYTES;
    return cache + Math.max(encode, prefill) + logits + featureBytes(config, precision, 2);
  }

  /** Returns the memory needed for {@code slots} slots, in bytes. */
  public long bytes(int slots) {
    return weightBytes + slots * slotBytes;
  }

  /**
   * Returns the options with a batch size that fits.
   *
   * @param device a resolved device
   * @throws DeviceException if the wanted batch size, or even one slot, does not fit; the message
   *     says how much memory is needed and available, and what to set
   */
  public EngineOptions fit(EngineOptions wanted, DeviceSpec device) throws DeviceException {
    OptionalLong free = DeviceMemory.free(device);
    boolean limited = wanted.memoryBytes() > 0;
    if (!limited && free.isEmpty()) {
      return wanted.maxBatchSize() > 0 ? wanted : wanted.withMaxBatchSize(maxSlots(device));
    }
    long budget = free.isEmpty() ? Long.MAX_VALUE : free.getAsLong();
    if (device.kind() == DeviceSpec.Kind.GPU) {
      budget -= Math.min(MAX_GPU_MARGIN, budget / GPU_MARGIN_SHARE);
    }
    if (limited) {
      budget = Math.min(budget, wanted.memoryBytes());
    }
    int minSlots = Math.max(1, wanted.maxBatchSize());
    if (bytes(minSlots) > budget) {
      throw new DeviceException(tooLittle(minSlots, budget, wanted, device), null);
    }
    if (wanted.maxBatchSize() > 0) {
      return wanted;
    }
    long fitting = (budget - weightBytes) / slotBytes;
    return wanted.withMaxBatchSize((int) Math.min(maxSlots(device), fitting));
  }

  private static int maxSlots(DeviceSpec device) {
    return device.kind() == DeviceSpec.Kind.GPU ? MOST_ON_GPU : MOST_ON_CPU;
  }

  private String tooLittle(int slots, long budget, EngineOptions wanted, DeviceSpec device) {
    long fitting = (budget - weightBytes) / slotBytes;
    String advice =
        fitting >= 1
            ? "Set the batch size (model.max-batch-size) to " + fitting + " or less"
            : "Not even one fits: choose a smaller number format (model.dtype), such as bfloat16";
    return String.format(
        Locale.ROOT,
        "memory of %s: %s (expected: >= %s, which is %s of weights and %s for each of %d sequences"
            + " at once). %s, or %s.",
        device,
        gigabytes(budget) + (budget == wanted.memoryBytes() ? " allowed" : " free"),
        gigabytes(bytes(slots)),
        gigabytes(weightBytes),
        gigabytes(slotBytes),
        slots,
        advice,
        budget == wanted.memoryBytes()
            ? "allow more memory (model.memory)"
            : "free some memory of this device");
  }

  private static String gigabytes(long bytes) {
    return bytes >= 100_000_000
        ? String.format(Locale.ROOT, "%.2f GB", bytes / 1e9)
        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
  }
}
