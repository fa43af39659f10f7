package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.groundstream.avro.ImageEvent;
import io.groundstream.jobs.embedded.LocalFlink;
import io.groundstream.jobs.embedded.LocalPorts;
import io.groundstream.jobs.enrich.EnrichmentJob;
import io.groundstream.operators.config.EnrichmentSettings;
import io.groundstream.operators.metrics.Metric;
import io.groundstream.operators.metrics.MetricPlace;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Traces of events: from the span of their producer through the real job to the headers that their
 * consumers get, and what becomes of the job when nobody collects them.
 */
@Timeout(300)
final class TracesITCase {
  private static final Path CHECKPOINT = Path.of("..", "model-serving", "demo-checkpoint");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String PRODUCER = "b7ad6b7169203331";
  private static final String SECRET = "hidden-4711";

  @TempDir static Path directory;

  private static TestBroker kafka;
  private static TestRegistry registry;
  private static LocalFlink flink;
  private static int metricsPort;

  @BeforeAll
  static void start() throws Exception {
    kafka = TestBroker.start(directory.resolve("kafka"));
    registry = TestRegistry.start(directory.resolve("registry"));
    metricsPort = LocalPorts.choose("metrics", 0);
    flink = LocalFlink.start(directory.resolve("flink"), 4, 0, Scrape.reporter(metricsPort));
  }

  @AfterAll
  static void stop() throws Exception {
    flink.close();
    registry.close();
    kafka.close();
  }

  private static JobID submit(JobTopics topics, TraceCollector collector, Map<String, String> more)
      throws Exception {
    Map<String, String> values = new HashMap<>(topics.configuration());
    values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
    values.put("schema-registry.url", registry.url());
    values.put("model.checkpoint", CHECKPOINT.toAbsolutePath().toString());
    values.put("model.dtype", "float32");
    values.put("job.parallelism", "2");
    values.put("job.checkpoint-interval", "500 ms");
    values.put("flink.restart-strategy.type", "none");
    values.put("traces.otlp-endpoint", collector.url());
    values.put("traces.http-headers.Authorization", "Bearer " + SECRET);
    values.putAll(more);
    return flink.submit(EnrichmentJob.define(EnrichmentSettings.parse(values)));
  }

  private static String traceId(int event) {
    return "%032x".formatted(0xabc000 + event);
  }

  private static void publish(JobTopics topics, ImageEvent event, String traceparent) {
    topics.publish(event.getEventId(), topics.encode(event), "traceparent", traceparent);
  }

  private static String sampled(int event) {
    return "00-" + traceId(event) + "-" + PRODUCER + "-01";
  }

  @Test
  void anEventsTraceGoesOnFromItsProducerToItsConsumers() throws Exception {
    Path root = Files.createDirectories(directory.resolve("pictures"));
    Path linked = Files.copy(Events.SCENES.resolve("scene-003.jpg"), root.resolve("linked.jpg"));
    try (TraceCollector collector = TraceCollector.start();
        JobTopics topics = JobTopics.create("traced", kafka.bootstrapServers(), registry.url())) {
      JobID job =
          submit(
              topics,
              collector,
              Map.of(
                  "fetch.allowed-roots",
                  root.toAbsolutePath().toString(),
                  "traces.service-name",
                  "pictures"));
      publish(
          topics,
          Events.event(
              "told",
              "scene-000.jpg",
              Events.request("grounded-caption", null),
              Events.request("question", null)),
          sampled(1));
      publish(topics, uri("linked", linked.toUri().toString()), sampled(2));
      publish(
          topics,
          uri("refused", "https://pictures.example/" + SECRET + ".jpg?key=" + SECRET),
          sampled(3));
      topics.publish("broken", new byte[] {7}, "traceparent", sampled(4));
      publish(
          topics,
          Events.event("unsampled", "scene-002.jpg"),
          "00-" + traceId(5) + "-" + PRODUCER + "-00");
      publish(topics, Events.event("malformed", "scene-004.jpg"), "00-" + SECRET);
      topics.publish(Events.event("untold", "scene-001.jpg"));
      topics.readUntil(
          PATIENCE,
          () ->
              topics.images.size() >= 5
                  && topics.imagesAreWhole()
                  && topics.deadLetters.size() >= 3);
      // The same picture once more, now that it is known.
      topics.publish(Events.event("again", "scene-001.jpg"));
      topics.readUntil(PATIENCE, () -> topics.images.size() >= 6 && topics.imagesAreWhole());
      Eventually.holds(PATIENCE, "7 events' spans", () -> eventSpans(collector).size() >= 7);

      Map<String, Span> events = eventSpans(collector);
      assertThat(events.keySet())
          .containsExactlyInAnyOrder(
              "told", "linked", "refused", "broken", "malformed", "untold", "again");
      checkTimes(collector.spans);
      checkTold(collector, topics, events);
      checkFailures(collector, events);
      checkParents(collector, events);
      checkHeaders(topics, events);
      assertThat(collector.spans.toString()).doesNotContain(SECRET);
      assertThat(collector.authorizations).containsOnly("Bearer " + SECRET);
      assertThat(collector.resources)
          .allSatisfy(
              resource ->
                  assertThat(resource)
                      .contains(entry("service.name", "pictures"))
                      .containsKey("service.instance.id"));
      checkMetrics(job, collector);
      flink.cancel(job);
      awaitNoThreads();
    }
  }

