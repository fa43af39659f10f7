package io.groundstream.sql.model;

import io.groundstream.operators.grounding.GroundingModelProvider;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.AsyncPredictFunction;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.types.logical.LogicalType;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** Asks the model about many rows at a time. */
@API(status = API.Status.INTERNAL)
public final class GroundingAsyncPredictFunction extends AsyncPredictFunction
    implements SpecializedFunction {
  private static final long serialVersionUID = 1L;

  private final SqlModelSettings settings;
  private final GroundingModelProvider models;
  private final RowReader reader;

  private transient @Nullable RowGrounding grounding;

  /**
   * @param types the types of the values in rows
   */
  GroundingAsyncPredictFunction(
      SqlModelSettings settings, GroundingModelProvider models, List<LogicalType> types) {
    this.settings = settings;
    this.models = models;
    this.reader = new RowReader(settings, types);
  }

  @Override
  public UserDefinedFunction specialize(SpecializedContext context) {
    return new GroundingAsyncPredictFunction(settings, models, RowReader.types(context));
  }

  @Override
  public void open(FunctionContext context) throws Exception {
    super.open(context);
    grounding = RowGrounding.open(settings, reader, models, context);
  }

  @Override
  public CompletableFuture<Collection<RowData>> asyncPredict(RowData inputRow) {
    if (grounding == null) {
      throw new IllegalStateException("asyncPredict before open");
    }
    return grounding.ground(inputRow);
  }

  @Override
  public void close() throws Exception {
    RowGrounding closing = grounding;
    grounding = null;
    if (closing != null) {
      closing.close();
    }
    super.close();
  }
}
