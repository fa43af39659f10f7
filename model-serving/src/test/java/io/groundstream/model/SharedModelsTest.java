package io.groundstream.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.model.program.DeviceSpec;
import io.groundstream.model.program.LoadProgress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

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
  void otherOptionsReplaceAModelThatNobodyUses() throws Exception {
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

  @Test
  void aModelThatWasClosedIsLoadedAgain() throws Exception {
    try (SharedModels.Lease lease = SharedModels.acquire(options(6), LoadProgress.NONE)) {
      lease.model().close();
    }
    try (SharedModels.Lease lease = SharedModels.acquire(options(6), LoadProgress.NONE)) {
      assertThat(lease.model().isRunning()).isTrue();
    }
  }
}
