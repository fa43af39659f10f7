package io.groundstream.operators.grounding;

import io.groundstream.operators.concurrent.DaemonThreads;
import io.groundstream.operators.concurrent.SharedResources;
import io.groundstream.operators.output.ModelIdentity;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What all subtasks of a job share in a process: the cache of images, the permits to decode, and
 * threads. Some threads decode records and images and send requests to the model, one turns answers
 * into records: the former may wait for a place in the model's queue, which must not delay what is
 * finished.
 *
 * <p>The capacity of the operators bounds what waits for a thread. The threads end when the last
 * subtask closes its lease. Thread-safe.
 */
final class GroundingResources {
  private static final SharedResources<Sharing, GroundingResources, RuntimeException> SHARED =
      new SharedResources<>(GroundingResources::new, GroundingResources::stop);

  /** What subtasks must have in common to share: how images are prepared, and what for. */
  private record Sharing(
      int threads, ModelSettings model, ModelIdentity identity, GroundingSettings settings) {}

  private final ImageCache images;
  private final DecodePermits permits;
  private final Retries retries;
  private final ExecutorService preparation;
  private final ExecutorService completion;

  private GroundingResources(Sharing sharing) {
    GroundingSettings settings = sharing.settings();
    this.images = new ImageCache(settings.reuseWindow(), settings.reuseMemory(), System::nanoTime);
    this.preparation =
        Executors.newFixedThreadPool(
            sharing.threads(), DaemonThreads.named("grounding-preparation"));
    this.retries = new Retries(preparation);
    this.permits =
        new DecodePermits(
            settings.decodingMemory(),
            sharing.threads(),
            sharing.model().maxImagePixels(),
            settings.modelAttempts(),
            retries);
    this.completion =
        Executors.newSingleThreadExecutor(DaemonThreads.named("grounding-completion"));
  }

  /**
   * Returns a lease of what the job shares in this process.
   *
   * @param threads how many preparation threads
   */
  static SharedResources.Lease<GroundingResources> acquire(
      int threads, ModelSettings model, ModelIdentity identity, GroundingSettings settings) {
    return SHARED.acquire(new Sharing(threads, model, identity, settings));
  }

  ImageCache images() {
    return images;
  }

  DecodePermits permits() {
    return permits;
  }

  Retries retries() {
    return retries;
  }

  Executor preparation() {
    return preparation;
  }

  Executor completion() {
    return completion;
  }

  private void stop() {
    preparation.shutdownNow();
    completion.shutdownNow();
  }
}
