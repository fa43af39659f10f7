package io.groundstream.operators.format;

import static io.groundstream.operators.format.Formats.JPEG;
import static io.groundstream.operators.format.Formats.event;
import static io.groundstream.operators.format.Formats.record;
import static io.groundstream.operators.format.Formats.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.grounding.GroundingOptions;
import io.groundstream.operators.grounding.GroundingSettings;
import io.groundstream.operators.grounding.RequestOptions;
import io.groundstream.operators.kafka.EventTopics;
import io.groundstream.operators.settings.InvalidConfigurationException;
import io.groundstream.operators.settings.SettingsReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests settings of single topics, and of topics that match a pattern. */
class PerTopicTest {
  private static EventRecord from(String topic, EventRecord record) {
    record.setTopic(topic);
    return record;
  }

  private static List<String> problems(Map<String, String> configuration) {
    SettingsReader reader = new SettingsReader(configuration);
    EventFormats.read(reader);
    TopicOptions.check(reader, EventTopics.read(reader));
    return catchThrowableOfType(InvalidConfigurationException.class, reader::throwIfWrong)
        .problems();
  }

  @Test
  void eachTopicHasItsFormat() throws Exception {
    EventDecoder decoder =
        Formats.decoder(
            Map.of(
                "kafka.topics.events", "frames;shop.public.product",
                "kafka.topics.events-pattern", "raw\\..*",
                "events.format", "json",
                "events.json.event-id", "/key",
                "events.topics.frames.format", "image",
                "events.topics.frames.attribute-headers", "camera",
                "events.topics.shop.public.product.json.event-id", "/number",
                "events.topics.raws.pattern", "raw\\..*",
                "events.topics.raws.format", "image"));

    assertThat(event(decoder, from("frames", record(JPEG))).getImageBytes()).isNotNull();
    assertThat(event(decoder, from("raw.1", record(JPEG))).getImageBytes()).isNotNull();
    String both = "{\"key\": 1, \"number\": 2}";
    assertThat(event(decoder, from("shop.public.product", record(both))).getEventId())
        .isEqualTo("2");
    assertThat(event(decoder, from("another", record(both))).getEventId()).isEqualTo("1");
    assertThat(refused(decoder, from("frames", record(both)), "format-mismatch"))
        .contains("looks like JSON");
    assertThat(decoder.imageFields(from("another", record(both)))).contains("/image_url");
    assertThat(decoder.imageFields(from("frames", record(both)))).contains("image_bytes");
  }

  @Test
  void problemsNameTheKeyOfTheTopic() {
    assertThat(
            problems(
                Map.of("kafka.topics.events", "a;b", "events.topics.a.json.image-uri", "/url")))
        .containsExactly(
            "events.topics.a.json.image-uri: /url (expected: not set, or events.format: json or"
                + " cloudevents or json-schema or protobuf)");
    assertThat(problems(Map.of("kafka.topics.events", "a", "events.topics.a.format", "xml")))
        .singleElement()
        .asString()
        .startsWith("events.topics.a.format: xml (expected: ")
        .contains("avro, image");
    assertThat(problems(Map.of("kafka.topics.events", "a", "events.topics.b.format", "json")))
        .singleElement()
        .asString()
        .startsWith("events.topics.b: settings of a topic that the job does not read");
    assertThat(problems(Map.of("kafka.topics.events", "a", "events.topics.a.formats", "json")))
        .singleElement()
        .asString()
        .startsWith("events.topics.a.formats: json (expected: events.topics.NAME.");
    assertThat(
            problems(
                Map.of(
                    "events.topics.b.format", "json",
                    "events.topics.b.pattern", "(")))
        .singleElement()
        .asString()
        .startsWith("events.topics.b.pattern: ( (expected: a regular expression");
    // Of use for topics without settings of their own, even if their format is another one.
    assertThat(
            problems(
                Map.of(
                    "kafka.topics.events", "a;b",
                    "events.json.image-uri", "/url",
                    "events.format", "image",
                    "events.topics.b.format", "json",
                    "events.topics.c.format", "json")))
        .singleElement()
        .asString()
        .startsWith("events.topics.c");
  }

