package io.groundstream.sql.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.operators.fetch.FetchOptions;
import io.groundstream.operators.grounding.ModelOptions;
import java.lang.reflect.Field;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.configuration.ConfigOption;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlModelOptionsTest {
  /** An option that is added to a job's model or fetcher is one of queries as well. */
  @ParameterizedTest
  @ValueSource(classes = {ModelOptions.class, FetchOptions.class})
  void hasEveryOptionOfModelsAndFetchers(Class<?> options) throws Exception {
    Set<ConfigOption<?>> declared = new HashSet<>();
    for (Field field : options.getFields()) {
      if (field.get(null) instanceof ConfigOption<?> option) {
        declared.add(option);
      }
    }
    assertThat(declared).isNotEmpty();
    assertThat(SqlModelOptions.ALL).containsAll(declared);
  }
}
