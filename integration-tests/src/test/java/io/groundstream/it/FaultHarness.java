package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.it.FaultyDeployment.Release;
import io.groundstream.it.FaultyModels.Mischief;
import io.groundstream.it.KafkaProxy.CommitCut;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Injects faults into a {@link FaultyDeployment} while events arrive. After each fault, every event
 * so far must be answered exactly once, with the answers of the undisturbed model. A seed
 * determines all random choices, but not the timing of the processes. Not thread-safe.
 */
final class FaultHarness implements AutoCloseable {
  private static final Duration PATIENCE = FaultyDeployment.PATIENCE;
  private static final Duration BETWEEN_EVENTS = Duration.ofMillis(200);

  /** The number of attempts to hit a moment, which may have passed when the signal arrives. */
  private static final int LOOKS = 4;

  private static final int IN_A_ROW = 3;

  /** Several times as many events as two subtasks process and the model's queue holds. */
  private static final int BURST = 160;

  private static final int MOST_PARALLELISM = 3;

  /** The number of checkpoints that must complete while no inference does. */
  private static final int CHECKPOINTS_MEANWHILE = 2;

  private final Random random;
  private final FaultyDeployment deployment;
  private final OtherReleases others;
  private final JobTopics topics;
  private final ClusterEvents events;

  /**
   * The result of one fault.
   *
   * @param kills the number of killed processes
   * @param recoveryMillis the time from the fault until an event that was published after it was
   *     answered
   * @param events the number of events so far
   */
  record Trial(Fault fault, int kills, long recoveryMillis, int lost, int doubled, int events) {}

  private FaultHarness(Path folder, FaultyDeployment deployment, long seed) throws Exception {
    this.random = new Random(seed);
    this.deployment = deployment;
    this.topics = deployment.topics();
    this.events = new ClusterEvents(topics, deployment.host());
    this.others = new OtherReleases(folder, deployment.release());
  }

  /**
   * Starts all processes and the job.
   *
   * @param folder for everything except logs
   * @param logs for the processes' logs; those of an earlier run are removed
   * @param brokers one or three
   */
  static FaultHarness start(Path folder, Path logs, long seed, int brokers) throws Exception {
    FaultyDeployment deployment = FaultyDeployment.start(folder, logs, brokers);
    try {
      return new FaultHarness(folder, deployment, seed);
    } catch (Throwable e) {
      deployment.close();
      throw e;
    }
  }

  /** Publishes events without a fault, waits for their answers, and checks them. */
  void runUndisturbed(int count) throws Exception {
    events.publish(count);
    topics.readUntil(PATIENCE, events::areAnswered);
    events.verify();
  }

  /** Injects a fault, waits for the recovery, and checks all results so far. */
  Trial inject(Fault fault) throws Exception {
    try {
      // Faults that wait for a certain moment report it themselves.
      long[] began = {0};
      int kills = disturb(fault, () -> began[0] = System.nanoTime());
      mend();
      events.publish(6 + random.nextInt(12));
      topics.readUntil(PATIENCE, events::areAnswered);
      long recovery = Duration.ofNanos(System.nanoTime() - began[0]).toMillis();
      topics.readWhatElseComes();
      ClusterEvents.Balance balance = events.balance();
      Trial trial =
          new Trial(fault, kills, recovery, balance.lost(), balance.doubled(), events.published());
      events.verify();
      if (fault == Fault.SAVEPOINT_OTHER_SCHEMA) {
        NewerRelease.checkRecords(
            topics,
            deployment.brokers().bootstrapServers(),
            deployment.registryUrl(),
            topics.images.size());
      }
      return trial;
    } catch (Throwable e) {
      e.addSuppressed(new AssertionError(fault + "\n" + deployment));
      throw e;
    }
  }

