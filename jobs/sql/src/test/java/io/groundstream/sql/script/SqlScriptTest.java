package io.groundstream.sql.script;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;
import org.junit.jupiter.api.Test;

class SqlScriptTest {
  @Test
  void splitsAtSemicolonsOutsideOfQuotesAndComments() {
    assertThat(
            SqlScript.split(
                """
                -- first; not a statement
                SELECT 'a;b', `c;d` /* e;f */ FROM t; ;
                SELECT /*+ OPTIONS('a'='1;2') */ 'it''s; so' -- end; here
                  FROM u\
                """))
        .containsExactly(
            "SELECT 'a;b', `c;d`   FROM t",
            "SELECT /*+ OPTIONS('a'='1;2') */ 'it''s; so'  \n  FROM u");
  }

  @Test
  void keepsStatementSetsTogether() {
    assertThat(
            SqlScript.split(
                "EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END;"
                    + " SELECT 3;"))
        .containsExactly(
            "EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; END",
            "SELECT 3");
  }

  @Test
  void setsOptionsOfTheSession() {
    TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
    assertThat(SqlScript.execute(tables, "set 'pipeline.name' = 'it''s mine'")).isNull();
    assertThat(tables.getConfig().getConfiguration().toMap())
        .containsEntry("pipeline.name", "it's mine");
  }
}
