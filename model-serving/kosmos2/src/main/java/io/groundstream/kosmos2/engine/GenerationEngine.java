package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.decoding.Sampling;
import io.groundstream.kosmos2.program.DeviceException;
import io.groundstream.kosmos2.program.Kosmos2Program;
import io.groundstream.kosmos2.program.Network;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Generates many sequences concurrently on one device by continuous batching. Requests of any
 * number of callers wait in a bounded queue, which is fair between callers. One thread owns the
 * network, admits waiting requests into free slots before every step, and answers each sequence as
 * soon as it is finished.
 *
 * <p>A request on which the model fails does not affect others: a failing batch is split, and only
 * a request that fails alone is answered with an error. If the model then fails even a minimal
 * call, as on a lost device, the engine ends instead. If the device runs out of memory, the engine
 * continues with fewer slots, and no request is lost.
 *
 * <p>Thread-safe. Answers are completed on the engine's thread, so dependent stages must be short
 * or run on another executor.
 */
public final class GenerationEngine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GenerationEngine.class);
  private static final long IDLE_NANOS = 200_000_000;

  private static final int DEFAULT_BATCH_SIZE = 16;

  /** The maximum time that {@link #close} waits for the last call into the model. */
  private static final Duration LAST_CALL = Duration.ofSeconds(60);

  /** Loads the network. Called once, on the thread that will own it. */
  @FunctionalInterface
  public interface ProgramLoader {
    Kosmos2Program load() throws CheckpointException, DeviceException;
  }

  /** Loads the network that the engine drives. */
  @FunctionalInterface
  interface NetworkLoader {
    Network load() throws CheckpointException, DeviceException;
  }

  private final EngineOptions options;
  private final EngineStatistics statistics = new EngineStatistics();
  private final StartTimes startTimes = new StartTimes();
  private final RequestQueue queue;
  private final AtomicLong arrivals = new AtomicLong();
  private final CompletableFuture<Network> loaded = new CompletableFuture<>();
  private final Thread thread;

  /**
   * Null once called: it may hold its caller's class loader, which the thread must not keep alive.
   */
  private @Nullable NetworkLoader loader;

  /** Whether the engine is ending or has ended. */
  private volatile boolean closing;

  /** The {@link System#nanoTime} until which it may answer its requests when closing. */
  private volatile long drainUntil;

  private volatile @Nullable Throwable death;

  /** The number of slots at the start; set before the engine is loaded. */
  private volatile int maxSlots;

  private GenerationEngine(NetworkLoader loader, EngineOptions options, String name) {
    this.options = options;
    this.queue = new RequestQueue(options.queueCapacity(), statistics);
    this.loader = loader;
    this.thread = ModelThreads.create(this::run, name);
  }

  /**
   * Starts an engine and waits until its network is loaded. An interrupt also ends the loading.
   *
   * @throws CheckpointException if the network cannot be loaded
   * @throws DeviceException if there is no such device
   */
  public static GenerationEngine start(ProgramLoader loader, EngineOptions options, String name)
      throws CheckpointException, DeviceException, InterruptedException {
    return startNetwork(() -> loader.load(), options, name);
  }

  static GenerationEngine startNetwork(NetworkLoader loader, EngineOptions options, String name)
      throws CheckpointException, DeviceException, InterruptedException {
    GenerationEngine engine = new GenerationEngine(loader, options, name);
    engine.thread.start();
    try {
      engine.loaded.get();
      return engine;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CheckpointException checkpoint) {
        throw checkpoint;
      }
      if (e.getCause() instanceof DeviceException device) {
        throw device;
      }
      throw notLoaded(e.getCause());
    } catch (InterruptedException e) {
      engine.thread.interrupt();
      engine.close();
      throw e;
    }
  }

  private static EngineStoppedException notLoaded(@Nullable Throwable cause)
      throws DeviceException {
    if (cause != null && Failures.isOutOfMemory(cause)) {
      throw new DeviceException(
          "The device ran out of memory while loading the weights: "
              + Failures.reason(cause)
              + " Free memory on the device, or choose a smaller number format (model.dtype).",
          cause);
    }
    if (cause != null && Failures.isDeviceError(cause)) {
      return new DeviceLostException(
          "The device is lost to this process: " + Failures.reason(cause), cause);
    }
    return new EngineStoppedException("The network could not be loaded", cause);
  }

  /**
   * Queues a request, blocking while the queue is full.
   *
   * @return a future of the generation. It completes exceptionally with {@link GroundingException}
   *     if the model failed on this request or had no slot for it before its deadline, or with
   *     {@link EngineStoppedException} if the engine stopped first. Cancelling it removes the
   *     request from the queue at once, or frees its slot before the next step.
   * @throws EngineStoppedException if the engine no longer accepts requests
   */
  public CompletableFuture<Generation> submit(GenerationRequest request)
      throws InterruptedException, GroundingException {
    request.options().check();
    Network network = loaded.join();
    int maxPositions = network.config().text().maxPositions();
    if (request.scores()) {
      checkCandidates(request, maxPositions);
    }
    // The last token has no position, since the model never reads it.
    int wanted = request.promptIds().length - 1 + request.options().maxNewTokens();
    if (!request.scores() && (wanted > maxPositions || wanted < 0)) {
      throw new GroundingException(
          GroundingErrorCode.PROMPT_TOO_LONG,
          "prompt of %d tokens and max-new-tokens of %d (expected: together <= %d, one more than the model's positions)"
              .formatted(
                  request.promptIds().length, request.options().maxNewTokens(), maxPositions + 1));
    }
    if (!request.scores()) {
      checkDecoding(request, network);
    }
    checkRunning();
    int endOfSequence = network.config().text().eosTokenId();
    Sequence sequence = new Sequence(request, endOfSequence, arrivals.getAndIncrement());
    if (!queue.put(sequence)) {
      throw stopped();
    }
    statistics.set(EngineLevel.QUEUE_DEPTH, queue.size());
    return sequence.answer();
  }

  private void checkDecoding(GenerationRequest request, Network network) throws GroundingException {
    GenerationOptions options = request.options();
    int vocabulary = network.config().text().vocabSize();
    Sampling sampling = options.sampling();
    if (sampling != null && sampling.topK() > vocabulary) {
      throw new GroundingException(
          GroundingErrorCode.OPTION_INVALID,
          "top-k: %d (expected: <= %d, the model's vocabulary)"
              .formatted(sampling.topK(), vocabulary));
    }
    int tokens = request.promptIds().length + options.maxNewTokens() - 1;
    int slots = CacheShape.forLength(tokens, maxSlots).slots();
    if (options.beams() > 1 && options.beams() > slots) {
      throw new GroundingException(
          GroundingErrorCode.OPTION_INVALID,
          "beams: %d (expected: <= %d, the slots for sequences of %d tokens; for more, raise the batch size)"
              .formatted(options.beams(), slots, tokens));
    }
  }

  /** Limits the work of one request to that of a few long prompts. */
  private static void checkCandidates(GenerationRequest request, int maxPositions)
      throws GroundingException {
    int longest =
        request.candidates().stream().mapToInt(candidate -> candidate.length).max().orElse(0);
    if (request.candidates().stream().anyMatch(candidate -> candidate.length == 0)) {
      throw new GroundingException(
          GroundingErrorCode.CANDIDATES_INVALID,
          "candidate of 0 tokens (expected: at least one token)");
    }
    // The last token has no position, since the model never reads it.
    if (request.promptIds().length - 1 + (long) longest > maxPositions) {
      throw new GroundingException(
          GroundingErrorCode.PROMPT_TOO_LONG,
          "prompt of %d tokens and candidate of %d (expected: together <= %d, one more than the model's positions)"
              .formatted(request.promptIds().length, longest, maxPositions + 1));
    }
    if (request.candidateTokens() > maxPositions) {
      throw new GroundingException(
          GroundingErrorCode.CANDIDATES_INVALID,
          "candidates of %d tokens (expected: together <= %d, the model's positions)"
              .formatted(request.candidateTokens(), maxPositions));
    }
  }

  /** Ends the engine at once; unanswered requests fail. */
  @Override
  public void close() {
    close(Duration.ZERO);
  }

  /**
   * Ends the engine and frees the device's memory. New requests are rejected at once; requests that
   * are not answered within {@code drain} fail. Waits at most {@code drain} plus 60 s for the
   * running call into the model to return; after that, its thread is abandoned.
   */
  public void close(Duration drain) {
    drainUntil = System.nanoTime() + drain.toNanos();
    closing = true;
    queue.close();
    boolean interrupted = false;
    long patience = System.nanoTime() + drain.toNanos() + LAST_CALL.toNanos();
    while (thread.isAlive() && thread != Thread.currentThread()) {
      long left = patience - System.nanoTime();
      if (left <= 0) {
        LOG.error(
            "A call into the model has not returned for {} s; its thread is abandoned",
            LAST_CALL.toSeconds());
        break;
      }
      try {
        TimeUnit.NANOSECONDS.timedJoin(thread, left);
      } catch (InterruptedException e) {
        interrupted = true;
        // An interrupt ends the wait for running requests.
        drainUntil = System.nanoTime();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Records the approximate device memory of the model, in bytes, in the statistics. */
  public void holds(long bytes) {
    statistics.set(EngineLevel.DEVICE_MEMORY_BYTES, bytes);
  }

  /** Returns the engine's statistics, summed over all callers. */
  public EngineStatistics statistics() {
    return statistics;
  }

  /** Returns whether requests are accepted: false once the engine is closed or has died. */
  public boolean isRunning() {
    return !closing && death == null && thread.isAlive();
  }

  /**
   * Checks that requests are accepted.
   *
   * @throws EngineStoppedException if the engine is closed or has died
   */
  public void checkRunning() {
    if (!isRunning()) {
      throw stopped();
    }
  }

  private EngineStoppedException stopped() {
    Throwable reason = death;
    if (reason != null && Failures.isDeviceError(reason)) {
      return new DeviceLostException(
          "The device is lost to this process: " + Failures.reason(reason), reason);
    }
    return new EngineStoppedException(
        death == null ? "The engine is closed" : "The engine has died: " + death, death);
  }

  private void run() {
    Network network;
    Batch batch;
    try {
      network = load();
      maxSlots = slots(network);
      batch =
          new Batch(
              network, queue, maxSlots, statistics, startTimes, System::nanoTime, this::mustEnd);
    } catch (Throwable e) {
      death = e;
      queue.close();
      loaded.completeExceptionally(e);
      return;
    }
    try (network;
        batch) {
      loaded.complete(network);
      while (goesOn(batch)) {
        queue.expire();
        if (batch.isIdle() && queue.isEmpty()) {
          waitForWork();
        } else {
          batch.step();
        }
        statistics.set(EngineLevel.SLOTS_IN_USE, batch.active());
        statistics.set(EngineLevel.SLOTS, batch.slotLimit());
        // A thread that submits a request may note the depth late, and one that cancels does not.
        statistics.set(EngineLevel.QUEUE_DEPTH, queue.size());
      }
    } catch (InterruptedException e) {
      LOG.debug("The engine's thread was interrupted and ends");
    } catch (Throwable e) {
      LOG.error("The engine's thread has died", e);
      death = e;
    } finally {
      // Closed before the queue is drained, so that no request enters it afterwards.
      closing = true;
      queue.close();
      batch.failAll(stopped());
      for (Sequence sequence : queue.drain()) {
        if (sequence.answer().completeExceptionally(stopped())) {
          statistics.count(EngineCounter.FAILED);
        }
      }
    }
  }

  private boolean goesOn(Batch batch) {
    if (!closing) {
      return true;
    }
    boolean hasWork = !(batch.isIdle() && queue.isEmpty());
    return hasWork && !mustEnd();
  }

  /** Returns whether the engine is closed, and the time to answer requests is over. */
  private boolean mustEnd() {
    return closing && System.nanoTime() - drainUntil >= 0;
  }

  private Network load() throws CheckpointException, DeviceException {
    NetworkLoader taken = Objects.requireNonNull(loader);
    loader = null;
    return taken.load();
  }

  /** Returns the number of slots, by default as many as are of use on any device. */
  private int slots(Network network) throws InterruptedException {
    int maxSize = options.maxBatchSize() > 0 ? options.maxBatchSize() : DEFAULT_BATCH_SIZE;
    if (!options.warmUp()) {
      return maxSize;
    }
    boolean warm = false;
    try {
      int slots = WarmUp.run(network, maxSize, startTimes, System::nanoTime);
      warm = true;
      return slots;
    } finally {
      if (!warm) {
        network.close();
      }
    }
  }

  private void waitForWork() throws InterruptedException {
    long begin = System.nanoTime();
    queue.await(IDLE_NANOS);
    statistics.add(EngineCounter.IDLE_NANOS, System.nanoTime() - begin);
  }
}
