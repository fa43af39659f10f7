package io.groundstream.model.engine;

import io.groundstream.model.GroundingErrorCode;
import io.groundstream.model.GroundingException;
import io.groundstream.model.program.BannedTokens;
import io.groundstream.model.program.ImageFeatures;
import io.groundstream.model.program.StepResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sequences that are being generated, one a slot, and those that are about to be. Used by the
 * engine's thread alone.
 */
final class Batch {
  private static final Logger LOG = LoggerFactory.getLogger(Batch.class);

  private final Network network;
  private final EngineListeners listeners;
  private final int maxBatchSize;

  /** The sequence in slot {@code i} is the element {@code i}. */
  private final List<Sequence> active = new ArrayList<>();

  private final Deque<Sequence> newcomers = new ArrayDeque<>();

  /** Those that failed beside others; each is generated again by itself. */
  private final Deque<Sequence> suspects = new ArrayDeque<>();

  private boolean alone;

  Batch(Network network, int maxBatchSize, EngineListeners listeners) {
    this.network = network;
    this.maxBatchSize = maxBatchSize;
    this.listeners = listeners;
  }

  boolean isIdle() {
    return active.isEmpty() && newcomers.isEmpty() && suspects.isEmpty();
  }

  /** Returns how many slots are in use. */
  int active() {
    return active.size();
  }

  /** Returns how many more sequences may be enqueued. */
  int room() {
    return Math.max(0, maxBatchSize - active.size() - newcomers.size());
  }

  void enqueue(Sequence sequence) {
    newcomers.add(sequence);
  }

  /** Starts what can be started, and gives every active sequence its next token. */
  void step() {
    if (active.isEmpty() && !suspects.isEmpty()) {
      alone = true;
      start(List.of(suspects.remove()));
    } else if (!alone && suspects.isEmpty()) {
      // Not before the suspects, which wait for an empty batch: there might always be newcomers.
      startNewcomers();
    }
    if (!active.isEmpty()) {
      decode();
    }
    if (active.isEmpty()) {
      alone = false;
    }
  }

  void failAll(RuntimeException reason) {
    active.forEach(sequence -> sequence.answer().completeExceptionally(reason));
    newcomers.forEach(sequence -> sequence.answer().completeExceptionally(reason));
    suspects.forEach(sequence -> sequence.answer().completeExceptionally(reason));
    active.clear();
    newcomers.clear();
    suspects.clear();
  }

  private void startNewcomers() {
    newcomers.removeIf(sequence -> sequence.answer().isDone()); // cancelled while it waited
    List<Sequence> admitted = new ArrayList<>();
    int longest = neededLength(active);
    for (Sequence next : newcomers) {
      int needed = Math.max(longest, next.neededLength());
      int occupied = active.size() + admitted.size();
      if (occupied >= CacheShape.forLength(needed, maxBatchSize).slots()) {
        break;
      }
      longest = needed;
      admitted.add(next);
    }
    start(admitted.stream().filter(sequence -> sequence.request().pixels() != null).toList());
    start(admitted.stream().filter(sequence -> sequence.request().pixels() == null).toList());
  }

  /** Prefills sequences of one kind, all with a picture or all without, behind the active ones. */
  private void start(List<Sequence> sequences) {
    if (sequences.isEmpty()) {
      return;
    }
    int first = active.size();
    for (Sequence sequence : sequences) {
      sequence.admitted(listeners);
    }
    // At any time every sequence is in one of the lists, lest one is forgotten when all fail.
    active.addAll(sequences);
    newcomers.removeAll(sequences);
    StepResult result;
    try {
      result = prefill(sequences, first);
    } catch (RuntimeException e) {
      active.subList(first, active.size()).clear();
      failed(sequences, e);
      return;
    }
    accept(first, result);
  }

  private StepResult prefill(List<Sequence> sequences, int first) {
    CacheShape shape = CacheShape.forLength(neededLength(active), maxBatchSize);
    long begin = System.nanoTime();
    network.reshape(shape.slots(), shape.length(), first);
    long reshaped = System.nanoTime();
    listeners.tell(listener -> listener.onCacheChanged(reshaped - begin));
    List<int[]> prompts = new ArrayList<>();
    BannedTokens banned = new BannedTokens();
    for (int row = 0; row < sequences.size(); row++) {
      prompts.add(sequences.get(row).request().promptIds());
      sequences.get(row).banRepeats(row, banned);
    }
    GenerationRequest any = sequences.get(0).request();
    if (any.pixels() == null) {
      return read(null, new int[0], 0, prompts, first, banned);
    }
    IdentityHashMap<float[], Integer> rowOfPicture = new IdentityHashMap<>();
    List<float[]> pictures = new ArrayList<>();
    int[] featureRows = new int[sequences.size()];
    for (int row = 0; row < featureRows.length; row++) {
      float[] pixels = sequences.get(row).request().pixels();
      if (pixels == null) {
        throw new IllegalStateException("A sequence without picture among those with one");
      }
      Integer known = rowOfPicture.putIfAbsent(pixels, pictures.size());
      featureRows[row] = known == null ? pictures.size() : known;
      if (known == null) {
        pictures.add(pixels);
      }
    }
    long encodeBegin = System.nanoTime();
    try (ImageFeatures features = network.encode(pictures)) {
      long encoded = System.nanoTime();
      listeners.tell(listener -> listener.onEncoded(pictures.size(), encoded - encodeBegin));
      return read(features, featureRows, any.imageAt(), prompts, first, banned);
    }
  }

