package io.groundstream.sql.functions;

import io.groundstream.operators.index.Box;
import io.groundstream.operators.index.Relation;
import java.util.List;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.TypeInference;
import org.jspecify.annotations.Nullable;

/**
 * {@code box_relation(a, b)}: all relations that box a has to box b, as an array of {@link
 * Relation#id}s such as {@code left-of}; null if one of the boxes is null.
 */
public final class BoxRelationFunction extends ScalarFunction implements SpecializedFunction {
  private static final long serialVersionUID = 1L;

  private final @Nullable BoxReader first;
  private final @Nullable BoxReader second;

  /** Creates the function, for Flink. */
  public BoxRelationFunction() {
    this(null, null);
  }

  private BoxRelationFunction(@Nullable BoxReader first, @Nullable BoxReader second) {
    this.first = first;
    this.second = second;
  }

  @Override
  public TypeInference getTypeInference(DataTypeFactory types) {
    return BoxArguments.ofTwoBoxes(DataTypes.ARRAY(DataTypes.STRING()));
  }

  @Override
  public UserDefinedFunction specialize(SpecializedContext context) {
    List<DataType> types = context.getCallContext().getArgumentDataTypes();
    return new BoxRelationFunction(
        BoxReader.of(types.get(0).getLogicalType()), BoxReader.of(types.get(1).getLogicalType()));
  }

  public String @Nullable [] eval(@Nullable RowData a, @Nullable RowData b) {
    Box subject = first == null ? null : first.read(a);
    Box object = second == null ? null : second.read(b);
    return subject == null || object == null
        ? null
        : Relation.of(subject, object).stream().map(Relation::id).toArray(String[]::new);
  }
}
