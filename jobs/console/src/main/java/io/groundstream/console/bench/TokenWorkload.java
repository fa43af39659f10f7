package io.groundstream.console.bench;

import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.Kosmos2Options;
import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import io.groundstream.kosmos2.engine.Admission;
import io.groundstream.kosmos2.engine.EngineOptions;
import io.groundstream.kosmos2.engine.EngineStatistics;
import io.groundstream.kosmos2.engine.GenerationEngine;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.engine.GenerationRequest;
import io.groundstream.kosmos2.engine.MemoryPlan;
import io.groundstream.kosmos2.program.DeviceException;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.Kosmos2Program;
import io.groundstream.kosmos2.program.LoadProgress;
import io.groundstream.kosmos2.program.TorchRuntime;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** Random prompts of one length and answers of forced lengths, for models with random weights. */
public final class TokenWorkload implements Workload {
  private static final int IMAGE_AT = 2;

  /**
   * Prompts draw tokens from this range, which holds no tags or location tokens in real
   * vocabularies.
   */
  private static final int FIRST_ID = 70;

  private static final int LAST_ID = 1000;

  private final Kosmos2Config config;
  private final DeviceSpec device;
  private final GenerationEngine engine;
  private final Images images;
  private final int promptTokens;
  private final int[] newTokens;

  private TokenWorkload(
      Kosmos2Config config,
      DeviceSpec device,
      GenerationEngine engine,
      Images images,
      int promptTokens,
      int[] newTokens) {
    this.config = config;
    this.device = device;
    this.engine = engine;
    this.images = images;
    this.promptTokens = promptTokens;
    this.newTokens = newTokens;
  }

  /**
   * Loads the network.
   *
   * @param files images; empty for noise
   * @param newTokens the number of tokens of each answer
   * @throws IllegalArgumentException if the prompt is too short for an image, or too long
   */
  public static TokenWorkload load(
      Kosmos2Options options,
      LoadProgress progress,
      List<Path> files,
      int promptTokens,
      int[] newTokens)
      throws CheckpointException, DeviceException, InterruptedException {
    Checkpoint checkpoint = Checkpoint.openNetwork(options.checkpoint(), options.adapter());
    int least = IMAGE_AT + checkpoint.config().latentQueryCount();
    if (promptTokens < least) {
      throw new IllegalArgumentException(
          "prompt-tokens: " + promptTokens + " (expected: >= " + least + ", including the image)");
    }
    DeviceSpec device = TorchRuntime.resolve(options.device());
    MemoryPlan memory = MemoryPlan.of(checkpoint, device, options.precision().resolve(device));
    EngineOptions engineOptions = memory.fit(options.engine(), device);
    GenerationEngine engine =
        GenerationEngine.start(
            () ->
                Kosmos2Program.load(
                    checkpoint, device, options.precision(), options.threads(), progress),
            engineOptions,
            "bench-engine");
    engine.holds(memory.bytes(engineOptions.maxBatchSize()));
    return new TokenWorkload(
        checkpoint.config(),
        device,
        engine,
        files.isEmpty()
            ? Images.noise(checkpoint.imageProcessing())
            : Images.of(files, checkpoint.imageProcessing(), options.imageOptions()),
        promptTokens,
        newTokens);
  }

  @Override
  public Kosmos2Config config() {
    return config;
  }

  @Override
  public String device() {
    return device.toString();
  }

  @Override
  public CompletableFuture<Integer> submit(int number)
      throws InterruptedException, GroundingException {
    SplittableRandom random = new SplittableRandom(number);
    int end = Math.min(config.text().vocabSize(), LAST_ID);
    int[] prompt = new int[promptTokens];
    prompt[0] = config.text().bosTokenId();
    for (int i = 1; i < promptTokens; i++) {
      prompt[i] = random.nextInt(Math.min(FIRST_ID, end - 1), end);
    }
    int length = newTokens[number % newTokens.length];
    return engine
        .submit(
            new GenerationRequest(
                prompt,
                IMAGE_AT,
                images.prepare(number).levels(),
                new GenerationOptions(length, 0),
                Admission.ORDINARY,
                true))
        .thenApply(generation -> promptTokens);
  }

  @Override
  public EngineStatistics statistics() {
    return engine.statistics();
  }

  @Override
  public long preparationNanos() {
    return images.nanos();
  }

  @Override
  public long textNanos() {
    return 0;
  }

  @Override
  public void close() {
    engine.close();
  }
}