  /**
   * Causes the fault.
   *
   * @param begins is run when the fault begins
   * @return the number of killed processes
   */
  private int disturb(Fault fault, Runnable begins) throws Exception {
    switch (fault) {
      case TASK_MANAGER -> {
        passTime();
        begins.run();
        deployment.kill(deployment.busyWorker());
        return 1;
      }
      case TASK_MANAGER_IN_CHECKPOINT -> {
        events.publish(3 + random.nextInt(6));
        killInCheckpoint(begins);
        return 1;
      }
      case TASK_MANAGER_BEFORE_COMMIT -> {
        killBeforeCommit(begins);
        return 1;
      }
      case TASK_MANAGERS_IN_A_ROW -> {
        for (int kill = 0; kill < IN_A_ROW; kill++) {
          passTime();
          begins.run();
          List<FlinkProcess> workers = deployment.workers();
          deployment.kill(
              kill == 0 ? deployment.busyWorker() : workers.get(random.nextInt(workers.size())));
        }
        return IN_A_ROW;
      }
      case JOB_MANAGER -> {
        passTime();
        begins.run();
        deployment.cluster().killJobManager();
        Thread.sleep(random.nextInt(1000));
        deployment.restartJobManager();
        return 1;
      }
      case BROKER -> {
        passTime();
        killBroker(begins, () -> {});
        return 1;
      }
      case BROKER_AND_TASK_MANAGER -> {
        FlinkProcess worker = deployment.busyWorker();
        passTime();
        killBroker(begins, () -> deployment.kill(worker));
        return 2;
      }
      case CONNECTION_CUT -> {
        passTime();
        begins.run();
        deployment.brokers().proxies().forEach(KafkaProxy::cut);
        Thread.sleep(500 + random.nextInt(6000));
        return 0;
      }
      case CONNECTION_CUT_IN_COMMIT -> {
        cutInCommit(begins);
        return 0;
      }
      case CONNECTION_SLOW -> {
        begins.run();
        Duration delay = Duration.ofMillis(50 + random.nextInt(300));
        deployment.brokers().proxies().forEach(proxy -> proxy.slow(delay));
        for (int i = 0; i < 4; i++) {
          passTime();
        }
        return 0;
      }
      case INFERENCE_FAILS -> {
        begins.run();
        if (random.nextBoolean()) {
          failUntilThereAreLetters(Mischief.FAIL, "inference-failed");
        } else {
          failUntilThereAreLetters(Mischief.THROW, "internal-error");
        }
        return 0;
      }
      case INFERENCE_HANGS -> {
        return hang(begins);
      }
      case INFERENCE_OUT_OF_MEMORY -> {
        begins.run();
        if (random.nextBoolean()) {
          failUntilThereAreLetters(Mischief.DEVICE_OUT_OF_MEMORY, "out-of-memory");
        } else {
          deployment.behave(Mischief.PROCESS_OUT_OF_MEMORY);
          events.publish(2);
          Eventually.holds(
              PATIENCE, "a restart of the job", () -> !deployment.state().equals("RUNNING"));
        }
        return 0;
      }
      case QUEUE_FULL -> {
        events.publish(BURST);
        Thread.sleep(random.nextInt(1500));
        killInCheckpoint(begins);
        return 1;
      }
      case SAVEPOINT_RESCALED -> {
        Release now = deployment.release();
        int shift = 1 + random.nextInt(MOST_PARALLELISM - 1);
        goOnWith(
            new Release(
                now.jar(),
                now.checkpoint(),
                1 + (now.parallelism() - 1 + shift) % MOST_PARALLELISM),
            begins);
        return 0;
      }
      case SAVEPOINT_OTHER_MODEL -> {
        goOnWith(others.withOtherModel(deployment.release(), events), begins);
        return 0;
      }
      case SAVEPOINT_OTHER_SCHEMA -> {
        goOnWith(others.withOtherSchema(deployment.release()), begins);
        return 0;
      }
    }
    throw new IllegalStateException(fault.name());
  }

  /** Reverts everything that does not recover by itself. */
  private void mend() throws IOException {
    deployment.brokers().proxies().forEach(KafkaProxy::mend);
    deployment.behave(Mischief.NONE);
    events.tolerateNothing();
  }