  private static ImageEvent uri(String id, String uri) {
    return ImageEvent.newBuilder().setEventId(id).setImageUri(uri).build();
  }

  /** The spans of events by the events' names, where they have one. */
  private static Map<String, Span> eventSpans(TraceCollector collector) {
    Map<String, Span> spans = new HashMap<>();
    for (Span span : collector.spans) {
      if (span.getKind() == SpanKind.SPAN_KIND_CONSUMER) {
        spans.put(attributes(span).getOrDefault("groundstream.event.id", "broken"), span);
      }
    }
    return spans;
  }

  private static <T> T of(Map<String, T> all, String name) {
    T found = all.get(name);
    assertThat(found).as(name).isNotNull();
    return found;
  }

  private static Map<String, String> attributes(Span span) {
    return TraceCollector.attributes(span.getAttributesList());
  }

  private static List<Span> children(TraceCollector collector, Span parent) {
    return collector.spans.stream()
        .filter(span -> span.getParentSpanId().equals(parent.getSpanId()))
        .sorted((a, b) -> Long.compare(a.getStartTimeUnixNano(), b.getStartTimeUnixNano()))
        .toList();
  }

  private static Span child(TraceCollector collector, Span parent, String name) {
    List<Span> named =
        children(collector, parent).stream().filter(span -> span.getName().equals(name)).toList();
    assertThat(named).as(name).hasSize(1);
    return named.get(0);
  }

  /** No span begins or ends outside of the one that it is in. */
  private static void checkTimes(List<Span> spans) {
    Map<Object, Span> byId =
        spans.stream().collect(Collectors.toMap(Span::getSpanId, span -> span));
    for (Span span : spans) {
      assertThat(span.getEndTimeUnixNano())
          .as(span.getName())
          .isGreaterThanOrEqualTo(span.getStartTimeUnixNano());
      Span parent = byId.get(span.getParentSpanId());
      if (parent != null) {
        assertThat(span.getTraceId()).isEqualTo(parent.getTraceId());
        assertThat(span.getStartTimeUnixNano())
            .as(span.getName())
            .isGreaterThanOrEqualTo(parent.getStartTimeUnixNano());
        assertThat(span.getEndTimeUnixNano())
            .as(span.getName())
            .isLessThanOrEqualTo(parent.getEndTimeUnixNano());
      }
    }
  }

  /** One after the other, with whatever is in between. */
  private static void checkOrder(Span... spans) {
    for (int i = 1; i < spans.length; i++) {
      assertThat(spans[i].getStartTimeUnixNano())
          .as(spans[i - 1].getName() + " before " + spans[i].getName())
          .isGreaterThanOrEqualTo(spans[i - 1].getEndTimeUnixNano());
    }
  }

