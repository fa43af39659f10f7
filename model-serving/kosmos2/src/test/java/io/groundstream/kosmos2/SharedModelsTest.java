package io.groundstream.kosmos2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.engine.EngineStoppedException;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.LoadProgress;
import io.groundstream.kosmos2.text.Task;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.security.Permissions;
import java.security.ProtectionDomain;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

final class SharedModelsTest {
  private static Kosmos2Options options(int batchSize) {
    return Kosmos2Options.builder(Path.of("src/test/resources/checkpoints/random-tiny"))
        .optDevice(DeviceSpec.CPU)
        .optMaxBatchSize(batchSize)
        .build();
  }

  @Test
  void equalOptionsShareOneModelWhichOutlivesARestart() throws Exception {
    SharedModels.Lease first = SharedModels.acquire(options(2), LoadProgress.NONE);
    SharedModels.Lease second = SharedModels.acquire(options(2), LoadProgress.NONE);
    Kosmos2 model = first.model();
    assertThat(second.model()).isSameAs(model);
    first.close();
    second.close();
    second.close();
    assertThat(model.isRunning()).isTrue();
    try (SharedModels.Lease again = SharedModels.acquire(options(2), LoadProgress.NONE)) {
      assertThat(again.model()).isSameAs(model);
    }
  }

  @Test
  void otherOptionsReplaceAnUnusedModel() throws Exception {
    SharedModels.Lease old = SharedModels.acquire(options(3), LoadProgress.NONE);
    Kosmos2 oldModel = old.model();
    try (SharedModels.Lease beside = SharedModels.acquire(options(4), LoadProgress.NONE)) {
      assertThat(oldModel.isRunning()).isTrue();
      assertThat(beside.model()).isNotSameAs(oldModel);
    }
    old.close();
    try (SharedModels.Lease replacement = SharedModels.acquire(options(5), LoadProgress.NONE)) {
      assertThat(oldModel.isRunning()).isFalse();
      assertThat(replacement.model().isRunning()).isTrue();
    }
  }

  /** Users of other leases must get the engine's error instead of an error for each request. */
  @Test
  void aModelThatWasClosedSaysSo() throws Exception {
    Kosmos2 model = Kosmos2.load(options(11), LoadProgress.NONE);
    GroundingRequest request =
        new GroundingRequest(
            Task.PROMPT, "An image of", List.of(), null, new GenerationOptions(4, 0));
    assertThat(model.ground(request).get().generatedIds()).isNotEmpty();
    model.close();
    assertThatThrownBy(() -> model.ground(request)).isInstanceOf(EngineStoppedException.class);
  }

  @Test
  void aModelThatWasClosedIsLoadedAgain() throws Exception {
    try (SharedModels.Lease lease = SharedModels.acquire(options(6), LoadProgress.NONE)) {
      lease.model().close();
    }
    try (SharedModels.Lease lease = SharedModels.acquire(options(6), LoadProgress.NONE)) {
      assertThat(lease.model().isRunning()).isTrue();
    }
  }

