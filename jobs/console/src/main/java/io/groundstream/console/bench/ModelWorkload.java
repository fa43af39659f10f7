package io.groundstream.console.bench;

import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.Kosmos2;
import io.groundstream.kosmos2.Kosmos2Options;
import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import io.groundstream.kosmos2.engine.EngineStatistics;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.program.DeviceException;
import io.groundstream.kosmos2.program.LoadProgress;
import io.groundstream.kosmos2.text.Task;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Grounded captions that end where the model ends them, including all work around the model. */
public final class ModelWorkload implements Workload {
  private final Kosmos2 model;
  private final Kosmos2Config config;
  private final Images images;
  private final GenerationOptions generation;

  private ModelWorkload(
      Kosmos2 model, Kosmos2Config config, Images images, GenerationOptions generation) {
    this.model = model;
    this.config = config;
    this.images = images;
    this.generation = generation;
  }

  /**
   * Loads the model.
   *
   * @param files images; empty for noise
   * @param mostNewTokens the maximum number of tokens of an answer
   */
  public static ModelWorkload load(
      Kosmos2Options options, LoadProgress progress, List<Path> files, int mostNewTokens)
      throws CheckpointException, DeviceException, InterruptedException {
    Checkpoint checkpoint = options.openCheckpoint();
    return new ModelWorkload(
        Kosmos2.load(options, progress),
        checkpoint.config(),
        files.isEmpty()
            ? Images.noise(checkpoint.imageProcessing())
            : Images.of(files, checkpoint.imageProcessing(), options.imageOptions()),
        new GenerationOptions(mostNewTokens, 0));
  }

  @Override
  public Kosmos2Config config() {
    return config;
  }

  @Override
  public String device() {
    return model.device();
  }

  @Override
  public CompletableFuture<Integer> submit(int number)
      throws InterruptedException, GroundingException {
    return model
        .ground(
            new GroundingRequest(
                Task.GROUNDED_CAPTION, null, List.of(), images.prepare(number), generation))
        .thenApply(answer -> answer.prompt().ids().length);
  }

  @Override
  public EngineStatistics statistics() {
    return model.statistics();
  }

  @Override
  public long preparationNanos() {
    return images.nanos();
  }

  @Override
  public long textNanos() {
    return model.textNanos();
  }

  @Override
  public void close() {
    model.close();
  }
}
