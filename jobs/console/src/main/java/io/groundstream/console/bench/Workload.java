package io.groundstream.console.bench;

import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import io.groundstream.kosmos2.engine.EngineStatistics;
import java.util.concurrent.CompletableFuture;

/** The requests that a measurement sends to a model. Thread-safe. */
public interface Workload extends AutoCloseable {
  /** Returns the shape of the network. */
  Kosmos2Config config();

  /** Returns the device on which the network runs. */
  String device();

  /**
   * Makes and submits the request with a number, waiting while the model's queue is full.
   *
   * @return completes with the number of prompt tokens, or exceptionally if the request failed
   */
  CompletableFuture<Integer> submit(int number) throws InterruptedException, GroundingException;

  /** Returns the engine's counts so far. */
  EngineStatistics statistics();

  /** Returns the time spent so far on preparing images, in nanoseconds, summed over threads. */
  long preparationNanos();

  /** Returns the time spent so far on tokenising and parsing, in nanoseconds. */
  long textNanos();

  /** Closes the model. */
  @Override
  void close();
}
