package io.groundstream.sql.model;

import io.groundstream.operators.grounding.GroundingModelProvider;
import java.util.List;
import org.apache.flink.table.functions.AsyncPredictFunction;
import org.apache.flink.table.functions.PredictFunction;
import org.apache.flink.table.ml.AsyncPredictRuntimeProvider;
import org.apache.flink.table.ml.ModelProvider;
import org.apache.flink.table.ml.PredictRuntimeProvider;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * Makes the functions that ask a model: asynchronous ones unless a query says {@code 'async' =
 * 'false'}.
 *
 * @param inputTypes the declared types of the input columns
 */
record GroundstreamModelProvider(
    SqlModelSettings settings, GroundingModelProvider models, List<LogicalType> inputTypes)
    implements AsyncPredictRuntimeProvider, PredictRuntimeProvider {

  @Override
  public AsyncPredictFunction createAsyncPredictFunction(Context context) {
    return new GroundingAsyncPredictFunction(settings, models, inputTypes);
  }

  @Override
  public PredictFunction createPredictFunction(Context context) {
    return new GroundingPredictFunction(settings, models, inputTypes);
  }

  /** Returns this, which is immutable. */
  @Override
  public ModelProvider copy() {
    return this;
  }
}
