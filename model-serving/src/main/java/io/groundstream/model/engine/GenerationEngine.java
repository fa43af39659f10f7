package io.groundstream.model.engine;

import io.groundstream.model.GroundingErrorCode;
import io.groundstream.model.GroundingException;
import io.groundstream.model.checkpoint.CheckpointException;
import io.groundstream.model.program.DeviceException;
import io.groundstream.model.program.Kosmos2Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Generates many sequences at once on one device. Requests from any number of callers wait in a
 * bounded queue; one thread owns the network, admits what waits into free slots before every step,
 * and answers a sequence as soon as it is finished.
 *
 * <p>A request that the model fails on fails alone: when a batch fails, each of its sequences is
 * generated again by itself, and only those that fail again are answered with an error. A model
 * that then cannot do the simplest thing any more, such as one on a device that is lost, ends the
 * engine instead.
 *
 * <p>Thread-safe. Answers are completed on the engine's thread, so callers should hang only the
 * lightest of work on them.
 */
public final class GenerationEngine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GenerationEngine.class);
  private static final long IDLE_POLL_MILLIS = 200;

  /** Loads the network; called once, on the thread that will own it. */
  @FunctionalInterface
  public interface ProgramLoader {
    Kosmos2Program load() throws CheckpointException, DeviceException;
  }

  private final EngineOptions options;
  private final EngineStatistics statistics = new EngineStatistics();
  private final EngineListeners listeners = new EngineListeners();
  private final BlockingQueue<Sequence> queue;
  private final CompletableFuture<Kosmos2Program> loaded = new CompletableFuture<>();
  private final Thread thread;

  /** Until it is called: it may keep its caller's class loader alive, which the thread must not. */
  private @Nullable ProgramLoader loader;

  /** Whether the engine ends or has ended. */
  private volatile boolean closing;

  private volatile @Nullable Throwable death;

  private GenerationEngine(ProgramLoader loader, EngineOptions options, String name) {
    this.options = options;
    this.queue = new ArrayBlockingQueue<>(options.queueCapacity());
    this.loader = loader;
    listeners.add(statistics);
    this.thread = ModelThreads.create(this::run, name);
  }

  /**
   * Starts an engine and waits until its network is loaded. An interrupt ends the loading, too.
   *
   * @throws CheckpointException if the network cannot be loaded
   * @throws DeviceException if there is no such device
   */
  public static GenerationEngine start(ProgramLoader loader, EngineOptions options, String name)
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
      throw new EngineStoppedException("The network could not be loaded", e.getCause());
    } catch (InterruptedException e) {
      engine.thread.interrupt();
      engine.close();
      throw e;
    }
  }

  /**
   * Queues a request, waiting while the queue is full.
   *
   * @return completes with the generation; exceptionally with {@link GroundingException} if the
   *     model failed on this request, with {@link EngineStoppedException} if the engine ended first
   * @throws EngineStoppedException if the engine takes no requests any more
   */
  public CompletableFuture<Generation> submit(GenerationRequest request)
      throws InterruptedException, GroundingException {
    request.options().check();
    Kosmos2Program program = loaded.join();
    int most = program.config().text().maxPositions();
    int wanted = request.promptIds().length + request.options().maxNewTokens();
    if (wanted > most || wanted < 0) {
      throw new GroundingException(
          GroundingErrorCode.PROMPT_TOO_LONG,
          "prompt of %d tokens and max-new-tokens of %d (expected: together <= %d, the model's positions)"
              .formatted(request.promptIds().length, request.options().maxNewTokens(), most));
    }
    Sequence sequence = new Sequence(request, program.config().text().eosTokenId());
    do {
      checkRunning();
    } while (!queue.offer(sequence, IDLE_POLL_MILLIS, TimeUnit.MILLISECONDS));
    listeners.tell(listener -> listener.onQueued(queue.size()));
    // The engine may have emptied the queue for the last time between the check and the offer.
    if (closing) {
      failWaiting();
    }
    return sequence.answer();
  }

  /** Ends the engine: what it has not answered fails, and the device's memory is freed. */
  @Override
  public void close() {
    closing = true;
    boolean interrupted = false;
    while (thread.isAlive() && thread != Thread.currentThread()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Has a listener told of what happens from now on. It keeps its class loader alive. */
  public void addListener(EngineListener listener) {
    listeners.add(listener);
  }

  /** Returns what the engine has done so far. */
  public EngineStatistics.Snapshot statistics() {
    return statistics.snapshot();
  }

  /** Returns whether requests are taken: false once it is closed or has died. */
  public boolean isRunning() {
    return !closing && death == null && thread.isAlive();
  }

  /**
   * Checks that requests are taken.
   *
   * @throws EngineStoppedException if not
   */
  public void checkRunning() {
    if (!isRunning()) {
      throw stopped();
    }
  }

  private EngineStoppedException stopped() {
    return new EngineStoppedException(
        death == null ? "The engine is closed" : "The engine has died: " + death, death);
  }

  private void run() {
    Kosmos2Program program;
    try {
      program = load();
    } catch (Throwable e) {
      death = e;
      loaded.completeExceptionally(e);
      return;
    }
    Batch batch = new Batch(new ProgramNetwork(program), options.maxBatchSize(), listeners);
    try (program) {
      loaded.complete(program);
      while (!closing) {
        admit(batch);
        batch.step();
        listeners.tell(listener -> listener.onSlots(batch.active(), options.maxBatchSize()));
      }
    } catch (InterruptedException e) {
      LOG.debug("The engine's thread was interrupted and ends");
    } catch (Throwable e) {
      LOG.error("The engine's thread dies", e);
      death = e;
    } finally {
      // Before the queue is emptied, so that whoever gets something in later sees it.
      closing = true;
      batch.failAll(stopped());
      failWaiting();
    }
  }

  private Kosmos2Program load() throws CheckpointException, DeviceException {
    ProgramLoader taken = Objects.requireNonNull(loader);
    loader = null;
    return taken.load();
  }

  /** Moves what waits into the batch; waits itself while there is nothing at all to do. */
  private void admit(Batch batch) throws InterruptedException {
    if (batch.isIdle()) {
      long begin = System.nanoTime();
      Sequence first = queue.poll(IDLE_POLL_MILLIS, TimeUnit.MILLISECONDS);
      long waited = System.nanoTime() - begin;
      listeners.tell(listener -> listener.onIdle(waited));
      if (first == null) {
        return;
      }
      batch.enqueue(first);
    }
    List<Sequence> newcomers = new ArrayList<>();
    queue.drainTo(newcomers, batch.room());
    newcomers.forEach(batch::enqueue);
    listeners.tell(listener -> listener.onQueueDepth(queue.size()));
  }

  private void failWaiting() {
    List<Sequence> waiting = new ArrayList<>();
    queue.drainTo(waiting);
    for (Sequence sequence : waiting) {
      sequence.answer().completeExceptionally(stopped());
    }
  }
}
