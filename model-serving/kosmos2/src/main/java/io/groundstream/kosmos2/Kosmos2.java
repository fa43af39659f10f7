package io.groundstream.kosmos2;

import io.groundstream.images.DecoderUnavailableException;
import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageException;
import io.groundstream.images.ImageLimits;
import io.groundstream.images.ImagePreprocessor;
import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.decoding.Constraint;
import io.groundstream.kosmos2.decoding.TokenRules;
import io.groundstream.kosmos2.engine.Admission;
import io.groundstream.kosmos2.engine.EngineOptions;
import io.groundstream.kosmos2.engine.EngineStatistics;
import io.groundstream.kosmos2.engine.EngineStoppedException;
import io.groundstream.kosmos2.engine.Generation;
import io.groundstream.kosmos2.engine.GenerationEngine;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.engine.GenerationRequest;
import io.groundstream.kosmos2.engine.MemoryPlan;
import io.groundstream.kosmos2.engine.ModelThreads;
import io.groundstream.kosmos2.engine.PromptImage;
import io.groundstream.kosmos2.program.DeviceException;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.Kosmos2Program;
import io.groundstream.kosmos2.program.LoadProgress;
import io.groundstream.kosmos2.program.Precision;
import io.groundstream.kosmos2.program.TorchRuntime;
import io.groundstream.kosmos2.text.CandidateScore;
import io.groundstream.kosmos2.text.GroundedText;
import io.groundstream.kosmos2.text.GroundedTextParser;
import io.groundstream.kosmos2.text.Kosmos2Tokenizer;
import io.groundstream.kosmos2.text.Prompt;
import io.groundstream.kosmos2.text.PromptBuilder;
import io.groundstream.kosmos2.text.PromptPart;
import io.groundstream.kosmos2.text.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loaded Kosmos-2 model, which answers requests about images with grounded text.
 *
 * <pre>{@code
 * try (Kosmos2 model = Kosmos2.load(Kosmos2Options.builder(directory).build(), LoadProgress.NONE)) {
 *   PreparedImage image = model.prepare(Files.readAllBytes(file));
 *   GroundedAnswer answer =
 *       model
 *           .ground(
 *               new GroundingRequest(
 *                   Task.GROUNDED_CAPTION, null, List.of(), image, GenerationOptions.DEFAULT))
 *           .get();
 *   System.out.println(answer.grounded().caption());
 * }
 * }</pre>
 *
 * <p>Thread-safe. Requests of all callers share batches; see {@link GenerationEngine}. Requests for
 * the same image share one encoding while its features are cached.
 */
