package io.groundstream.sql.model;

import java.util.Set;

/** Names in SQL. */
final class SqlNames {
  /** Those of ours that Flink's SQL reserves. */
  private static final Set<String> RESERVED = Set.of("end", "ordinal", "start", "text");

  private SqlNames() {}

  /** Returns a name of a column or field, quoted if SQL reserves it. */
  static String quoted(String name) {
    return RESERVED.contains(name) ? "`" + name + "`" : name;
  }
}
