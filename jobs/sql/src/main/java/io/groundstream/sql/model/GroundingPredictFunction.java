package io.groundstream.sql.model;

import io.groundstream.operators.grounding.GroundingModelProvider;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.PredictFunction;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.util.FlinkRuntimeException;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** Asks the model about one row at a time; rows of different subtasks and queries share batches. */
@API(status = API.Status.INTERNAL)
public final class GroundingPredictFunction extends PredictFunction implements SpecializedFunction {
  private static final long serialVersionUID = 1L;

  private final SqlModelSettings settings;
  private final GroundingModelProvider models;
  private final RowReader reader;

  private transient @Nullable RowGrounding grounding;

  /**
   * @param types the types of the values in rows
   */
  GroundingPredictFunction(
      SqlModelSettings settings, GroundingModelProvider models, List<LogicalType> types) {
    this.settings = settings;
    this.models = models;
    this.reader = new RowReader(settings, types);
  }

  @Override
  public UserDefinedFunction specialize(SpecializedContext context) {
    return new GroundingPredictFunction(settings, models, RowReader.types(context));
  }

  @Override
  public void open(FunctionContext context) throws Exception {
    super.open(context);
    grounding = RowGrounding.open(settings, reader, models, context);
  }

  @Override
  public Collection<RowData> predict(RowData inputRow) {
    if (grounding == null) {
      throw new IllegalStateException("predict before open");
    }
    try {
      return grounding.ground(inputRow).get();
    } catch (InterruptedException e) {
      reader.hideImage((GenericRowData) inputRow);
      Thread.currentThread().interrupt();
      throw new FlinkRuntimeException(e);
    } catch (ExecutionException e) {
      throw new FlinkRuntimeException(e.getCause());
    }
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