public final class Kosmos2 implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Kosmos2.class);

  private static final long LAST_ANSWERS_SECONDS = 10;

  private final Kosmos2Options options;
  private final DeviceSpec device;
  private final String modelName;
  private final Checkpoint checkpoint;

  /** The size of n-grams that are not repeated unless a request says otherwise; 0 for none. */
  private final int ngramSize;

  private final ImageDecoder decoder;
  private final ImagePreprocessor preprocessor;
  private final Kosmos2Tokenizer tokenizer;
  private final PromptBuilder prompts;
  private final GroundedTextParser parser;
  private final GenerationEngine engine;

  /** Parses answers off the engine's thread, which continues with the next step. */
  private final ExecutorService answers;

  private final LongAdder textNanos = new LongAdder();

  /** Read-locked while the tokenizer is in use, write-locked by {@link #close}. */
  private final ReadWriteLock tokenizerUse = new ReentrantReadWriteLock();

  /** Guarded by {@link #tokenizerUse}. */
  private boolean tokenizerClosed;

  private Kosmos2(
      Kosmos2Options options,
      DeviceSpec device,
      Checkpoint checkpoint,
      int ngramSize,
      Kosmos2Tokenizer tokenizer,
      GenerationEngine engine) {
    this.options = options;
    this.device = device;
    this.modelName =
        options.modelName() != null
            ? options.modelName()
            : String.valueOf(options.checkpoint().getFileName());
    this.checkpoint = checkpoint;
    this.ngramSize = ngramSize;
    this.decoder = new ImageDecoder(options.imageOptions());
    this.preprocessor = new ImagePreprocessor(checkpoint.imageProcessing().size());
    this.tokenizer = tokenizer;
    this.prompts = new PromptBuilder(tokenizer, checkpoint.config().latentQueryCount());
    this.parser = new GroundedTextParser(tokenizer);
    this.engine = engine;
    this.answers =
        Executors.newSingleThreadExecutor(task -> ModelThreads.create(task, "kosmos2-answers"));
  }

  /**
   * Loads a model. The whole checkpoint is validated before the first weight is read.
   *
   * @throws CheckpointException if the checkpoint is damaged, incomplete or not a Kosmos-2; the
   *     message names the file, the tensor, and the found and expected values
   * @throws DeviceException if the device is unusable or has too little memory, or if this machine
   *     lacks what the image options require; the message says what to set
   */
  public static Kosmos2 load(Kosmos2Options options, LoadProgress progress)
      throws CheckpointException, DeviceException, InterruptedException {
    try {
      ImageDecoder.check(options.imageOptions());
    } catch (DecoderUnavailableException e) {
      throw new DeviceException(String.valueOf(e.getMessage()), e);
    }
    Checkpoint checkpoint = options.openCheckpoint();
    if (checkpoint.adapter() != null) {
      LOG.info(
          "Merging the adapter {} into {} weights of {}",
          checkpoint.adapter(),
          checkpoint.adaptedCount(),
          checkpoint.directory());
    }
    int ngramSize = 0;
    if (options.followsGenerationConfig()) {
      checkpoint.remarks().forEach(remark -> LOG.warn("{}", remark));
      ngramSize = checkpoint.noRepeatNgramSize();
    }
    DeviceSpec device = TorchRuntime.resolve(options.device());
    MemoryPlan memory = MemoryPlan.of(checkpoint, device, options.precision().resolve(device));
    EngineOptions engineOptions = memory.fit(options.engine(), device);
    Kosmos2Tokenizer tokenizer =
        Kosmos2Tokenizer.open(checkpoint.tokenizerFile(), checkpoint.config());
    boolean loaded = false;
    GenerationEngine engine = null;
    try {
      engine =
          GenerationEngine.start(
              () ->
                  Kosmos2Program.load(
                      checkpoint, device, options.precision(), options.threads(), progress),
              engineOptions,
              "kosmos2-engine-" + device);
      engine.holds(memory.bytes(engineOptions.maxBatchSize()));
      Kosmos2 model = new Kosmos2(options, device, checkpoint, ngramSize, tokenizer, engine);
      loaded = true;
      return model;
    } finally {
      if (!loaded) {
        if (engine != null) {
          engine.close();
        }
        tokenizer.close();
      }
    }
  }

  /**
   * Decodes, orients and resizes an image on the calling thread.
   *
   * @throws GroundingException if the bytes are not an image within the limits
   */
  public PreparedImage prepare(byte[] imageBytes) throws GroundingException {
    return prepare(decoder, imageBytes);
  }

  /**
   * Prepares an image like {@link #prepare(byte[])}, with a lower limit on its size. The size in
   * its header is checked before any pixel is decoded.
   *
   * @param maxPixels the maximum number of pixels; has no effect above the limit of the options
   */
  public PreparedImage prepare(byte[] imageBytes, long maxPixels) throws GroundingException {
    ImageLimits limits = options.imageOptions().limits();
    if (maxPixels >= limits.maxPixels()) {
      return prepare(imageBytes);
    }
    ImageDecoder smaller =
        new ImageDecoder(options.imageOptions().withLimits(limits.withMaxPixels(maxPixels)));
    return prepare(smaller, imageBytes);
  }

  private PreparedImage prepare(ImageDecoder decoder, byte[] imageBytes) throws GroundingException {
    try {
      return preprocessor.prepare(decoder.decode(imageBytes));
    } catch (ImageException e) {
      throw GroundingException.of(e);
    }
  }

  /**
   * Submits a request to the model, blocking while the engine's queue is full.
   *
   * @return a future of the answer. It completes exceptionally with {@link GroundingException} if
   *     this request cannot be answered, or with {@link EngineStoppedException} if the engine stops
   *     first. Cancelling it frees the request's slot or its place in the queue.
   * @throws EngineStoppedException if the model is closed
   */
  public CompletableFuture<GroundedAnswer> ground(GroundingRequest request)
      throws InterruptedException {
    return ground(request, "");
  }

  /**
   * Submits a request on behalf of a caller; see {@link #ground(GroundingRequest)}. Callers with
   * waiting requests get equal shares of the model.
   *
   * @param caller an arbitrary name that identifies the caller
   */
  public CompletableFuture<GroundedAnswer> ground(GroundingRequest request, String caller)
      throws InterruptedException {
    Submitted submitted;
    try {
      submitted = submit(request, candidates(request), caller);
    } catch (GroundingException e) {
      return CompletableFuture.failedFuture(e);
    }
    return submitted.then(generated -> answer(request, submitted, generated), answers);
  }

  /**
   * Submits a request whose prompt, of any task, is continued by given texts in place of generating
   * one; see {@link #ground(GroundingRequest)}. All candidates cost one encoding of the image and
   * one prefill of the prompt.
   *
   * @param candidates 1 to {@link Candidates#MAX} texts, each as if it followed the prompt's text
   *     after a space. They are encoded separately from it, so that each begins with a space of its
   *     own. Tags in them are tags if they are in the task's text.
   * @return a future of the candidates' scores, in the given order
   */
  public CompletableFuture<List<CandidateScore>> score(
      GroundingRequest request, List<String> candidates, String caller)
      throws InterruptedException {
    Submitted submitted;
    try {
      submitted = submit(request, checked(candidates), caller);
    } catch (GroundingException e) {
      return CompletableFuture.failedFuture(e);
    }
    return submitted.then(submitted::scores, answers);
  }

  /**
   * Returns the prompt of a request, without asking the model.
   *
   * @throws GroundingException if text, regions, images or demonstrations are not as the task
   *     requires
   * @throws EngineStoppedException if the model is closed
   */
  public Prompt promptOf(GroundingRequest request) throws GroundingException {
    tokenizerUse.readLock().lock();
    try {
      engine.checkRunning();
      return prompt(request);
    } finally {
      tokenizerUse.readLock().unlock();
    }
  }

  /**
   * Returns the text of each of some tokens, including tags and the space before a word; empty for
   * ids without a text.
   *
   * @throws EngineStoppedException if the model is closed
   */
  public List<String> tokenTexts(int[] ids) {
    tokenizerUse.readLock().lock();
    try {
      engine.checkRunning();
      return Arrays.stream(ids).mapToObj(id -> tokenizer.decode(new int[] {id})).toList();
    } finally {
      tokenizerUse.readLock().unlock();
    }
  }

  /** A request in the engine. */
  private record Submitted(
      Prompt prompt,
      List<String> candidates,
      List<int[]> candidateIds,
      GenerationOptions options,
      CompletableFuture<Generation> generation) {

    /** Returns a result of the generation. If it is cancelled, so is the generation. */
    <T> CompletableFuture<T> then(Function<Generation, T> result, Executor executor) {
      CompletableFuture<T> then = generation.thenApplyAsync(result, executor);
      CompletableFuture<T> unused =
          then.whenComplete(
              (ignored, failure) -> {
                if (then.isCancelled()) {
                  generation.cancel(false);
                }
              });
      return then;
    }

    List<CandidateScore> scores(Generation generated) {
      List<CandidateScore> scores = new ArrayList<>();
      for (int index = 0; index < candidates.size(); index++) {
        scores.add(
            new CandidateScore(
                candidates.get(index), candidateIds.get(index), generated.scores().get(index)));
      }
      return scores;
    }
  }

  private static List<String> candidates(GroundingRequest request) throws GroundingException {
    List<String> candidates = request.candidates().texts();
    if (request.task() == Task.SCORE) {
      return checked(candidates);
    }
    if (!candidates.isEmpty()) {
      throw new GroundingException(
          GroundingErrorCode.CANDIDATES_INVALID,
          "candidates: %d (expected: none, %s takes no candidates)"
              .formatted(candidates.size(), request.task().id()));
    }
    return List.of();
  }

  private static List<String> checked(List<String> candidates) throws GroundingException {
    if (candidates.isEmpty() || candidates.size() > Candidates.MAX) {
      throw new GroundingException(
          GroundingErrorCode.CANDIDATES_INVALID,
          "candidates: %d (expected: 1 to %d)".formatted(candidates.size(), Candidates.MAX));
    }
    return candidates;
  }

  /**
   * Returns how many tokens the model can generate behind a prompt. The last one has no position,
   * since the model never reads it.
   */
  private int room(Prompt prompt) throws GroundingException {
    int positions = checkpoint.config().text().maxPositions();
    int room = positions + 1 - prompt.ids().length;
    if (room < 1) {
      throw new GroundingException(
          GroundingErrorCode.PROMPT_TOO_LONG,
          "prompt: %d tokens (expected: <= %d, the model's positions)"
              .formatted(prompt.ids().length, positions));
    }
    return room;
  }

  /** Says in an answer's warnings if the prompt left less room than the request wanted. */
  private static GroundedText withLimit(
      GroundedText text, GenerationOptions wanted, GenerationOptions options) {
    if (options.maxNewTokens() == wanted.maxNewTokens()) {
      return text;
    }
    List<String> warnings = new ArrayList<>(text.warnings());
    warnings.add(
        "max-new-tokens: %d is limited to %d, the room that the prompt leaves"
            .formatted(wanted.maxNewTokens(), options.maxNewTokens()));
    return new GroundedText(
        text.text(), text.caption(), text.answer(), text.phrases(), List.copyOf(warnings));
  }

  /** Bounds the time that candidates take before the model sees them. */
  private static void checkLength(List<String> candidates) throws GroundingException {
    long characters = candidates.stream().mapToLong(String::length).sum();
    if (characters > Candidates.MAX_CHARACTERS) {
      throw new GroundingException(
          GroundingErrorCode.CANDIDATES_INVALID,
          "candidates: %d characters together (expected: at most %d)"
              .formatted(characters, Candidates.MAX_CHARACTERS));
    }
  }

  private Submitted submit(GroundingRequest request, List<String> candidates, String caller)
      throws GroundingException, InterruptedException {
    long begin = System.nanoTime();
    Prompt prompt;
    List<int[]> candidateIds = new ArrayList<>();
    tokenizerUse.readLock().lock();
    try {
      // Checked first: a closed tokenizer must not look like an invalid request.
      engine.checkRunning();
      prompt = prompt(request);
      checkLength(candidates);
      for (String candidate : candidates) {
        candidateIds.add(prompts.continuation(request.task(), candidate));
      }
    } finally {
      tokenizerUse.readLock().unlock();
      textNanos.add(System.nanoTime() - begin);
    }
    List<PreparedImage> pictures = images(request);
    List<PromptImage> images = new ArrayList<>();
    for (int index = 0; index < pictures.size(); index++) {
      images.add(new PromptImage(prompt.imageStarts().get(index), pictures.get(index).levels()));
    }
    boolean scores = !candidates.isEmpty();
    if (!scores) {
      request.options().check();
    }
    // An answer may repeat n-grams of demonstrations, whose form it is to follow, and of texts that
    // it is made of.
    Constraint constraint = request.options().constraint();
    boolean repeats =
        images.size() > 1
            || constraint instanceof Constraint.Choices
            || constraint instanceof Constraint.Phrases;
    GenerationOptions options =
        scores
            // No token is chosen, so that no option applies.
            ? request.options().toBuilder().optNoRepeatNgramSize(0).build()
            : request.options().within(repeats ? 0 : ngramSize, room(prompt));
    GenerationRequest generation =
        new GenerationRequest(
            prompt.ids(),
            images,
            request.demonstrations().shared() ? prompt.demonstrationTokens() : 0,
            candidateIds,
            options,
            scores ? TokenRules.NONE : rules(options, prompt, request.options().maxNewTokens()),
            new Admission(caller, request.priority(), request.deadline()),
            false);
    return new Submitted(prompt, candidates, candidateIds, options, engine.submit(generation));
  }

  /**
   * @param wanted the maximum number of tokens before it was limited to the room
   */
  private TokenRules rules(GenerationOptions options, Prompt prompt, int wanted)
      throws GroundingException {
    long begin = System.nanoTime();
    tokenizerUse.readLock().lock();
    try {
      engine.checkRunning();
      return TextRules.of(
          options, prompt.ids(), tokenizer, checkpoint.config().text().eosTokenId());
    } catch (GroundingException e) {
      throw options.maxNewTokens() == wanted
          ? e
          : new GroundingException(
              e.errorCode(),
              "%s; the prompt leaves room for %d of %d tokens"
                  .formatted(e.getMessage(), options.maxNewTokens(), wanted),
              e);
    } finally {
      tokenizerUse.readLock().unlock();
      textNanos.add(System.nanoTime() - begin);
    }
  }

  private Prompt prompt(GroundingRequest request) throws GroundingException {
    if (request.parts().isEmpty()) {
      return prompts.build(
          request.task(),
          request.text(),
          request.regions(),
          request.demonstrations().list(),
          request.image() != null);
    }
    boolean raw = request.task() == Task.PROMPT || request.task() == Task.SCORE;
    boolean alone =
        request.text() == null
            && request.image() == null
            && request.regions().isEmpty()
            && request.demonstrations().list().isEmpty();
    if (!raw || !alone) {
      throw new GroundingException(
          GroundingErrorCode.TEXT_UNEXPECTED,
          "parts: %d (expected: only for the tasks %s and %s, without text, image, regions and demonstrations)"
              .formatted(request.parts().size(), Task.PROMPT.id(), Task.SCORE.id()));
    }
    return prompts.build(request.parts());
  }

  /** Returns the images of a request in the order of its prompt. */
  private static List<PreparedImage> images(GroundingRequest request) {
    List<PreparedImage> images = new ArrayList<>();
    request.demonstrations().list().forEach(one -> images.add(one.image()));
    for (PromptPart part : request.parts()) {
      if (part instanceof PromptPart.Image image) {
        images.add(image.image());
      }
    }
    if (request.image() != null) {
      images.add(request.image());
    }
    return images;
  }

  private GroundedAnswer answer(
      GroundingRequest request, Submitted submitted, Generation generated) {
    int[] tokens = generated.tokens();
    float[] probabilities = generated.probabilities();
    List<CandidateScore> scores = submitted.scores(generated);
    if (!scores.isEmpty()) {
      CandidateScore best = scores.get(CandidateScore.best(scores, request.candidates().ranking()));
      tokens = best.tokens();
      probabilities = best.probabilities();
    }
    return new GroundedAnswer(
        request.task(),
        submitted.prompt(),
        tokens,
        probabilities,
        withLimit(
            parse(submitted.prompt(), tokens, probabilities),
            request.options(),
            submitted.options()),
        scores,
        generated.finishReason(),
        submitted.options(),
        generated.times());
  }

  private GroundedText parse(Prompt prompt, int[] tokens, float[] probabilities) {
    long begin = System.nanoTime();
    tokenizerUse.readLock().lock();
    try {
      if (tokenizerClosed) {
        engine.checkRunning();
      }
      return parser.parse(prompt, tokens, probabilities);
    } finally {
      tokenizerUse.readLock().unlock();
      textNanos.add(System.nanoTime() - begin);
    }
  }

  /** Returns the total time spent on building prompts and parsing answers, in nanoseconds. */
  public long textNanos() {
    return textNanos.sum();
  }

  /** Returns the engine's statistics, summed over all callers. */
  public EngineStatistics statistics() {
    return engine.statistics();
  }

  /** Returns the model name for output records. */
  public String modelName() {
    return modelName;
  }

  /**
   * Returns the model revision for output records. Unless configured, it is a hash of the weights,
   * computed on the first call, which takes seconds for a large model.
   *
   * @throws CheckpointException if the weights cannot be read
   */
  public String revision() throws CheckpointException {
    return options.revision() != null ? options.revision() : checkpoint.revision();
  }

  /** Returns the number format in which the model computes. */
  public Precision precision() {
    return options.precision().resolve(device);
  }

  /** Returns the device of the model: {@code cpu} or {@code gpu:N}. */
  public String device() {
    return device.toString();
  }

  /**
   * Returns whether requests are accepted: false once the model is closed or its engine has died.
   */
  public boolean isRunning() {
    return engine.isRunning();
  }

  /** Closes the engine, which fails all unanswered requests, and frees the device's memory. */
  @Override
  public void close() {
    engine.close();
    finishAnswers();
    // The tokenizer must not be in use when it is closed: its memory is native.
    tokenizerUse.writeLock().lock();
    try {
      tokenizerClosed = true;
      tokenizer.close();
    } finally {
      tokenizerUse.writeLock().unlock();
    }
  }

  /** Waits up to 10 s until the answers generated before the close are parsed. */
  private void finishAnswers() {
    answers.shutdown();
    try {
      boolean unused = answers.awaitTermination(LAST_ANSWERS_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