  private static void checkTold(
      TraceCollector collector, JobTopics topics, Map<String, Span> events) {
    Span told = of(events, "told");
    assertThat(told.getName()).isEqualTo("process " + topics.events());
    assertThat(attributes(told))
        .contains(
            entry("messaging.system", "kafka"),
            entry("messaging.operation.name", "process"),
            entry("messaging.operation.type", "process"),
            entry("messaging.destination.name", topics.events()),
            entry("messaging.consumer.group.name", "traced"),
            entry("groundstream.image.id", "told"),
            entry("groundstream.dead_letters", "1"));
    String origin =
        topics.images.stream()
            .filter(image -> image.getEventId().equals("told"))
            .findFirst()
            .orElseThrow()
            .getOrigin()
            .getPosition();
    assertThat(
            attributes(told).get("messaging.destination.partition.id")
                + ":"
                + attributes(told).get("messaging.kafka.offset"))
        .isEqualTo(origin);
    assertThat(told.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_UNSET);

    Map<String, Span> requests =
        children(collector, told).stream()
            .filter(span -> span.getName().equals("ground"))
            .collect(
                Collectors.toMap(
                    span -> attributes(span).get("groundstream.request.task"), span -> span));
    assertThat(requests).containsOnlyKeys("grounded-caption", "question");
    Span answered = of(requests, "grounded-caption");
    checkOrder(
        child(collector, told, "decode record"),
        child(collector, told, "decode image"),
        answered,
        child(collector, told, "emit"));
    Span queue = child(collector, answered, "queue");
    Span prefill = child(collector, answered, "prefill");
    Span decode = child(collector, answered, "decode");
    checkOrder(queue, prefill, decode);
    assertThat(prefill.getStartTimeUnixNano()).isEqualTo(queue.getEndTimeUnixNano());
    assertThat(prefill.getEndTimeUnixNano()).isGreaterThan(prefill.getStartTimeUnixNano());
    assertThat(decode.getStartTimeUnixNano()).isEqualTo(prefill.getEndTimeUnixNano());
    assertThat(attributes(answered))
        .contains(
            entry("gen_ai.response.finish_reasons", "[end]"), entry("groundstream.phrases", "2"))
        .containsKeys("groundstream.request.id");
    assertThat(Integer.parseInt(attributes(answered).get("gen_ai.usage.input_tokens")))
        .isGreaterThan(64);
    assertThat(Integer.parseInt(attributes(answered).get("gen_ai.usage.output_tokens")))
        .isBetween(2, 96);
    Span unanswered = of(requests, "question");
    assertThat(unanswered.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
    assertThat(attributes(unanswered)).contains(entry("error.type", "text-missing"));
    assertThat(children(collector, unanswered)).isEmpty();
  }

  private static void checkFailures(TraceCollector collector, Map<String, Span> events) {
    Span broken = of(events, "broken");
    assertThat(broken.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
    assertThat(attributes(broken))
        .contains(entry("groundstream.stage", "decode-record"))
        .doesNotContainKey("groundstream.image.id");
    assertThat(attributes(child(collector, broken, "decode record")))
        .containsEntry("error.type", attributes(broken).get("error.type"));

    Span refused = of(events, "refused");
    assertThat(refused.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
    assertThat(attributes(refused)).contains(entry("groundstream.stage", "fetch"));
    assertThat(attributes(child(collector, refused, "fetch image")))
        .containsOnly(
            entry("url.scheme", "https"),
            entry("server.address", "pictures.example"),
            entry("error.type", attributes(refused).get("error.type")));

    Span linked = of(events, "linked");
    assertThat(linked.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_UNSET);
    Span fetch = child(collector, linked, "fetch image");
    assertThat(attributes(fetch)).containsOnly(entry("url.scheme", "file"));
    assertThat(children(collector, of(events, "again")))
        .extracting(Span::getName)
        .containsExactly("decode record", "reuse image", "ground", "emit");
    checkOrder(fetch, child(collector, linked, "decode image"), child(collector, linked, "ground"));
  }

  private static void checkParents(TraceCollector collector, Map<String, Span> events) {
    List<String> named = List.of("told", "linked", "refused", "broken");
    for (int i = 0; i < named.size(); i++) {
      Span event = of(events, named.get(i));
      assertThat(TraceCollector.id(event.getTraceId())).isEqualTo(traceId(i + 1));
      assertThat(TraceCollector.id(event.getParentSpanId())).isEqualTo(PRODUCER);
    }
    assertThat(of(events, "untold").getParentSpanId().isEmpty()).isTrue();
    assertThat(of(events, "malformed").getParentSpanId().isEmpty()).isTrue();
    assertThat(collector.spans)
        .noneMatch(span -> TraceCollector.id(span.getTraceId()).equals(traceId(5)));
  }

  /** What consumers get says which span it comes of. */
  private static void checkHeaders(JobTopics topics, Map<String, Span> events) throws Exception {
    Map<String, List<String>> headers = traceparents(topics);
    assertThat(of(headers, "told")).hasSize(1 + 2 + 1);
    events.forEach(
        (event, span) ->
            assertThat(of(headers, event))
                .as(event)
                .isNotEmpty()
                // The other bit says that the identifier is random.
                .allMatch(
                    header ->
                        header.matches(
                            "00-"
                                + TraceCollector.id(span.getTraceId())
                                + "-"
                                + TraceCollector.id(span.getSpanId())
                                + "-0[13]")));
    assertThat(of(headers, "unsampled"))
        .isNotEmpty()
        .allMatch(header -> header.matches("00-" + traceId(5) + "-[0-9a-f]{16}-00"));
  }

  /** The {@code traceparent} headers of all that is committed, by the records' keys. */
  private static Map<String, List<String>> traceparents(JobTopics topics) throws Exception {
    int expected = topics.images.size() + topics.phrases.size() + topics.deadLetters.size();
    List<TopicPartition> partitions =
        Stream.of(topics.images(), topics.phrases(), topics.deadLetters())
            .flatMap(topic -> Stream.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1)))
            .toList();
    Map<String, List<String>> found = new HashMap<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
      Eventually.holds(
          PATIENCE,
          expected + " records",
          () -> {
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            return records.size() >= expected;
          });
      for (ConsumerRecord<String, byte[]> record : records) {
        for (Header header : record.headers().headers("traceparent")) {
          found
              .computeIfAbsent(record.key(), key -> new ArrayList<>())
              .add(new String(header.value(), StandardCharsets.US_ASCII));
        }
      }
    }
    return found;
  }

