package io.groundstream.schemas;

import org.jspecify.annotations.Nullable;

/**
 * A topic with the format of its records, from which follows whether they have one of our schemas.
 *
 * @param formatName the format's name; for events also one that is not a {@link RecordFormat}
 */
public record TopicSchema(TopicContract contract, String topic, String formatName) {
  /** Creates the schema of a topic of results. */
  public TopicSchema(TopicContract contract, String topic, RecordFormat format) {
    this(contract, topic, format.toString());
  }

  /** Returns the subject of the topic's values. */
  public String subject() {
    return SubjectNames.ofValues(topic);
  }

  /** Returns the format, or null if this version has no schema in its language. */
  public @Nullable RecordFormat format() {
    return RecordFormat.find(formatName);
  }

  /**
   * Returns the schema that the topic's subject needs, or null if it needs none of ours: JSON alone
   * has no subject, and events in other formats than Avro have the schemas of their producers.
   */
  public @Nullable SchemaText registered() {
    RecordFormat format = format();
    return format == null || (contract == TopicContract.EVENTS && format != RecordFormat.AVRO)
        ? null
        : contract.registered(format);
  }

  /** Explains why the subject needs no schema of ours, for people. */
  public String remark() {
    return contract == TopicContract.EVENTS
        ? "events in " + formatName + " need no schema of ours"
        : formatName + " needs no schema in a registry";
  }
}
