package io.groundstream.console.evaluate;

import io.groundstream.evaluation.benchmark.Prediction;
import io.groundstream.evaluation.benchmark.Query;
import io.groundstream.evaluation.run.Evaluation;
import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.Kosmos2;
import io.groundstream.kosmos2.checkpoint.Checkpoint;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.text.Box;
import io.groundstream.kosmos2.text.CandidateScore;
import io.groundstream.kosmos2.text.Kosmos2Tokenizer;
import io.groundstream.kosmos2.text.PromptBuilder;
import io.groundstream.kosmos2.text.Region;
import io.groundstream.kosmos2.text.Task;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Asks a loaded Kosmos-2. Not thread-safe. */
public final class Kosmos2Queries implements Evaluation.Model, AutoCloseable {
  /** Of prompt and answer together, the beginning of the sequence included. */
  private static final int MAX_TOKENS = 501;

  private final Kosmos2 model;
  private final EvaluationOptions options;
  private final Kosmos2Tokenizer tokenizer;
  private final PromptBuilder prompts;

  // Datasets list an image's queries one after another.
  private @Nullable Path lastFile;
  private @Nullable PreparedImage lastImage;

  /**
   * @param checkpoint the model's directory, to measure prompts
   */
  public Kosmos2Queries(Kosmos2 model, Path checkpoint, EvaluationOptions options)
      throws CheckpointException {
    this.model = model;
    this.options = options;
    Checkpoint opened = Checkpoint.open(checkpoint);
    this.tokenizer = Kosmos2Tokenizer.open(opened.tokenizerFile(), opened.config());
    this.prompts = new PromptBuilder(tokenizer, opened.config().latentQueryCount());
  }

  @Override
  public CompletableFuture<Prediction> ask(Query query, @Nullable Path image)
      throws InterruptedException {
    try {
      Task task = Task.parse(query.task());
      List<Double> box = query.box();
      List<Region> regions =
          box.isEmpty()
              ? List.of()
              : Region.unnamed(List.of(new Box(box.get(0), box.get(1), box.get(2), box.get(3))));
      if (!query.candidates().isEmpty()) {
        return score(query, task, regions, image);
      }
      int prompt = prompts.build(task, query.text(), regions, image != null).ids().length;
      int newTokens =
          options.maxNewTokens() > 0 ? options.maxNewTokens() : Math.max(1, MAX_TOKENS - prompt);
      return model
          .ground(
              new GroundingRequest(
                  task,
                  query.text(),
                  regions,
                  image == null ? null : prepared(image),
                  new GenerationOptions(newTokens, options.noRepeatNgramSize())))
          .handle((answer, failure) -> prediction(query, answer, failure));
    } catch (GroundingException e) {
      return CompletableFuture.<Prediction>failedFuture(e)
          .exceptionally(failure -> failed(query, failure));
    }
  }

  private CompletableFuture<Prediction> score(
      Query query, Task task, List<Region> regions, @Nullable Path image)
      throws GroundingException, InterruptedException {
    GroundingRequest request =
        new GroundingRequest(
            task,
            query.text(),
            regions,
            image == null ? null : prepared(image),
            GenerationOptions.DEFAULT);
    return model
        .score(request, query.candidates(), "")
        .handle(
            (scores, failure) ->
                scores == null
                    ? failed(
                        query,
                        failure instanceof CompletionException ? failure.getCause() : failure)
                    : Prediction.scored(
                        query.id(), scores.stream().map(Kosmos2Queries::logarithms).toList()));
  }

  private static List<Double> logarithms(CandidateScore score) {
    List<Double> logarithms = new ArrayList<>();
    for (float logarithm : score.logProbabilities()) {
      logarithms.add((double) logarithm);
    }
    return logarithms;
  }

  private static Prediction prediction(
      Query query, @Nullable GroundedAnswer answer, @Nullable Throwable failure) {
    if (answer != null) {
      return new Prediction(
          query.id(),
          answer.grounded().text(),
          answer.grounded().answer(),
          answer.finishReason().id(),
          null);
    }
    return failed(query, failure instanceof CompletionException ? failure.getCause() : failure);
  }

  /**
   * Returns the wrong answer of a question that can never be answered. Any other failure ends the
   * run, so that it asks the question again when it continues.
   */
  static Prediction failed(Query query, @Nullable Throwable failure) {
    if (failure instanceof GroundingException fault && !fault.errorCode().retryable()) {
      return Prediction.failed(query.id(), fault.errorCode().code() + ": " + fault.getMessage());
    }
    throw new CompletionException(failure);
  }

  private PreparedImage prepared(Path file) throws GroundingException {
    PreparedImage image = lastImage;
    if (image == null || !file.equals(lastFile)) {
      byte[] bytes;
      try {
        bytes = Files.readAllBytes(file);
      } catch (IOException e) {
        throw new GroundingException(
            OperatorErrorCode.IMAGE_UNREADABLE, file + ": cannot be read: " + e, e);
      }
      image = model.prepare(options.ignoresOrientation() ? StoredOrientation.of(bytes) : bytes);
      lastFile = file;
      lastImage = image;
    }
    return image;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
