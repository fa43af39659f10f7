package io.groundstream.it;

import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

/**
 * Runs its arguments as statements of SQL and prints their results. Uses no other class of this
 * project, as a process whose class path is that of Flink.
 */
public final class SqlJarMain {
  private SqlJarMain() {}

  public static void main(String[] arguments) {
    TableEnvironment tables = TableEnvironment.create(EnvironmentSettings.inStreamingMode());
    tables.getConfig().set("parallelism.default", "1");
    tables.getConfig().set("table.display.max-column-width", "200");
    for (String statement : arguments) {
      tables.executeSql(statement).print();
    }
    // Ends the process even if threads are still running.
    System.exit(0);
  }
}
