package io.groundstream.operators.grounding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.operators.concurrent.SharedResources.Lease;
import io.groundstream.operators.output.ModelIdentity;
import io.groundstream.operators.settings.SettingsReader;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class GroundingResourcesTest {
  private static final ModelIdentity MODEL = new ModelIdentity("model", "revision", "float32");

  private final SettingsReader reader = new SettingsReader(Map.of("model.checkpoint", "/nowhere"));
  private final ModelSettings model = ModelSettings.read(reader);
  private final GroundingSettings grounding = GroundingSettings.read(reader);

  private Lease<GroundingResources> acquire() {
    return GroundingResources.acquire(1, model, MODEL, grounding);
  }

  @Test
  void closingTwiceLeavesTheThreadsOfOthersRunning() {
    Lease<GroundingResources> first = acquire();
    try (Lease<GroundingResources> second = acquire()) {
      assertThat(second.get()).isSameAs(first.get());
      first.close();
      first.close();

      assertThat(CompletableFuture.runAsync(() -> {}, second.get().preparation()))
          .succeedsWithin(Duration.ofSeconds(30));
      assertThat(CompletableFuture.runAsync(() -> {}, second.get().completion()))
          .succeedsWithin(Duration.ofSeconds(30));
    }
  }

  @Test
  void theThreadsEndWithTheLastLease() {
    Lease<GroundingResources> first = acquire();
    Lease<GroundingResources> second = acquire();
    GroundingResources resources = first.get();
    first.close();
    second.close();

    assertThatThrownBy(() -> resources.preparation().execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
    try (Lease<GroundingResources> next = acquire()) {
      assertThat(next.get()).isNotSameAs(resources);
    }
  }
}
