package io.groundstream.sql.functions;

import io.groundstream.operators.index.Box;
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
 * {@code iou(a, b)}: the area that two boxes share as a part of the area that they cover together,
 * in [0, 1]; null if one of them is null.
 */
public final class IouFunction extends ScalarFunction implements SpecializedFunction {
  private static final long serialVersionUID = 1L;

  private final @Nullable BoxReader first;
  private final @Nullable BoxReader second;

  /** Creates the function, for Flink. */
  public IouFunction() {
    this(null, null);
  }

  private IouFunction(@Nullable BoxReader first, @Nullable BoxReader second) {
    this.first = first;
    this.second = second;
  }

  @Override
  public TypeInference getTypeInference(DataTypeFactory types) {
    return BoxArguments.ofTwoBoxes(DataTypes.DOUBLE());
  }

  @Override
  public UserDefinedFunction specialize(SpecializedContext context) {
    List<DataType> types = context.getCallContext().getArgumentDataTypes();
    return new IouFunction(
        BoxReader.of(types.get(0).getLogicalType()), BoxReader.of(types.get(1).getLogicalType()));
  }

  public @Nullable Double eval(@Nullable RowData a, @Nullable RowData b) {
    Box left = first == null ? null : first.read(a);
    Box right = second == null ? null : second.read(b);
    return left == null || right == null ? null : left.intersectionOverUnion(right);
  }
}
