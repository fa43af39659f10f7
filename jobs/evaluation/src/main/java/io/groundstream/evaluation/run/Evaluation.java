package io.groundstream.evaluation.run;

import io.groundstream.evaluation.benchmark.Benchmark;
import io.groundstream.evaluation.benchmark.Prediction;
import io.groundstream.evaluation.benchmark.Query;
import io.groundstream.evaluation.dataset.DatasetException;
import io.groundstream.evaluation.dataset.ImageFolder;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Asks a model all queries of a benchmark, and appends the answers to a file in their order. */
public final class Evaluation {
  /** The model to be evaluated: all that an evaluation needs of one. */
  public interface Model {
    /**
     * Asks the model; may block while it is busy.
     *
     * @param image the query's image file; null if it has none
     * @return a future of the answer. A query that cannot be answered completes with a failed
     *     prediction; an exception means that the model itself has failed
     */
    CompletableFuture<Prediction> ask(Query query, @Nullable Path image)
        throws InterruptedException;
  }

  private record Pending(Query query, CompletableFuture<Prediction> prediction) {}

  private Evaluation() {}

  /**
   * Runs a benchmark, from where the file ends.
   *
   * @param images the dataset's images; null if no query has one
   * @param window the maximum number of queries under way
   * @param progress receives the number of queries answered so far
   * @throws DatasetException if images are missing, before anything is asked; or if the file cannot
   *     be written
   * @throws ExecutionException if the model fails
   */
  public static void run(
      Benchmark benchmark,
      @Nullable ImageFolder images,
      PredictionFile file,
      Model model,
      int window,
      IntConsumer progress)
      throws DatasetException, ExecutionException, InterruptedException {
    List<Query> queries = benchmark.queries();
    List<Query> left = queries.subList(file.finished(), queries.size());
    if (images != null) {
      images.check(left.stream().map(Query::image).filter(Objects::nonNull).toList());
    }
    Deque<Pending> pending = new ArrayDeque<>();
    int finished = file.finished();
    for (Query query : left) {
      String name = query.image();
      Path image = name == null || images == null ? null : images.find(name);
      pending.add(new Pending(query, model.ask(query, image)));
      while (pending.size() >= window || (!pending.isEmpty() && isDone(pending))) {
        append(file, pending.remove());
        progress.accept(++finished);
      }
    }
    while (!pending.isEmpty()) {
      append(file, pending.remove());
      progress.accept(++finished);
    }
  }

  private static boolean isDone(Deque<Pending> pending) {
    return pending.getFirst().prediction().isDone();
  }

  private static void append(PredictionFile file, Pending pending)
      throws DatasetException, ExecutionException, InterruptedException {
    file.append(pending.query(), pending.prediction().get());
  }
}
