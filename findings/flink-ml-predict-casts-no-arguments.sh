#!/usr/bin/env bash
# Flink's ML_PREDICT accepts arguments that can be cast to the types of the model's input, and does not cast them.
#
# Versions:  org.apache.flink:flink-table-api-java-bridge:2.3.0, org.apache.flink:flink-table-planner-loader:2.3.0,
#            org.apache.flink:flink-table-runtime:2.3.0, org.apache.flink:flink-clients:2.3.0 (Maven Central)
# Behaviour: A query may pass values of DECIMAL or INT where the model declares DOUBLE or BIGINT, since the planner checks
#            whether their types can be cast implicitly. The provider's function receives them with the types of the query,
#            while the provider's context names the declared ones. Reading a column as declared fails with a
#            ClassCastException; reading a field of a ROW as declared gives another number, without an error. The
#            arguments of a scalar function are cast. (A model's function can learn the query's types as a
#            SpecializedFunction.)
# Output:    scalar function: DOUBLE 0.5
#            declared types: DOUBLE 0.5, BIGINT 1, ROW<DOUBLE> 0.5
#            castable types: DOUBLE ClassCastException, BIGINT ClassCastException, ROW<DOUBLE> 2.5E-323
# Date:      2026-11-30
# Tools:     mvn, javac and java (17)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
{
  echo '<project><modelVersion>4.0.0</modelVersion><groupId>f</groupId><artifactId>f</artifactId><version>1</version>'
  echo '<dependencies>'
  for artifact in flink-table-api-java-bridge flink-table-planner-loader flink-table-runtime flink-clients; do
    echo "<dependency><groupId>org.apache.flink</groupId><artifactId>$artifact</artifactId><version>2.3.0</version></dependency>"
  done
  echo '</dependencies></project>'
} > pom.xml
mvn -B -q dependency:copy-dependencies -DoutputDirectory=lib >/dev/null
mkdir -p classes/META-INF/services
echo Echo > classes/META-INF/services/org.apache.flink.table.factories.Factory
cat > Echo.java <<'JAVA'
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.factories.ModelProviderFactory;
import org.apache.flink.table.functions.PredictFunction;
import org.apache.flink.table.functions.ScalarFunction;
import org.apache.flink.table.ml.ModelProvider;
import org.apache.flink.table.ml.PredictRuntimeProvider;

/** A model that answers with its input, read with the types that it declares. */
public class Echo implements ModelProviderFactory {
  @Override
  public String factoryIdentifier() {
    return "echo";
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of();
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return Set.of();
  }

  @Override
  public ModelProvider createModelProvider(Context context) {
    return new Provider();
  }

  static class Provider implements PredictRuntimeProvider {
    @Override
    public PredictFunction createPredictFunction(Context context) {
      return new Read();
    }

    @Override
    public ModelProvider copy() {
      return this;
    }
  }

  public static class Read extends PredictFunction {
    @Override
    public Collection<RowData> predict(RowData row) {
      String answer =
          "DOUBLE %s, BIGINT %s, ROW<DOUBLE> %s"
              .formatted(
                  read(() -> row.getDouble(0)),
                  read(() -> row.getLong(1)),
                  read(() -> row.getRow(2, 1).getDouble(0)));
      return List.of(GenericRowData.of(StringData.fromString(answer)));
    }

    private static String read(Supplier<Object> value) {
      try {
        return value.get().toString();
      } catch (ClassCastException e) {
        return "ClassCastException";
      }
    }
  }

  public static class ReadDouble extends ScalarFunction {
    public String eval(Double value) {
      return "DOUBLE " + value;
    }
  }

  public static void main(String[] arguments) throws Exception {
    TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inBatchMode());
    tables.createTemporarySystemFunction("read_double", ReadDouble.class);
    tables.executeSql(
        "CREATE MODEL m INPUT (d DOUBLE, n BIGINT, r ROW<x DOUBLE>) OUTPUT (answer STRING)"
            + " WITH ('provider' = 'echo')");
    String predict = "SELECT answer FROM ML_PREDICT((SELECT %s), MODEL m, DESCRIPTOR(d, n, r))";
    print(tables, "scalar function", "SELECT read_double(0.5)");
    print(
        tables,
        "declared types",
        predict.formatted("CAST(0.5 AS DOUBLE) AS d, CAST(1 AS BIGINT) AS n, ROW(CAST(0.5 AS DOUBLE)) AS r"));
    print(tables, "castable types", predict.formatted("0.5 AS d, 1 AS n, ROW(0.5) AS r"));
  }

  private static void print(TableEnvironment tables, String name, String query) throws Exception {
    try (var rows = tables.executeSql(query).collect()) {
      System.out.println(name + ": " + rows.next().getField(0));
    }
  }
}
JAVA
javac -proc:none -cp 'lib/*' -d classes Echo.java
java -Xmx1g --add-opens=java.base/java.util=ALL-UNNAMED --add-opens=java.base/java.lang=ALL-UNNAMED \
  -cp 'classes:lib/*' Echo 2>log | tee out
diff - out <<'EXPECTED' >/dev/null
scalar function: DOUBLE 0.5
declared types: DOUBLE 0.5, BIGINT 1, ROW<DOUBLE> 0.5
castable types: DOUBLE ClassCastException, BIGINT ClassCastException, ROW<DOUBLE> 2.5E-323
EXPECTED
