package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.it.FaultyDeployment.Release;
import io.groundstream.kosmos2.Kosmos2;
import io.groundstream.kosmos2.Kosmos2Options;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.Precision;
import io.groundstream.operators.grounding.GroundingOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Creates other models and jars with which a job can continue from a savepoint, on first use. */
final class OtherReleases {
  private final Path folder;
  private final Release first;
  private @Nullable Path checkpoint;
  private @Nullable Path jar;

  OtherReleases(Path folder, Release first) {
    this.folder = folder.toAbsolutePath();
    this.first = first;
  }

  /**
   * Returns the release with the other one of two models.
   *
   * @param events receive the answers of that model when it is alone and undisturbed
   */
  Release withOtherModel(Release now, ClusterEvents events) throws Exception {
    if (checkpoint == null) {
      checkpoint = OtherCheckpoint.create(first.checkpoint(), folder.resolve("other-checkpoint"));
      Kosmos2Options options =
          Kosmos2Options.builder(checkpoint)
              .optDevice(DeviceSpec.CPU)
              .optPrecision(Precision.FLOAT32)
              .build();
      try (Kosmos2 model = Kosmos2.load(options, (loaded, total) -> {})) {
        ReferenceAnswers answers =
            ReferenceAnswers.of(
                model,
                ClusterEvents.QUESTIONS,
                // As the job's defaults.
                new GenerationOptions(
                    GroundingOptions.MAX_NEW_TOKENS.defaultValue(),
                    GenerationOptions.AS_IN_CHECKPOINT));
        assertThat(answers.differencesFrom(ReferenceAnswers.read())).isPositive();
        events.expectOf(model.revision(), answers);
      }
    }
    boolean isFirst = now.checkpoint().equals(first.checkpoint());
    return new Release(now.jar(), isFirst ? checkpoint : first.checkpoint(), now.parallelism());
  }

  /** Returns the release with the other one of two jars, which write different schemas. */
  Release withOtherSchema(Release now) throws Exception {
    if (jar == null) {
      jar =
          NewerRelease.make(first.jar(), Files.createDirectories(folder.resolve("newer-release")));
    }
    boolean isFirst = now.jar().equals(first.jar());
    return new Release(isFirst ? jar : first.jar(), now.checkpoint(), now.parallelism());
  }
}
