package io.groundstream.kosmos2.program;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The Kosmos-2 network on one device: vision encoder, prefill and decode step over a key/value
 * cache that lives inside the program.
 *
 * <p>The cache has <em>slots</em>, one per sequence. Active sequences occupy the slots {@code 0} to
 * {@code n - 1}, so that a step reads a view of the cache without a gather; the scheduler fills a
 * freed slot by {@link #move moving} the last active sequence into it.
 *
 * <p>Not thread-safe, and bound to the thread that loaded it: PyTorch's thread count and graph
 * optimiser are per-thread settings. A call's native memory is freed when the call returns.
 */
public final class Kosmos2Program implements Network {
  private static final int SPAN_MULTIPLE = 16;

  private final Kosmos2Config config;
  private final ProgramModule module;
  private final boolean small;
  private int slots;
  private int length;

  /** The buffer that passes images to the natives; grows with the largest batch encoded. */
  private ByteBuffer levelBytes = ByteBuffer.allocateDirect(0);

  private Kosmos2Program(Kosmos2Config config, ProgramModule module) {
    this.config = config;
    this.module = module;
    this.small = Division.isSmall(config);
  }

  /**
   * Loads the network of a checkpoint onto a device.
   *
   * @param wanted the device, resolved by {@link TorchRuntime#resolve}
   * @param threads the maximum number of threads per operation on a CPU
   * @throws CheckpointException if the weights cannot be read
   * @throws DeviceException if there is no such device
   */
  public static Kosmos2Program load(
      Checkpoint checkpoint,
      DeviceSpec wanted,
      Precision precision,
      int threads,
      LoadProgress progress)
      throws CheckpointException, DeviceException {
    DeviceSpec device = TorchRuntime.resolve(wanted);
    return load(checkpoint, device, Arithmetic.of(precision, device), threads, progress);
  }

  static Kosmos2Program load(
      Checkpoint checkpoint,
      DeviceSpec device,
      Arithmetic arithmetic,
      int threads,
      LoadProgress progress)
      throws CheckpointException {
    ProgramModule module = ProgramModule.open(checkpoint.config(), device, arithmetic, threads);
    boolean loaded = false;
    try {
      new WeightLoader(checkpoint, module).load(progress);
      loaded = true;
      return new Kosmos2Program(checkpoint.config(), module);
    } finally {
      if (!loaded) {
        module.close();
      }
    }
  }

  /** Returns the configuration of the network. */
  @Override
  public Kosmos2Config config() {
    return config;
  }

  /** Returns the device of the network. */
  public DeviceSpec device() {
    return module.device();
  }

  /**
   * Returns how many images or prompts are computed in parallel, each on its own thread. A call
   * with fewer takes about as long.
   */
  @Override
  public int sideBySide() {
    return module.threads();
  }

  /** Returns the number of slots in the cache. */
  public int slots() {
    return slots;
  }

  /** Returns the maximum number of prompt and generated tokens per slot. */
  public int length() {
    return length;
  }

  /**
   * Reshapes the cache, keeping the contents of the first {@code keptSlots} slots up to the new
   * length.
   *
   * @throws IllegalArgumentException if {@code keptSlots} exceeds the slots before or after
   */
  @Override
  public void reshape(int newSlots, int newLength, int keptSlots) {
    if (newSlots == slots && newLength == length) {
      return;
    }
    if (keptSlots > Math.min(slots, newSlots)) {
      throw new IllegalArgumentException(
          "reshape from %d to %d slots (expected: room for the %d that are kept)"
              .formatted(slots, newSlots, keptSlots));
    }
    int keptLength = Math.min(length, newLength);
    // After a failure, the cache has no shape until the next call.
    slots = 0;
    length = 0;
    try (ModuleCall call = module.call("reshape")) {
      call.with(newSlots).with(newLength).with(keptSlots).with(keptLength).run();
    }
    slots = newSlots;
    length = newLength;
  }

  /**
   * Encodes images into features for the text model.
   *
   * @param images at least one image of size × size × channels levels, 8 bits each
   */
  @Override
  public ImageFeatures encode(List<byte[]> images) {
    int channels = config.vision().channels();
    int size = config.vision().imageSize();
    int each = size * size * channels;
    ByteBuffer levels = levelBuffer(Math.multiplyExact(images.size(), each));
    for (byte[] image : images) {
      if (image.length != each) {
        throw new IllegalArgumentException("levels: " + image.length + " (expected: " + each + ")");
      }
      levels.put(image);
    }
    levels.flip();
    PtNDManager owner = module.newOwner();
    boolean encoded = false;
    Division division = Division.ofPrompts(images.size(), module.threads(), small);
    try (ModuleCall call = module.call("encode", division)) {
      Shape shape = new Shape(images.size(), size, size, channels);
      NDArray input = call.hostScope().create(levels, shape, DataType.UINT8);
      PtNDArray features = call.with(input).with(division.parts()).runFor(owner);
      encoded = true;
      return new ImageFeatures(owner, features);
    } finally {
      if (!encoded) {
        owner.close();
      }
    }
  }

  /**
   * Reads the first tokens of prompts, which {@link #prefill} then continues any number of times.
   *
   * @param features the images' features; null without images
   * @param images where the images are; all have row 0
   * @param ids at least one token
   * @return the prefix, which the caller closes
   */
  @Override
  public PromptPrefix prefix(@Nullable ImageFeatures features, List<ImagePlace> images, int[] ids) {
    if (ids.length == 0) {
      throw new IllegalArgumentException("prefix of 0 tokens (expected: at least one)");
    }
    ImagePrompts prompt = ImagePrompts.check(new Prompts(List.of(ids), null, features, images));
    IntBuffer numbers = IntBuffer.allocate(2 * images.size() + ids.length);
    numbers.put(prompt.placeRows()).put(prompt.featureRows()).put(ids);
    PtNDManager owner = module.newOwner();
    boolean read = false;
    try (ModuleCall call = module.call("prefix")) {
      PtNDArray keysAndValues =
          call.with(arrayOrNone(call, features == null ? null : features.array()))
              .with(call.hostScope().create(numbers.array()))
              .with(images.size())
              .runFor(owner);
      read = true;
      return new PromptPrefix(owner, keysAndValues, ids);
    } finally {
      if (!read) {
        owner.close();
      }
    }
  }

  /**
   * Prefills the slots from {@code firstSlot} on with prompts, and chooses the first token of each.
   *
   * @param banned tokens that must not be chosen, and rows whose logits are wanted
   */
  @Override
  public StepResult prefill(Prompts prompts, int firstSlot, BannedTokens banned) {
    int rows = prompts.ids().size();
    int longest = prompts.longest();
    if (rows == 0 || longest == 0 || firstSlot + rows > slots || longest > length) {
      throw new IllegalArgumentException(
          "prefill: %d prompts of up to %d tokens from slot %d (expected: within %d slots of %d)"
              .formatted(rows, longest, firstSlot, slots, length));
    }
    ImagePrompts images = ImagePrompts.check(prompts);
    int imageAt = images.commonPlace();
    int places = prompts.images().size();
    int[] leaders = images.leaders(imageAt);
    // Shorter prompts are padded on the right, which causal attention never reads.
    IntBuffer numbers =
        IntBuffer.allocate(rows + leaders.length + (imageAt < 0 ? 2 : 1) * places + rows * longest);
    prompts.ids().forEach(prompt -> numbers.put(prompt.length - 1));
    numbers.put(leaders);
    if (imageAt < 0) {
      numbers.put(images.placeRows());
    }
    numbers.put(images.featureRows());
    put(prompts.ids(), longest, numbers);
    int units = leaders.length > 0 ? leaders.length : rows;
    boolean divisible = leaders.length == 0 || images.inOrder();
    Division division =
        divisible
            ? Division.ofPrompts(units, module.threads(), small)
            : new Division(1, module.threads());
    long[] rowEnds = new long[division.parts()];
    long[] imageEnds = new long[division.parts()];
    for (int part = 0; part < rowEnds.length; part++) {
      int end = units * (part + 1) / rowEnds.length;
      imageEnds[part] = leaders.length > 0 ? end : 0;
      rowEnds[part] = end == units ? rows : leaders.length > 0 ? leaders[end] : end;
    }
    ImageFeatures features = prompts.features();
    PromptPrefix prefix = prompts.prefix();
    try (ModuleCall call = module.call("prefill", division)) {
      return call.with(arrayOrNone(call, features == null ? null : features.array()))
          .with(arrayOrNone(call, prefix == null ? null : prefix.keysAndValues()))
          .with(call.hostScope().create(numbers.array()))
          .with(rows)
          .with(leaders.length)
          .with(imageAt)
          .with(places)
          .with(firstSlot)
          .with(matrix(call, banned))
          .with(logitRows(call, banned))
          .with(rowEnds)
          .with(imageEnds)
          .runForSteps(1, rows, banned.logitRows(), config.text().vocabSize())
          .get(0);
    }
  }

  /**
   * Returns the logarithms of the probabilities of given tokens, by the softmax of the raw logits
   * in float32. Nothing is written to the cache.
   *
   * @param rows at least one continuation of sequences in the cache
   * @return for each continuation, the logarithms of all its tokens but the first; NaN where the
   *     logits are not finite
   */
  @Override
  public List<float[]> score(List<Continuation> rows) {
    int longest = rows.stream().mapToInt(row -> row.tokens().length).max().orElse(0);
    int shortest = rows.stream().mapToInt(row -> row.tokens().length).min().orElse(0);
    int common = rows.stream().mapToInt(Continuation::length).max().orElse(0);
    boolean inside =
        rows.stream().allMatch(row -> row.slot() >= 0 && row.slot() < slots && row.length() >= 0);
    if (!inside || shortest < 2 || common > length) {
      throw new IllegalArgumentException(
          "score: %d rows of %d to %d tokens after up to %d (expected: at least 2, within %d slots of %d)"
              .formatted(rows.size(), shortest, longest, common, slots, length));
    }
    IntBuffer numbers = IntBuffer.allocate(rows.size() * (2 + longest));
    rows.forEach(row -> numbers.put(row.slot()));
    rows.forEach(row -> numbers.put(row.length()));
    put(rows.stream().map(Continuation::tokens).toList(), longest, numbers);
    try (ModuleCall call = module.call("score")) {
      PtNDArray scores =
          call.with(call.hostScope().create(numbers.array()))
              .with(rows.size())
              .with(common)
              .runFor(call.scope());
      // On a GPU this blocks until the computation has ended.
      float[] values = ProcessEnd.compute(scores::toFloatArray);
      List<float[]> logarithms = new ArrayList<>(rows.size());
      for (Continuation row : rows) {
        int begin = logarithms.size() * (longest - 1);
        float[] some = Arrays.copyOfRange(values, begin, begin + row.tokens().length - 1);
        for (int token = 0; token < some.length; token++) {
          // The last bit of a sum may be wrong.
          some[token] = Math.min(0, some[token]);
        }
        logarithms.add(some);
      }
      return logarithms;
    }
  }

  /**
   * Appends one token to every active sequence and chooses the next, repeatedly up to {@code steps}
   * times, stopping after the first step in which a sequence ends.
   *
   * @param tokens the last chosen token of the sequences in the slots {@code 0} to {@code n - 1}
   * @param lengths the number of tokens of each sequence in the cache
   * @param ends the token that ends each of the sequences; -1 for none
   * @param steps the maximum number of steps; at least 1
   * @param banned the tokens that must not be chosen in any step, and the rows whose logits are
   *     wanted, if {@code steps} is 1
   * @return the results of at least one and at most {@code steps} steps. A sequence with non-finite
   *     logits also ends.
   */
  @Override
  public List<StepResult> decode(
      int[] tokens, int[] lengths, int[] ends, int steps, BannedTokens banned) {
    int rows = tokens.length;
    int longest = 0;
    int shortest = 0;
    for (int rowLength : lengths) {
      longest = Math.max(longest, rowLength);
      shortest = Math.min(shortest, rowLength);
    }
    if (shortest < 0
        || rows == 0
        || rows > slots
        || lengths.length != rows
        || ends.length != rows
        || steps < 1
        || longest + steps > length) {
      throw new IllegalArgumentException(
          "decode: %d rows of up to %d tokens (expected: within %d slots of %d)"
              .formatted(rows, longest + steps, slots, length));
    }
    if (steps > 1 && banned.logitRows().length > 0) {
      throw new IllegalArgumentException(
          "decode with logits: %d steps (expected: 1)".formatted(steps));
    }
    Division division = Division.ofStep(rows, module.threads(), small);
    int[] positions = new int[rows];
    int pad = config.text().padTokenId();
    for (int row = 0; row < rows; row++) {
      positions[row] = tokens[row] == pad ? pad : pad + 1 + lengths[row];
    }
    try (ModuleCall call = module.call("decode", division)) {
      return call.with(table(call, tokens, positions, lengths, ends))
          .with(span(longest + steps))
          .with(matrix(call, banned))
          .with(logitRows(call, banned))
          .with(steps)
          .with(division.parts())
          .runForSteps(steps, rows, banned.logitRows(), config.text().vocabSize());
    }
  }

  /**
   * Returns how many positions of each slot a step on a GPU reads: a multiple of 16, since
   * attention would otherwise copy the mask in every layer.
   */
  private int span(int longest) {
    return Math.min(length, (longest + SPAN_MULTIPLE - 1) / SPAN_MULTIPLE * SPAN_MULTIPLE);
  }

  /** Copies the keys and values of the first {@code tokens} tokens from one slot to another. */
  @Override
  public void move(int from, int to, int tokens) {
    if (Math.min(from, to) < 0 || Math.max(from, to) >= slots || tokens < 0 || tokens > length) {
      throw new IllegalArgumentException(
          "move: %d tokens of slot %d to slot %d (expected: within %d slots of %d)"
              .formatted(tokens, from, to, slots, length));
    }
    try (ModuleCall call = module.call("move")) {
      call.with(from).with(to).with(tokens).run();
    }
  }

  /**
   * Replaces the last tokens' keys and values of some slots by those of other slots, all at once: a
   * slot may be both source and target.
   *
   * @param targets the slots that are overwritten, each at most once
   * @param sources for each target, the slot to copy from
   * @param begin the index of the first token to copy
   * @param end the index after the last one
   */
  @Override
  public void reorder(int[] targets, int[] sources, int begin, int end) {
    boolean inside =
        IntStream.concat(Arrays.stream(targets), Arrays.stream(sources))
            .allMatch(slot -> slot >= 0 && slot < slots);
    if (!inside
        || targets.length != sources.length
        || targets.length == 0
        || begin < 0
        || begin >= end
        || end > length) {
      throw new IllegalArgumentException(
          "reorder: tokens %d to %d of %d slots by %d others (expected: within %d slots of %d)"
              .formatted(begin, end, targets.length, sources.length, slots, length));
    }
    try (ModuleCall call = module.call("reorder")) {
      call.with(Arrays.stream(targets).asLongStream().toArray())
          .with(call.hostScope().create(sources))
          .with(begin)
          .with(end)
          .run();
    }
  }

  /**
   * Overwrites a slot with zeros. A step also reads the positions after a slot's sequence and
   * multiplies them by zero, which gives NaN for an infinity or a NaN: without this, a sequence
   * with non-finite numbers would corrupt later ones in its slot.
   */
  @Override
  public void clear(int slot) {
    if (slot < 0 || slot >= slots) {
      throw new IllegalArgumentException(
          "clear: slot %d (expected: one of %d)".formatted(slot, slots));
    }
    try (ModuleCall call = module.call("clear")) {
      call.with(slot).run();
    }
  }

  /**
   * Returns PyTorch's cached memory to the device's driver, and unused memory of the host to the
   * system, for use by others, such as another model in this process.
   */
  @Override
  public void releaseUnusedMemory() {
    module.releaseUnusedMemory();
  }

  @Override
  public void close() {
    module.close();
  }

  /** Returns a buffer for {@code count} levels that the natives read without a copy. */
  private ByteBuffer levelBuffer(int count) {
    if (levelBytes.capacity() < count) {
      levelBytes = ByteBuffer.allocateDirect(count);
    }
    return levelBytes.clear().limit(count);
  }

  /** Puts rows of tokens, padded to a common length. */
  private void put(List<int[]> rows, int longest, IntBuffer numbers) {
    for (int[] row : rows) {
      int end = numbers.position() + longest;
      numbers.put(row);
      while (numbers.position() < end) {
        numbers.put(config.text().padTokenId());
      }
    }
  }

  /** Returns the array, or an empty one in place of null. */
  private static NDArray arrayOrNone(ModuleCall call, @Nullable NDArray array) {
    return array == null ? call.hostScope().zeros(new Shape(0, 0, 0)) : array;
  }

  private static NDArray matrix(ModuleCall call, BannedTokens banned) {
    return call.hostScope().create(banned.matrix(), new Shape(2, banned.count()));
  }

  private static NDArray logitRows(ModuleCall call, BannedTokens banned) {
    return call.hostScope().create(banned.logitRows());
  }

  /** Returns a matrix with a row for each of some arrays, which are equally long. */
  private static NDArray table(ModuleCall call, int[]... rows) {
    int columns = rows[0].length;
    IntBuffer all = IntBuffer.allocate(rows.length * columns);
    for (int[] row : rows) {
      all.put(row);
    }
    return call.hostScope().create(all.array(), new Shape(rows.length, columns));
  }
}
