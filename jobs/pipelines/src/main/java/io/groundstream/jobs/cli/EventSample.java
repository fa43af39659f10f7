package io.groundstream.jobs.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.avro.ImageRequest;
import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.enrich.FailureReasons;
import io.groundstream.operators.deadletter.Failure;
import io.groundstream.operators.event.EventSources;
import io.groundstream.operators.format.EventDecoder;
import io.groundstream.operators.format.RequestsJson;
import io.groundstream.operators.grounding.EventPreview;
import io.groundstream.operators.grounding.RegistryContext;
import io.groundstream.operators.kafka.KafkaClients;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistry;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Reads some records of a job's events topic, and shows what they would become. */
final class EventSample {
  /** Records may be large: no more are in memory at a time beside what the client fetches. */
  private static final int MOST_HELD = 20;

  private static final int LONGEST_CELL = 60;
  private static final int LONGEST_PROBLEM = 300;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private EventSample() {}

  /**
   * Reads the records that the job would read next; for a topic without any, some of its last ones.
   * Commits nothing.
   *
   * @param most the number of records of each topic
   */
  static SampleReader.Sample read(EnrichmentSettings settings, int most)
      throws CommandException, InterruptedException {
    KafkaSettings kafka = settings.kafka();
    Map<String, String> fixed =
        Map.of(
            "group.id", kafka.groupId(),
            "enable.auto.commit", "false",
            // To look must not make the topic.
            "allow.auto.create.topics", "false",
            "max.poll.records", Integer.toString(Math.min(most, MOST_HELD)),
            "default.api.timeout.ms", Long.toString(SampleReader.PATIENCE.toMillis()));
    try (SchemaRegistry registry =
            SchemaRegistry.connect(settings.registry().urls(), settings.registry().properties());
        KafkaConsumer<byte[], byte[]> consumer = KafkaClients.of(kafka).consumer("sample", fixed)) {
      EventDecoder decoder = decoder(settings, registry);
      return new SampleReader(
              consumer,
              kafka,
              most,
              record -> EventPreview.of(EventSources.record(record), decoder, settings.grounding()))
          .read();
    } catch (KafkaException e) {
      throw new CommandException("Cannot read " + kafka.events() + ": " + FailureReasons.of(e), e);
    } catch (RegistryUnavailableException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  private static EventDecoder decoder(EnrichmentSettings settings, SchemaRegistry registry) {
    return settings
        .events()
        .open(RegistryContext.impatient(registry, settings.registry().ignoreRecordNames()));
  }

  /** Prints previews as a table for people, or as a JSON object a line. */
  static void print(List<EventPreview> previews, boolean json, PrintStream out) {
    if (json) {
      previews.forEach(preview -> out.println(json(preview)));
      return;
    }
    if (previews.isEmpty()) {
      out.println("There are no records.");
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("RECORD", "EVENT", "IMAGE ID", "IMAGE", "ATTRIBUTES", "ASKED"));
    for (EventPreview preview : previews) {
      rows.add(
          List.of(
              preview.position(),
              cell(preview.eventId()),
              cell(preview.imageId()),
              cell(preview.image()),
              cell(
                  preview.attributes().entrySet().stream()
                      .sorted(Map.Entry.comparingByKey())
                      .map(entry -> entry.getKey() + "=" + entry.getValue())
                      .collect(Collectors.joining(" "))),
              preview.skipped()
                  ? "nothing: the record is skipped"
                  : cell(
                      preview.requests().stream()
                          .map(EventSample::request)
                          .collect(Collectors.joining("; ")))));
    }
    TextTable.print(rows, out);
    for (EventPreview preview : previews) {
      for (Failure problem : preview.problems()) {
        out.println(
            preview.position()
                + " would be a dead letter: "
                + problem.code()
                + ": "
                + TextTable.brief(problem.message(), LONGEST_PROBLEM));
      }
    }
  }

  private static String cell(@Nullable String text) {
    return text == null || text.isEmpty() ? "-" : TextTable.brief(text, LONGEST_CELL);
  }

  private static String request(ImageRequest request) {
    return request.getTask()
        + (request.getText() == null ? "" : ": " + request.getText())
        + (request.getParts().isEmpty() ? "" : " of " + request.getParts().size() + " parts")
        + (request.getBoxes().isEmpty() ? "" : " with " + request.getBoxes().size() + " boxes")
        + (request.getCandidates().isEmpty()
            ? ""
            : " among " + String.join(" | ", request.getCandidates()));
  }

  private static ObjectNode json(EventPreview preview) {
    ObjectNode object = JSON.objectNode();
    object.put("position", preview.position());
    object.put("skipped", preview.skipped());
    object.put("event_id", preview.eventId());
    object.put("image_id", preview.imageId());
    object.put("image", preview.image());
    object.put("event_time", preview.eventTime() == null ? null : preview.eventTime().toString());
    ObjectNode attributes = object.putObject("attributes");
    preview.attributes().forEach(attributes::put);
    object.set("requests", RequestsJson.list(preview.requests()));
    ArrayNode problems = object.putArray("problems");
    for (Failure problem : preview.problems()) {
      problems
          .addObject()
          .put("stage", problem.stage().id())
          .put("code", problem.code())
          .put("message", problem.message());
    }
    return object;
  }
}
