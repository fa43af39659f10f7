package io.groundstream.console.demo;

import io.groundstream.console.embedded.LocalFlink;
import io.groundstream.console.embedded.LocalKafka;
import io.groundstream.console.embedded.LocalOpenSearch;
import io.groundstream.console.embedded.LocalRegistry;
import io.groundstream.jobs.cli.LocalServiceException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Broker, registry, Flink and, if it is wanted, a search node, started at the same time and stopped
 * in the right order, also if only some of them have started. For one thread.
 */
final class DemoServices implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DemoServices.class);
  private static final long START_PATIENCE_SECONDS = 60;

  private final ExecutorService starters = Executors.newFixedThreadPool(4);
  private final Future<LocalKafka> kafka;
  private final Future<LocalRegistry> registry;
  private final Future<LocalFlink> flink;

  /** Null in a demo without a search index. */
  private final @Nullable Future<LocalOpenSearch> search;

  /** Begins to start all of them; {@link #await} reports whether they did. */
  DemoServices(DemoOptions options, Path data, Path logs) {
    kafka = starting(() -> LocalKafka.start(data.resolve("kafka"), options.kafkaPort()));
    registry =
        starting(() -> LocalRegistry.start(options.registryHome(), logs, options.registryPort()));
    flink =
        starting(
            () ->
                LocalFlink.start(
                    data.resolve("flink"),
                    DemoTopics.PARTITIONS + (options.searchHome() == null ? 0 : 1),
                    options.flinkPort()));
    Path searchHome = options.searchHome();
    search =
        searchHome == null
            ? null
            : starting(
                () ->
                    LocalOpenSearch.start(
                        searchHome, data.resolve("opensearch"), options.searchPort()));
    starters.shutdown();
  }

  private <T> Future<T> starting(Callable<T> start) {
    return starters.submit(start);
  }

  /** Waits until all of them run. */
  void await() throws LocalServiceException, InterruptedException {
    get(kafka);
    get(registry);
    get(flink);
    LocalOpenSearch ignored = search();
  }

  LocalKafka kafka() throws LocalServiceException, InterruptedException {
    return get(kafka);
  }

  LocalRegistry registry() throws LocalServiceException, InterruptedException {
    return get(registry);
  }

  LocalFlink flink() throws LocalServiceException, InterruptedException {
    return get(flink);
  }

  /** Returns the search node, or null in a demo without one. */
  @Nullable LocalOpenSearch search() throws LocalServiceException, InterruptedException {
    return search == null ? null : get(search);
  }

  /** Throws if one of them has failed since it started. */
  void check() throws DemoException, LocalServiceException, InterruptedException {
    String failure = kafka().failure().toCompletableFuture().getNow("");
    if (!failure.isEmpty()) {
      throw new DemoException(failure);
    }
    if (!registry().process().isAlive()) {
      throw new DemoException("The schema registry ended by itself; see its log");
    }
    LocalOpenSearch node = search();
    if (node != null && !node.process().isAlive()) {
      throw new DemoException("OpenSearch ended by itself");
    }
  }

  private static <T> T get(Future<T> service) throws LocalServiceException, InterruptedException {
    try {
      return service.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LocalServiceException failure) {
        throw failure;
      }
      throw new IllegalStateException("a service did not start", e);
    }
  }

  /**
   * Stops all services, also those that are still starting: Flink first, because its job needs the
   * others to end cleanly.
   */
  @Override
  public void close() {
    // The thread may have been interrupted to get here, and closing takes waiting.
    boolean interrupted = Thread.interrupted();
    try {
      // Not interrupted: a service that is half started would be left behind.
      if (!starters.awaitTermination(START_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("A service is still starting and will end with the process");
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    stop(flink);
    if (search != null) {
      stop(search);
    }
    stop(registry);
    stop(kafka);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void stop(Future<? extends AutoCloseable> service) {
    AutoCloseable started = startedOrNull(service);
    if (started == null) {
      return;
    }
    try {
      started.close();
    } catch (Exception e) {
      // The process is about to end anyway; the log has the reason.
      LOG.warn("A service did not stop cleanly", e);
    }
  }

  private static @Nullable AutoCloseable startedOrNull(Future<? extends AutoCloseable> service) {
    if (!service.isDone()) {
      return null;
    }
    try {
      return service.get();
    } catch (ExecutionException | InterruptedException e) {
      return null;
    }
  }
}
