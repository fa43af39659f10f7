package io.groundstream.sql.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.schemas.TopicContract;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.catalog.Column;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TopicTableTest {
  /** SqlTopicsITCase reads records through the tables. */
  @ParameterizedTest
  @EnumSource
  void flinkParsesTheStatement(TopicContract contract) {
    TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
    TopicTable table =
        new TopicTable(
            contract,
            "it's",
            "broker:9092",
            "http://registry:8081",
            Map.of("client.id", "sql"),
            "me:it's");

    tables.executeSql(table.ddl());

    List<String> columns =
        tables.from(table.name()).getResolvedSchema().getColumns().stream()
            .map(Column::getName)
            .toList();
    assertThat(columns.subList(0, columns.size() - 1))
        .isEqualTo(contract.schema().getFields().stream().map(Schema.Field::name).toList());
    assertThat(table.ddl())
        .contains(
            "'topic' = 'it''s'",
            "'properties.client.id' = 'sql'",
            "'value.avro-confluent.url' = 'http://registry:8081'");
  }
}
