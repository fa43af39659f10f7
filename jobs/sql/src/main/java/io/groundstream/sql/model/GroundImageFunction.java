package io.groundstream.sql.model;

import io.groundstream.operators.grounding.GroundingModelProvider;
import io.groundstream.operators.grounding.SharedKosmos2Provider;
import io.groundstream.operators.settings.InvalidConfigurationException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.functions.AsyncTableFunction;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.FunctionDefinition;
import org.apache.flink.table.functions.SpecializedFunction;
import org.apache.flink.table.functions.UserDefinedFunction;
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
import org.jspecify.annotations.Nullable;

/**
 * {@code ground_image(image, task, text)}: a row for each box of each phrase of the answer, with
 * the fields phrase, ordinal, start, end, x_min, y_min, x_max, y_max, confidence, caption and
 * error_code. Task and text may be left out. A request that fails makes the query fail, has no row,
 * or has one with error_code, as {@code on-error} says.
 */
public final class GroundImageFunction extends AsyncTableFunction<RowData>
    implements SpecializedFunction {
  private static final long serialVersionUID = 1L;

  private static final int MOST_ARGUMENTS = 3;

  /** What a row takes from its phrase, from its box, and from the answer, in this order. */
  private static final List<String> OF_PHRASE = List.of("phrase", "ordinal", "start", "end");

  private static final List<String> OF_BOX =
      List.of("x_min", "y_min", "x_max", "y_max", "confidence");

  private static final DataType BOXES =
      DataTypes.ARRAY(
          DataTypes.ROW(
              OF_BOX.stream()
                  .map(name -> DataTypes.FIELD(name, DataTypes.DOUBLE()))
                  .toArray(DataTypes.Field[]::new)));
  private static final DataType PHRASES =
      DataTypes.ARRAY(
          DataTypes.ROW(
              DataTypes.FIELD("phrase", DataTypes.STRING()),
              DataTypes.FIELD("ordinal", DataTypes.INT()),
              DataTypes.FIELD("start", DataTypes.INT()),
              DataTypes.FIELD("end", DataTypes.INT()),
              DataTypes.FIELD("boxes", BOXES)));
  private static final DataType RESULT =
      DataTypes.ROW(
          DataTypes.FIELD("phrase", DataTypes.STRING()),
          DataTypes.FIELD("ordinal", DataTypes.INT()),
          DataTypes.FIELD("start", DataTypes.INT()),
          DataTypes.FIELD("end", DataTypes.INT()),
          DataTypes.FIELD("x_min", DataTypes.DOUBLE()),
          DataTypes.FIELD("y_min", DataTypes.DOUBLE()),
          DataTypes.FIELD("x_max", DataTypes.DOUBLE()),
          DataTypes.FIELD("y_max", DataTypes.DOUBLE()),
          DataTypes.FIELD("confidence", DataTypes.DOUBLE()),
          DataTypes.FIELD("caption", DataTypes.STRING()),
          DataTypes.FIELD("error_code", DataTypes.STRING()));

  /** The columns of the answer from which rows are made. */
  private static final OutputColumns ANSWER =
      new OutputColumns(
          List.of(OutputColumn.PHRASES, OutputColumn.CAPTION, OutputColumn.ERROR_CODE),
          List.of(
              PHRASES.getLogicalType(),
              DataTypes.STRING().getLogicalType(),
              DataTypes.STRING().getLogicalType()));

  private static final int CAPTION = OF_PHRASE.size() + OF_BOX.size();
  private static final int ERROR_CODE = CAPTION + 1;

  private final SqlModelSettings settings;
  private final GroundingModelProvider models;
  private final @Nullable RowReader reader;

  private transient @Nullable RowGrounding grounding;

  private GroundImageFunction(
      SqlModelSettings settings, GroundingModelProvider models, @Nullable RowReader reader) {
    this.settings = settings;
    this.models = models;
    this.reader = reader;
  }

  /**
   * Creates the function.
   *
   * @param options {@link SqlModelOptions} by their keys
   * @throws ValidationException with all problems of the options, one a line
   */
  public static GroundImageFunction of(Map<String, String> options) {
    try {
      SqlModelSettings settings = SqlModelSettings.read(options, columns(MOST_ARGUMENTS), ANSWER);
      return new GroundImageFunction(
          settings, new SharedKosmos2Provider(settings.model()), /* reader= */ null);
    } catch (InvalidConfigurationException e) {
      throw new ValidationException(e.getMessage(), e);
    }
  }

  private static InputColumns columns(int count) {
    return new InputColumns(
        0,
        count > 1 ? 1 : InputColumns.NONE,
        count > 2 ? 2 : InputColumns.NONE,
        InputColumns.NONE,
        List.of());
  }

  @Override
  public TypeInference getTypeInference(DataTypeFactory types) {
    return TypeInference.newBuilder()
        .inputTypeStrategy(new Arguments())
        .outputTypeStrategy(TypeStrategies.explicit(RESULT.bridgedTo(RowData.class)))
        .build();
  }

  /** An image or its URI, and perhaps a task and a text. */
  private static final class Arguments implements InputTypeStrategy {
    private static final List<String> NAMES = List.of("image", "task", "text");

    @Override
    public ArgumentCount getArgumentCount() {
      return ConstantArgumentCount.between(1, MOST_ARGUMENTS);
    }

    @Override
    public Optional<List<DataType>> inferInputTypes(CallContext call, boolean throwOnFailure) {
      List<DataType> types = new ArrayList<>();
      for (DataType type : call.getArgumentDataTypes()) {
        LogicalType logical = type.getLogicalType();
        if (types.isEmpty() && logical.is(LogicalTypeFamily.BINARY_STRING)) {
          types.add(type);
        } else if (logical.is(LogicalTypeFamily.CHARACTER_STRING)) {
          types.add(type.bridgedTo(StringData.class));
        } else {
          return call.fail(
              throwOnFailure,
              "%s: %s (expected: %s)",
              NAMES.get(types.size()),
              logical.asSummaryString(),
              types.isEmpty() ? "BYTES, or STRING for a URI" : "STRING");
        }
      }
      return Optional.of(types);
    }

    @Override
    public List<Signature> getExpectedSignatures(FunctionDefinition definition) {
      return List.of(
          Signature.of(NAMES.stream().map(name -> Signature.Argument.of(name, "STRING")).toList()));
    }
  }

  @Override
  public UserDefinedFunction specialize(SpecializedContext context) {
    List<LogicalType> types = RowReader.types(context);
    SqlModelSettings called = settings.withInput(columns(types.size()));
    // A model of its own for each query, which has a share of the engine for itself.
    return new GroundImageFunction(
        called, new SharedKosmos2Provider(called.model()), new RowReader(called, types));
  }

  @Override
  public void open(FunctionContext context) throws Exception {
    super.open(context);
    if (reader == null) {
      throw new IllegalStateException("open before specialize");
    }
    grounding = RowGrounding.open(settings, reader, models, context);
  }

  /** Answers a request: image, task and text, as far as the query has them. */
  public void eval(CompletableFuture<Collection<RowData>> result, @Nullable Object... arguments) {
    if (grounding == null) {
      throw new IllegalStateException("eval before open");
    }
    CompletableFuture<?> unused =
        grounding
            .ground(GenericRowData.of(arguments))
            .<Collection<RowData>>thenApply(
                answers -> answers.stream().flatMap(answer -> rows(answer).stream()).toList())
            .whenComplete(
                (rows, failure) -> {
                  if (failure == null) {
                    result.complete(rows);
                  } else {
                    result.completeExceptionally(failure);
                  }
                });
  }

  private static Collection<RowData> rows(RowData answer) {
    List<RowData> rows = new ArrayList<>();
    if (!answer.isNullAt(2)) {
      GenericRowData row = new GenericRowData(ERROR_CODE + 1);
      row.setField(ERROR_CODE, answer.getString(2));
      rows.add(row);
    }
    ArrayData phrases =
        answer.isNullAt(0) ? new GenericArrayData(new Object[0]) : answer.getArray(0);
    for (int i = 0; i < phrases.size(); i++) {
      GenericRowData phrase = (GenericRowData) phrases.getRow(i, OF_PHRASE.size() + 1);
      ArrayData boxes = phrase.getArray(OF_PHRASE.size());
      for (int j = 0; j < boxes.size(); j++) {
        GenericRowData box = (GenericRowData) boxes.getRow(j, OF_BOX.size());
        GenericRowData row = new GenericRowData(ERROR_CODE + 1);
        for (int field = 0; field < OF_PHRASE.size(); field++) {
          row.setField(field, phrase.getField(field));
        }
        for (int field = 0; field < OF_BOX.size(); field++) {
          row.setField(OF_PHRASE.size() + field, box.getField(field));
        }
        row.setField(CAPTION, answer.getString(1));
        rows.add(row);
      }
    }
    return rows;
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
