package io.groundstream.console.demo;

import io.groundstream.operators.kafka.KafkaOptions;
import java.util.List;

/** The names of the demo's topics: the job's defaults. */
final class DemoTopics {
  static final String EVENTS = KafkaOptions.EVENTS_TOPICS.defaultValue().get(0);
  static final String IMAGES = KafkaOptions.IMAGES_TOPIC.defaultValue();
  static final String PHRASES = KafkaOptions.PHRASES_TOPIC.defaultValue();
  static final String DEAD_LETTERS = KafkaOptions.DEAD_LETTERS_TOPIC.defaultValue();
  static final List<String> ALL = List.of(EVENTS, IMAGES, PHRASES, DEAD_LETTERS);

  /** Two of each, so that two subtasks share one model as they do in a real job. */
  static final int PARTITIONS = 2;

  private DemoTopics() {}
}