  @Test
  void theKeysOfRequestsAreThoseOfTheirOptions() {
    assertThat(TopicOptions.DEFAULT_TASKS).isEqualTo(GroundingOptions.DEFAULT_TASKS.key());
    assertThat(TopicOptions.RULES).isEqualTo(RequestOptions.RULES_PREFIX);
  }

  /** A source that is restored from a savepoint reads on topics that are no longer configured. */
  @Test
  void theRecordsOfOtherTopicsAreRefused() {
    SettingsReader reader =
        new SettingsReader(
            Map.of(
                "kafka.topics.events", "a",
                "kafka.topics.events-pattern", "raw\\..*",
                "events.format", "json"));
    EventDecoder decoder =
        EventFormats.only(EventTopics.read(reader), EventFormats.read(reader))
            .open(Formats.context(Map.of()));
    EventRecord document = record("{\"id\": 1}");

    assertThat(event(decoder, from("a", document)).getEventId()).isEqualTo("1");
    assertThat(event(decoder, from("raw.1", document)).getEventId()).isEqualTo("1");
    assertThat(refused(decoder, from("removed", document), "topic-not-configured"))
        .startsWith("topic: removed (expected: a topic of kafka.topics.events or ")
        .contains("which are a, /raw\\..*/", "events.topics.removed.format");
    // Its key would delete results of an image of the same name.
    assertThat(decoder.isTombstone(from("removed", record((byte[]) null)))).isFalse();
    assertThat(decoder.isTombstone(from("a", record((byte[]) null)))).isTrue();
  }

  @Test
  void aKeyWithTwoMeaningsIsThatOfTheTopicThatIsRead() {
    // A rule named json of the topic a, or the option json.requests of the topic a.rules.
    String key = "events.topics.a.rules.json.requests";
    assertThat(meaning("a", key, "/tasks")).containsExactly("a requests.rules. json.requests");
    assertThat(meaning("a.rules", key, "/tasks")).containsExactly("a.rules events.json.requests");
    assertThat(meaning("b", key, "/tasks", "events.topics.a.rules.pattern", "c.*"))
        .containsExactly("a.rules events.json.requests");
    assertThat(problems(Map.of("kafka.topics.events", "a;a.rules", key, "/tasks")))
        .containsExactly(
            key
                + ": /tasks (expected: one meaning, not rules.json.requests of the topic a and"
                + " json.requests of the topic a.rules; rename the rule, or use a name and"
                + " events.topics.NAME.pattern)");
  }

  private static List<String> meaning(String topics, String... configuration) {
    Map<String, String> values = new HashMap<>(Map.of("kafka.topics.events", topics));
    for (int i = 0; i < configuration.length; i += 2) {
      values.put(configuration[i], configuration[i + 1]);
    }
    return TopicOptions.read(new SettingsReader(values)).stream()
        .flatMap(topic -> topic.keys().keySet().stream().map(key -> topic.name() + " " + key))
        .toList();
  }

  @Test
  void topicsAreNamesAndAPattern() {
    EventTopics topics = new EventTopics(List.of("a.b", "c"), "raw\\..*");

    assertThat(List.of("a.b", "c", "raw.1")).allMatch(topics::contains);
    assertThat(List.of("axb", "raw", "xraw.1")).noneMatch(topics::contains);
    assertThat(topics.asPattern().matcher("a.b").matches()).isTrue();
    assertThat(topics.asPattern().matcher("axb").matches()).isFalse();
    assertThat(topics.asPattern().matcher("raw.2").matches()).isTrue();
    assertThat(topics.among(List.of("x", "raw.3", "c"))).containsExactly("a.b", "c", "raw.3");
    assertThat(topics).hasToString("a.b, c, /raw\\..*/");
  }

  @Test
  void halfARuleOfATopicIsNamedByItsKey() {
    SettingsReader reader =
        new SettingsReader(
            Map.of("kafka.topics.events", "a.b", "events.topics.a.b.rules.c.when", "d == \"e\""));
    GroundingSettings.read(reader);

    assertThat(
            catchThrowableOfType(InvalidConfigurationException.class, reader::throwIfWrong)
                .problems())
        .singleElement()
        .asString()
        .startsWith("events.topics.a.b.rules.c.when: half a rule (expected: also the key");
  }
}