  /** Waits for some time while events arrive. */
  private void passTime() throws Exception {
    int pauses = 1 + random.nextInt(12);
    for (int i = 0; i < pauses; i++) {
      events.publish(1 + random.nextInt(2));
      Thread.sleep(random.nextInt(200));
    }
  }

  private void killInCheckpoint(Runnable begins) throws Exception {
    FlinkProcess worker = deployment.busyWorker();
    Eventually.holds(
        PATIENCE, "a checkpoint under way", () -> Checkpoints.isUnderWay(deployment.checkpoints()));
    begins.run();
    deployment.kill(worker);
  }

  private void killBeforeCommit(Runnable begins) throws Exception {
    FlinkProcess worker = deployment.busyWorker();
    Eventually.holds(
        PATIENCE,
        "a transaction between checkpoint and commit",
        () -> {
          events.publish(1);
          // Without the freeze, the moment would have passed when the signal arrives.
          worker.freeze();
          for (int look = 0; look < LOOKS; look++) {
            if (Checkpoints.isCompleteButUncommitted(
                deployment.checkpoints(), deployment.transactions())) {
              return true;
            }
          }
          worker.thaw();
          return false;
        });
    begins.run();
    deployment.kill(worker);
  }

  private interface Step {
    void run() throws Exception;
  }

  private void killBroker(Runnable begins, Step beside) throws Exception {
    Brokers brokers = deployment.brokers();
    // Only one of three may be down at a time.
    brokers.awaitInSync();
    int broker = random.nextInt(brokers.count());
    begins.run();
    brokers.kill(broker);
    beside.run();
    Thread.sleep(random.nextInt(3000));
    brokers.restart(broker);
  }

  private void cutInCommit(Runnable begins) throws Exception {
    CommitCut when = random.nextBoolean() ? CommitCut.BEFORE_BROKER : CommitCut.BEFORE_ANSWER;
    List<KafkaProxy> proxies = deployment.brokers().proxies();
    proxies.forEach(proxy -> proxy.cutAtCommit(when));
    Eventually.holds(
        PATIENCE,
        "a commit to cut off",
        () -> {
          events.publish(1);
          for (KafkaProxy proxy : proxies) {
            if (proxy.awaitCommitCut(BETWEEN_EVENTS)) {
              return true;
            }
          }
          return false;
        });
    begins.run();
    Thread.sleep(random.nextInt(4000));
  }

  private void failUntilThereAreLetters(Mischief mischief, String code) throws Exception {
    topics.readUntil(PATIENCE, events::areAnswered);
    long before = letters(code);
    events.tolerate(Set.of(code));
    deployment.behave(mischief);
    passTime();
    events.publish(3);
    topics.readUntil(PATIENCE, () -> letters(code) > before);
  }

  private long letters(String code) {
    return topics.deadLetters.stream().filter(letter -> letter.getCode().equals(code)).count();
  }

  /** Blocks all inference, while checkpoints continue. */
  private int hang(Runnable begins) throws Exception {
    begins.run();
    deployment.behave(Mischief.HANG);
    passTime();
    long before = Checkpoints.lastComplete(deployment.checkpoints());
    Eventually.holds(
        PATIENCE,
        "checkpoints while nothing is answered",
        () -> Checkpoints.lastComplete(deployment.checkpoints()) >= before + CHECKPOINTS_MEANWHILE);
    if (random.nextBoolean()) {
      return 0;
    }
    deployment.kill(deployment.busyWorker());
    return 1;
  }

  private void goOnWith(Release next, Runnable begins) throws Exception {
    assertThat(next).isNotEqualTo(deployment.release());
    Callable<Void> meanwhile =
        () -> {
          events.publish(1 + random.nextInt(2));
          return null;
        };
    begins.run();
    deployment.goOnWith(next, meanwhile);
  }

  @Override
  public void close() throws Exception {
    deployment.close();
  }
}