  /** A cancelled task must be able to close its lease at once, even while others load models. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void loadingDoesNotBlockOtherCallers() throws Exception {
    CountDownLatch mayLoad = new CountDownLatch(1);
    CountDownLatch loading = new CountDownLatch(1);
    SharedModels.Lease other = SharedModels.acquire(options(7), LoadProgress.NONE);
    FutureTask<Kosmos2> load = new FutureTask<>(() -> acquireAndClose(8, loading, mayLoad));
    Thread loader = new Thread(load);
    loader.start();
    loading.await();
    FutureTask<Kosmos2> sameLoad =
        new FutureTask<>(() -> acquireAndClose(8, loading, new CountDownLatch(0)));
    Thread waiting = new Thread(sameLoad);
    waiting.start();
    Thread cancelled = new Thread(new FutureTask<>(() -> acquireAndClose(8, loading, mayLoad)));
    cancelled.start();

    other.close();
    SharedModels.acquire(options(7), LoadProgress.NONE).close();
    cancelled.interrupt();
    cancelled.join();

    mayLoad.countDown();
    assertThat(sameLoad.get()).isSameAs(load.get());
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void anInterruptedLoadEndsSoonAndAWaitingCallerLoadsAgain() throws Exception {
    CountDownLatch mayLoad = new CountDownLatch(1);
    CountDownLatch loading = new CountDownLatch(1);
    FutureTask<Kosmos2> load = new FutureTask<>(() -> acquireAndClose(9, loading, mayLoad));
    Thread loader = new Thread(load);
    loader.start();
    loading.await();
    FutureTask<Kosmos2> next =
        new FutureTask<>(() -> acquireAndClose(9, loading, new CountDownLatch(0)));
    Thread waiting = new Thread(next);
    waiting.start();

    loader.interrupt();
    mayLoad.countDown();

    assertThatThrownBy(load::get).hasCauseInstanceOf(InterruptedException.class);
    assertThat(next.get().isRunning()).isTrue();
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aFailedLoadFailsForAllWaitingCallers() throws Exception {
    Kosmos2Options nowhere =
        Kosmos2Options.builder(Path.of("src/test/resources/checkpoints/nowhere")).build();
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> SharedModels.acquire(nowhere, LoadProgress.NONE))
          .isInstanceOf(CheckpointException.class);
    }
  }

  /** Acquires a model, pausing at the first progress until {@code mayGoOn}. */
  private static Kosmos2 acquireAndClose(
      int batchSize, CountDownLatch started, CountDownLatch mayGoOn) throws Exception {
    LoadProgress progress =
        (loaded, total) -> {
          started.countDown();
          try {
            mayGoOn.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    try (SharedModels.Lease lease = SharedModels.acquire(options(batchSize), progress)) {
      return lease.model();
    }
  }

  /** A process that runs many jobs, each with its own class loader, must not retain these. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aLoadedModelDoesNotRetainItsCallersClassLoaders() throws Exception {
    // As in any process that runs jobs: the logging framework keeps the context class loader of its
    // first caller.
    LoggerFactory.getLogger(SharedModelsTest.class).info("Logging has begun");
    WeakReference<ClassLoader> job = new WeakReference<>(useFromAnotherClassLoader());
    while (job.get() != null) {
      System.gc();
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private static ClassLoader useFromAnotherClassLoader() throws Exception {
    ClassLoader jobs = new JobClassLoader();
    Class<?> job = jobs.loadClass(JobOfItsOwnClassLoader.class.getName());
    assertThat(job.getClassLoader()).isSameAs(jobs);
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(jobs);
    try {
      ((Callable<?>) job.getConstructor().newInstance()).call();
    } finally {
      thread.setContextClassLoader(before);
    }
    return jobs;
  }

  /** Loads the job's class itself and delegates all others, as Flink does for a job's jar. */
  private static final class JobClassLoader extends ClassLoader {
    JobClassLoader() {
      super(SharedModelsTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (!name.startsWith(JobOfItsOwnClassLoader.class.getName())
          || findLoadedClass(name) != null) {
        return super.loadClass(name, resolve);
      }
      String file = name.replace('.', '/') + ".class";
      try (InputStream in = SharedModelsTest.class.getClassLoader().getResourceAsStream(file)) {
        byte[] bytes = Objects.requireNonNull(in).readAllBytes();
        return defineClass(
            name,
            bytes,
            0,
            bytes.length,
            new ProtectionDomain(null, new Permissions(), this, null));
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  /** The use of a model by a job. */
  public static final class JobOfItsOwnClassLoader implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
      AtomicLong progress = new AtomicLong();
      try (SharedModels.Lease lease =
          SharedModels.acquire(
              Kosmos2Options.builder(Path.of("src/test/resources/checkpoints/random-tiny"))
                  .optMaxBatchSize(10)
                  .build(),
              (loaded, total) -> progress.set(loaded))) {
        GroundingRequest request =
            new GroundingRequest(
                Task.PROMPT, "An image of", List.of(), null, new GenerationOptions(4, 0));
        return lease.model().ground(request).thenApply(a -> a.generatedIds().length).get();
      }
    }
  }
}
