package io.groundstream.sql.model;

import io.groundstream.operators.deadletter.Failure;
import io.groundstream.operators.device.DeviceChooser;
import io.groundstream.operators.grounding.GroundingModelProvider;
import io.groundstream.operators.grounding.RequestGrounding;
import io.groundstream.operators.grounding.RequestOutcome;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.FunctionContext;

/** Answers the rows of one subtask. Thread-safe. */
final class RowGrounding implements AutoCloseable {
  private final SqlModelSettings settings;
  private final RowReader reader;
  private final RequestGrounding grounding;

  private RowGrounding(SqlModelSettings settings, RowReader reader, RequestGrounding grounding) {
    this.settings = settings;
    this.reader = reader;
    this.grounding = grounding;
  }

  /** Opens the model on the device of a subtask. */
  static RowGrounding open(
      SqlModelSettings settings,
      RowReader reader,
      GroundingModelProvider models,
      FunctionContext context)
      throws Exception {
    return new RowGrounding(
        settings,
        reader,
        RequestGrounding.open(
            settings.model(),
            settings.grounding(),
            models,
            new RequestGrounding.Subtask(
                context.getMetricGroup(),
                context.getTaskInfo().getIndexOfThisSubtask(),
                context.getExternalResourceInfos(DeviceChooser.EXTERNAL_RESOURCE))));
  }

  /** Returns the output columns of a row; completes exceptionally if the query has to fail. */
  CompletableFuture<Collection<RowData>> ground(RowData row) {
    GenericRowData input = (GenericRowData) row;
    CompletableFuture<Collection<RowData>> answer =
        grounding
            .ground(reader.image(input), reader.uri(input), reader.request(input))
            .thenApply(outcome -> List.of(output(outcome)));
    return answer.whenComplete(
        (rows, failure) -> {
          if (failure != null) {
            reader.hideImage(input);
          }
        });
  }

  private RowData output(RequestOutcome outcome) {
    Failure failure = outcome.failure();
    if (failure == null) {
      return settings.output().row(outcome, grounding.identity());
    }
    return switch (settings.onError()) {
      case FAIL -> throw new CompletionException(queryFailure(failure));
      case NULL -> settings.output().nulls();
      case ROW -> settings.output().row(outcome, grounding.identity());
    };
  }

  /** A restart may help if another attempt with the same row may, and only then. */
  private static Exception queryFailure(Failure failure) {
    RowFailedException cause = new RowFailedException(failure);
    return failure.retryable() ? cause : new SuppressRestartsException(cause);
  }

  @Override
  public void close() throws Exception {
    grounding.close();
  }
}