  private StepResult read(
      @Nullable ImageFeatures features,
      int[] featureRows,
      int imageAt,
      List<int[]> prompts,
      int first,
      BannedTokens banned) {
    long begin = System.nanoTime();
    StepResult result = network.prefill(features, featureRows, imageAt, prompts, first, banned);
    long took = System.nanoTime() - begin;
    int tokens = prompts.stream().mapToInt(prompt -> prompt.length).sum();
    listeners.tell(listener -> listener.onPrefilled(prompts.size(), tokens, took));
    return result;
  }

  private static int neededLength(List<Sequence> sequences) {
    return sequences.stream().mapToInt(Sequence::neededLength).max().orElse(0);
  }

  private void decode() {
    int rows = active.size();
    int[] tokens = new int[rows];
    int[] lengths = new int[rows];
    BannedTokens banned = new BannedTokens();
    for (int row = 0; row < rows; row++) {
      Sequence sequence = active.get(row);
      tokens[row] = sequence.lastToken();
      lengths[row] = sequence.cachedLength();
      sequence.banRepeats(row, banned);
    }
    StepResult result;
    try {
      long begin = System.nanoTime();
      result = network.decode(tokens, lengths, banned);
      long took = System.nanoTime() - begin;
      listeners.tell(listener -> listener.onDecoded(rows, 1, took));
    } catch (RuntimeException e) {
      List<Sequence> members = List.copyOf(active);
      active.clear();
      failed(members, e);
      return;
    }
    accept(0, result);
  }

  /** Takes the tokens chosen for the slots from {@code first} on, and lets finished ones go. */
  private void accept(int first, StepResult result) {
    for (int row = result.tokens().length - 1; row >= 0; row--) {
      int slot = first + row;
      Sequence sequence = active.get(slot);
      float probability = result.probabilities()[row];
      if (!Float.isFinite(probability)) {
        sequence
            .answer()
            .completeExceptionally(
                new GroundingException(
                    GroundingErrorCode.LOGITS_NOT_FINITE,
                    "The model's logits are not finite (expected: finite numbers)"));
        retire(slot);
        continue;
      }
      sequence.append(result.tokens()[row], probability);
      if (sequence.finished()) {
        Generation generation = sequence.generation();
        listeners.tell(l -> l.onAnswered(generation.tokens().length, sequence.nanosSinceSubmit()));
        sequence.answer().complete(generation);
        retire(slot);
      } else if (sequence.answer().isDone()) { // cancelled
        listeners.tell(EngineListener::onCancelled);
        retire(slot);
      }
    }
  }

  /** Frees a slot by moving the last active sequence into it. Rows above it are settled already. */
  private void retire(int slot) {
    int lastSlot = active.size() - 1;
    if (slot < lastSlot) {
      Sequence last = active.get(lastSlot);
      long begin = System.nanoTime();
      network.move(lastSlot, slot, last.cachedLength());
      long took = System.nanoTime() - begin;
      listeners.tell(listener -> listener.onCacheChanged(took));
      active.set(slot, last);
    }
    active.remove(lastSlot);
  }

  private void failed(List<Sequence> members, RuntimeException e) {
    suspects.addAll(members);
    if (!alone) {
      LOG.warn("A batch failed; {} of it are generated again, each by itself", members.size(), e);
      members.forEach(Sequence::restart);
      return;
    }
    checkModel(e);
    suspects.removeAll(members);
    String message = String.valueOf(e.getMessage());
    boolean outOfMemory =
        message.toLowerCase(Locale.ROOT).contains("out of memory")
            || message.contains("can't allocate memory");
    members
        .get(0)
        .answer()
        .completeExceptionally(
            new GroundingException(
                outOfMemory
                    ? GroundingErrorCode.OUT_OF_MEMORY
                    : GroundingErrorCode.INFERENCE_FAILED,
                "The model failed on this request: " + reason(message),
                e));
  }

  /**
   * Asks the model for something that it can always do. If it cannot, then the device is lost: it
   * would fail every request, none of them is to blame, and so the engine has to end.
   */
  private void checkModel(RuntimeException failure) {
    CacheShape smallest = CacheShape.forLength(1, 1);
    int[] prompt = {network.config().text().bosTokenId()};
    try {
      network.reshape(smallest.slots(), smallest.length(), 0);
      network.prefill(null, new int[0], 0, List.of(prompt), 0, new BannedTokens());
    } catch (RuntimeException e) {
      e.addSuppressed(failure);
      throw e;
    }
  }

  /** PyTorch's messages quote the program's source at length; the last line says what was wrong. */
  private static String reason(String message) {
    return message
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .reduce((earlier, later) -> later.startsWith("at ") ? earlier : later)
        .orElse("");
  }
}
