package io.groundstream.schemas;

/** The names under which the Schema Registry keeps the schemas of a topic. */
public final class SubjectNames {
  private SubjectNames() {}

  /**
   * Returns the subject of a topic's values, as Confluent's default strategy (one schema per topic)
   * names it.
   */
  public static String ofValues(String topic) {
    return topic + "-value";
  }
}
