package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.groundstream.avro.ImageEvent;
import io.groundstream.console.embedded.LocalFlink;
import io.groundstream.jobs.cli.LocalPorts;
import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.enrich.EnrichmentJob;
import io.groundstream.operators.metrics.Metric;
import io.groundstream.operators.metrics.MetricPlace;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests traces of events, from the producer's span through the real job to the headers of the
 * result records, and the job's behaviour when no collector accepts spans.
 */
@Timeout(300)
final class TracesITCase {
  private static final Path CHECKPOINT = Path.of("..", "model-serving", "demo-checkpoint");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
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
    return flink.submit(EnrichmentJob.define(settings(topics, collector, more)));
  }

  private static EnrichmentSettings settings(
      JobTopics topics, TraceCollector collector, Map<String, String> more) throws Exception {
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
    return EnrichmentSettings.parse(values);
  }

  private static void publish(JobTopics topics, ImageEvent event, String traceparent) {
    topics.publish(event.getEventId(), topics.encode(event), "traceparent", traceparent);
  }

  @Test
  void anEventsTraceGoesOnFromItsProducerToItsConsumers() throws Exception {
    Path root = Files.createDirectories(directory.resolve("images"));
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
                  "fetch.reuse-window",
                  "10 min",
                  "traces.service-name",
                  "images",
                  "traces.timeout",
                  "1 min"));
      publish(
          topics,
          Events.event(
              "told",
              "scene-000.jpg",
              Events.request("grounded-caption", null),
              Events.request("question", null)),
          Traceparents.sampled(1));
      publish(topics, uri("linked", linked.toUri().toString()), Traceparents.sampled(2));
      publish(
          topics,
          uri("refused", "https://images.example/" + SECRET + ".jpg?key=" + SECRET),
          Traceparents.sampled(3));
      topics.publish("broken", new byte[] {7}, "traceparent", Traceparents.sampled(4));
      publish(topics, Events.event("unsampled", "scene-002.jpg"), Traceparents.unsampled(5));
      publish(topics, Events.event("malformed", "scene-004.jpg"), "00-" + SECRET);
      topics.publish(Events.event("untold", "scene-001.jpg"));
      topics.readUntil(
          PATIENCE,
          () ->
              topics.images.size() >= 5
                  && topics.imagesAreWhole()
                  && topics.deadLetters.size() >= 3);
      // The same image again, which is now in the cache.
      topics.publish(Events.event("again", "scene-001.jpg"));
      topics.readUntil(PATIENCE, () -> topics.images.size() >= 6 && topics.imagesAreWhole());
      Eventually.holds(
          PATIENCE, "7 events' spans", () -> TraceSpans.eventSpans(collector).size() >= 7);

      Map<String, Span> events = TraceSpans.eventSpans(collector);
      assertThat(events.keySet())
          .containsExactlyInAnyOrder(
              "told", "linked", "refused", "broken", "malformed", "untold", "again");
      TraceSpans.checkTimes(collector.spans);
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
                      .contains(entry("service.name", "images"))
                      .containsKey("service.instance.id"));
      checkMetrics(job, collector);
      flink.cancel(job);
      awaitNoThreads();
    }
  }

  private static ImageEvent uri(String id, String uri) {
    return ImageEvent.newBuilder().setEventId(id).setImageUri(uri).build();
  }

  private static void checkTold(
      TraceCollector collector, JobTopics topics, Map<String, Span> events) {
    Span told = TraceSpans.of(events, "told");
    assertThat(told.getName()).isEqualTo("process " + topics.events());
    assertThat(TraceSpans.attributes(told))
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
            TraceSpans.attributes(told).get("messaging.destination.partition.id")
                + ":"
                + TraceSpans.attributes(told).get("messaging.kafka.offset"))
        .isEqualTo(origin);
    assertThat(told.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_UNSET);

    Map<String, Span> requests =
        TraceSpans.children(collector, told).stream()
            .filter(span -> span.getName().equals("ground"))
            .collect(
                Collectors.toMap(
                    span -> TraceSpans.attributes(span).get("groundstream.request.task"),
                    span -> span));
    assertThat(requests).containsOnlyKeys("grounded-caption", "question");
    Span answered = TraceSpans.of(requests, "grounded-caption");
    TraceSpans.checkOrder(
        TraceSpans.child(collector, told, "decode record"),
        TraceSpans.child(collector, told, "decode image"),
        answered,
        TraceSpans.child(collector, told, "emit"));
    Span queue = TraceSpans.child(collector, answered, "queue");
    Span prefill = TraceSpans.child(collector, answered, "prefill");
    Span decode = TraceSpans.child(collector, answered, "decode");
    TraceSpans.checkOrder(queue, prefill, decode);
    assertThat(prefill.getStartTimeUnixNano()).isEqualTo(queue.getEndTimeUnixNano());
    assertThat(prefill.getEndTimeUnixNano()).isGreaterThan(prefill.getStartTimeUnixNano());
    assertThat(decode.getStartTimeUnixNano()).isEqualTo(prefill.getEndTimeUnixNano());
    assertThat(TraceSpans.attributes(answered))
        .contains(
            entry("gen_ai.response.finish_reasons", "[end]"), entry("groundstream.phrases", "2"))
        .containsKeys("groundstream.request.id");
    assertThat(Integer.parseInt(TraceSpans.attributes(answered).get("gen_ai.usage.input_tokens")))
        .isGreaterThan(64);
    assertThat(Integer.parseInt(TraceSpans.attributes(answered).get("gen_ai.usage.output_tokens")))
        .isBetween(2, 96);
    Span unanswered = TraceSpans.of(requests, "question");
    assertThat(unanswered.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
    assertThat(TraceSpans.attributes(unanswered)).contains(entry("error.type", "text-missing"));
    assertThat(TraceSpans.children(collector, unanswered)).isEmpty();
  }

  private static void checkFailures(TraceCollector collector, Map<String, Span> events) {
    Span broken = TraceSpans.of(events, "broken");
    assertThat(broken.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
    assertThat(TraceSpans.attributes(broken))
        .contains(entry("groundstream.stage", "decode-record"))
        .doesNotContainKey("groundstream.image.id");
    assertThat(TraceSpans.attributes(TraceSpans.child(collector, broken, "decode record")))
        .containsEntry("error.type", TraceSpans.attributes(broken).get("error.type"));

    Span refused = TraceSpans.of(events, "refused");
    assertThat(refused.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
    assertThat(TraceSpans.attributes(refused)).contains(entry("groundstream.stage", "fetch"));
    assertThat(TraceSpans.attributes(TraceSpans.child(collector, refused, "fetch image")))
        .containsOnly(
            entry("url.scheme", "https"),
            entry("server.address", "images.example"),
            entry("error.type", TraceSpans.attributes(refused).get("error.type")));

    Span linked = TraceSpans.of(events, "linked");
    assertThat(linked.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_UNSET);
    Span fetch = TraceSpans.child(collector, linked, "fetch image");
    assertThat(TraceSpans.attributes(fetch)).containsOnly(entry("url.scheme", "file"));
    assertThat(TraceSpans.children(collector, TraceSpans.of(events, "again")))
        .extracting(Span::getName)
        .containsExactly("decode record", "reuse image", "ground", "emit");
    TraceSpans.checkOrder(
        fetch,
        TraceSpans.child(collector, linked, "decode image"),
        TraceSpans.child(collector, linked, "ground"));
  }

  private static void checkParents(TraceCollector collector, Map<String, Span> events) {
    List<String> named = List.of("told", "linked", "refused", "broken");
    for (int i = 0; i < named.size(); i++) {
      Span event = TraceSpans.of(events, named.get(i));
      assertThat(TraceCollector.id(event.getTraceId())).isEqualTo(Traceparents.traceId(i + 1));
      assertThat(TraceCollector.id(event.getParentSpanId())).isEqualTo(Traceparents.PRODUCER);
    }
    assertThat(TraceSpans.of(events, "untold").getParentSpanId().isEmpty()).isTrue();
    assertThat(TraceSpans.of(events, "malformed").getParentSpanId().isEmpty()).isTrue();
    assertThat(collector.spans)
        .noneMatch(span -> TraceCollector.id(span.getTraceId()).equals(Traceparents.traceId(5)));
  }

  /** Checks that the headers of result records name the events' spans. */
  private static void checkHeaders(JobTopics topics, Map<String, Span> events) throws Exception {
    Map<String, List<String>> headers = Traceparents.ofRecords(topics, kafka.bootstrapServers());
    assertThat(TraceSpans.of(headers, "told")).hasSize(1 + 2 + 1);
    events.forEach(
        (event, span) ->
            assertThat(TraceSpans.of(headers, event))
                .as(event)
                .isNotEmpty()
                // The other bit means that the identifier is random.
                .allMatch(
                    header ->
                        header.matches(
                            "00-"
                                + TraceCollector.id(span.getTraceId())
                                + "-"
                                + TraceCollector.id(span.getSpanId())
                                + "-0[13]")));
    assertThat(TraceSpans.of(headers, "unsampled"))
        .isNotEmpty()
        .allMatch(header -> header.matches("00-" + Traceparents.traceId(5) + "-[0-9a-f]{16}-00"));
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
          publish(topics, event, Traceparents.sampled(10 + i));
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
      Map<String, List<String>> headers = Traceparents.ofRecords(topics, kafka.bootstrapServers());
      for (int i = 0; i < events; i++) {
        assertThat(TraceSpans.of(headers, "event-" + i))
            .isNotEmpty()
            .allMatch(
                i < 6 ? header -> header.endsWith("-01") : header -> header.matches(".*-0[02]"));
      }
      flink.cancel(job);
      awaitNoThreads();
    }
  }

  @Test
  void anEventThatIsProcessedAgainIsASecondSpanOfItsProducersTrace() throws Exception {
    try (TraceCollector collector = TraceCollector.start();
        JobTopics topics = JobTopics.create("twice", kafka.bootstrapServers(), registry.url())) {
      EnrichmentSettings settings =
          settings(
              topics,
              collector,
              Map.of(
                  "job.checkpoint-interval", "200 ms",
                  "flink.restart-strategy.type", "fixed-delay",
                  "flink.restart-strategy.fixed-delay.delay", "100 ms"));
      publish(topics, Events.event("twice", "scene-000.jpg"), Traceparents.sampled(30));
      JobID job = flink.submit(EnrichmentJob.define(settings, new OnceFailingModels()));
      topics.readUntil(PATIENCE, () -> topics.images.size() >= 1 && topics.imagesAreWhole());
      Eventually.holds(PATIENCE, "both spans", () -> TraceSpans.consumers(collector).size() >= 2);

      assertThat(flink.restarts(job)).isEqualTo(1);
      List<Span> spans = TraceSpans.consumers(collector);
      assertThat(spans)
          .hasSize(2)
          .allSatisfy(
              span -> {
                assertThat(TraceCollector.id(span.getTraceId()))
                    .isEqualTo(Traceparents.traceId(30));
                assertThat(TraceCollector.id(span.getParentSpanId()))
                    .isEqualTo(Traceparents.PRODUCER);
              });
      TraceSpans.checkOrder(spans.get(0), spans.get(1));
      assertThat(TraceSpans.attributes(spans.get(0))).containsEntry("error.type", "cancelled");
      assertThat(TraceSpans.attributes(spans.get(1))).doesNotContainKey("error.type");
      assertThat(TraceSpans.of(Traceparents.ofRecords(topics, kafka.bootstrapServers()), "twice"))
          .allMatch(header -> header.contains(TraceCollector.id(spans.get(1).getSpanId())));
      flink.cancel(job);
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