  private static void checkMetrics(JobID job, TraceCollector collector) throws Exception {
    Eventually.holds(
        PATIENCE,
        "all spans counted",
        () ->
            Scrape.of(metricsPort, job).of(Metric.SENT_SPANS).stream()
                .anyMatch(sample -> sample.value() == collector.spans.size()));
    Scrape scrape = Scrape.of(metricsPort, job);
    scrape.checkComplete(MetricPlace.TRACES);
    assertThat(scrape.sum(Metric.DROPPED_SPANS)).isZero();
    assertThat(scrape.sum(Metric.WAITING_SPANS)).isZero();
  }

  @Test
  void aCollectorThatHangsHoldsUpNothingAndWhoIsNotSampledStaysSo() throws Exception {
    try (TraceCollector collector = TraceCollector.startHanging();
        JobTopics topics = JobTopics.create("hanging", kafka.bootstrapServers(), registry.url())) {
      JobID job =
          submit(
              topics,
              collector,
              Map.of(
                  "traces.sample-ratio", "0",
                  "traces.queue-capacity", "8",
                  "traces.timeout", "2 s"));
      int events = 12;
      for (int i = 0; i < events; i++) {
        ImageEvent event = Events.event("event-" + i, "scene-%03d.jpg".formatted(i));
        if (i < 6) {
          publish(topics, event, sampled(10 + i));
        } else {
          topics.publish(event);
        }
      }
      topics.readUntil(PATIENCE, () -> topics.images.size() >= events && topics.imagesAreWhole());
      Eventually.holds(
          PATIENCE,
          "dropped spans",
          () -> Scrape.of(metricsPort, job).sum(Metric.DROPPED_SPANS) > 0);

      assertThat(flink.status(job)).isEqualTo(JobStatus.RUNNING);
      assertThat(topics.deadLetters).isEmpty();
      Map<String, List<String>> headers = traceparents(topics);
      for (int i = 0; i < events; i++) {
        assertThat(of(headers, "event-" + i))
            .isNotEmpty()
            .allMatch(
                i < 6 ? header -> header.endsWith("-01") : header -> header.matches(".*-0[02]"));
      }
      flink.cancel(job);
      awaitNoThreads();
    }
  }

  private static void awaitNoThreads() throws Exception {
    Eventually.holds(
        PATIENCE,
        "no thread of traces",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .noneMatch(
                    name -> name.startsWith("traces-") || name.startsWith("BatchSpanProcessor")));
  }
}
