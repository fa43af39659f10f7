package io.groundstream.sql.functions;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.ArgumentCount;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.ConstantArgumentCount;
import org.apache.flink.table.types.inference.InputTypeStrategy;
import org.apache.flink.table.types.inference.Signature;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.table.types.inference.TypeStrategies;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;

/** The arguments of a function: an image or none, and boxes of any of their types. */
final class BoxArguments implements InputTypeStrategy {
  private final List<String> names;
  private final int images;

  private BoxArguments(int images, List<String> names) {
    this.images = images;
    this.names = names;
  }

  /** Returns the types of a function of two boxes. */
  static TypeInference ofTwoBoxes(DataType result) {
    return inference(new BoxArguments(0, List.of("a", "b")), result);
  }

  /** Returns the types of a function of an image and a box. */
  static TypeInference ofImageAndBox(DataType result) {
    return inference(new BoxArguments(1, List.of("image", "box")), result);
  }

  private static TypeInference inference(BoxArguments arguments, DataType result) {
    return TypeInference.newBuilder()
        .inputTypeStrategy(arguments)
        .outputTypeStrategy(TypeStrategies.explicit(result))
        .build();
  }

  @Override
  public ArgumentCount getArgumentCount() {
    return ConstantArgumentCount.of(names.size());
  }

  @Override
  public Optional<List<DataType>> inferInputTypes(CallContext call, boolean throwOnFailure) {
    List<DataType> types = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      DataType type = call.getArgumentDataTypes().get(i);
      LogicalType logical = type.getLogicalType();
      boolean image = i < images;
      if (image ? !logical.is(LogicalTypeFamily.BINARY_STRING) : BoxReader.of(logical) == null) {
        return call.fail(
            throwOnFailure,
            "%s: %s (expected: %s)",
            names.get(i),
            logical.asSummaryString(),
            image ? "BYTES" : BoxReader.EXPECTED);
      }
      types.add(image ? type : type.bridgedTo(RowData.class));
    }
    return Optional.of(types);
  }

  @Override
  public List<Signature> getExpectedSignatures(FunctionDefinition definition) {
    return List.of(
        Signature.of(
            names.stream()
                .map(name -> Signature.Argument.of(name, name.equals("image") ? "BYTES" : "ROW"))
                .toList()));
  }
}
