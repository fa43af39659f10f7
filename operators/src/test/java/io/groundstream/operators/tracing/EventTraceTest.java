package io.groundstream.operators.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.ImageEvent;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.Stage;
import io.groundstream.operators.deadletter.Failure;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.output.OutputRecord;
import io.groundstream.operators.output.OutputTopic;
import io.groundstream.operators.tracing.EventTrace.Part;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventTraceTest {
  private final List<SpanData> spans = new ArrayList<>();
  private final Tracer tracer = tracer(Sampler.alwaysOn());

  private Tracer tracer(Sampler sampler) {
    SpanExporter exporter =
        new SpanExporter() {
          @Override
          public CompletableResultCode export(Collection<SpanData> ended) {
            spans.addAll(ended);
            return CompletableResultCode.ofSuccess();
          }

          @Override
          public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
          }

          @Override
          public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
          }
        };
    return SdkTracerProvider.builder()
        .setSampler(sampler)
        .addSpanProcessor(SimpleSpanProcessor.create(exporter))
        .build()
        .get("test");
  }

  private static EventRecord fromTopic() {
    EventRecord source = new EventRecord();
    source.setTopic("events");
    source.setPartition(3);
    source.setOffset(7);
    return source;
  }

  private SpanData only(String name) {
    List<SpanData> named = spans.stream().filter(span -> span.getName().equals(name)).toList();
    assertThat(named).as(name).hasSize(1);
    return named.get(0);
  }

  private static OutputRecord record(OutputTopic topic) {
    return new OutputRecord(topic, null, new byte[0]);
  }

  @Test
  void anEntryOfAnArchiveBeginsATraceOfItsOwn() {
    EventRecord source = new EventRecord();
    source.setOriginSystem(EventFacts.ARCHIVE);
    source.setOriginName("s3://bucket/secret.tar");
    source.setOriginPosition("17");
    EventTrace trace = EventTrace.begin(tracer, source, null);
    trace.decoded(ImageEvent.newBuilder().setEventId("e").setImageId("i").build());
    OutputRecord image = record(OutputTopic.IMAGES);
    trace.completed(List.of(image, record(OutputTopic.PHRASES), record(OutputTopic.PHRASES)));

    SpanData span = only("process archive entry");
    assertThat(span.getKind()).isEqualTo(SpanKind.INTERNAL);
    assertThat(span.getParentSpanContext().isValid()).isFalse();
    assertThat(span.getAttributes().asMap())
        .isEqualTo(
            Attributes.builder()
                .put("groundstream.event.id", "e")
                .put("groundstream.image.id", "i")
                .put("groundstream.phrases", 2)
                .put("groundstream.dead_letters", 0)
                .build()
                .asMap());
    assertThat(image.getHeaderNames()).containsExactly("traceparent");
  }

  @Test
  void whatIsNotSampledLeavesHeadersAlone() {
    EventTrace trace = EventTrace.begin(tracer(Sampler.alwaysOff()), fromTopic(), "group");
    trace.decoded(ImageEvent.newBuilder().setEventId("e").build());
    trace.ended(Part.DECODE_RECORD, System.nanoTime(), null);
    trace.fetched("https://example.org/x", System.nanoTime(), null);
    trace.failed(Failure.unexpected(Stage.FETCH, new IllegalStateException()));
    OutputRecord letter = record(OutputTopic.DEAD_LETTERS);
    trace.completed(List.of(letter));

    assertThat(trace.isRecorded()).isFalse();
    assertThat(spans).isEmpty();
    assertThat(letter.getHeaderNames()).containsExactly("traceparent");
    assertThat(new String(letter.getHeaderValues()[0], StandardCharsets.US_ASCII))
        .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[02]");
  }

  @ParameterizedTest
  @CsvSource({
    "https://user:hidden@pictures.example:8443/hidden?hidden=1#hidden, https, pictures.example",
    "s3://bucket/hidden/a.jpg, s3, bucket",
    "file:///hidden/a.jpg, file,",
    "'data:image/png;base64,hidden', data,",
    "'https://pictures.example/hid den', https, pictures.example",
    "'', ,"
  })
  void ofUrisSchemeAndHostAreTold(String uri, String scheme, String host) {
    EventTrace trace = EventTrace.begin(tracer, fromTopic(), null);
    trace.fetched(uri, System.nanoTime(), null);

    SpanData fetch = only("fetch image");
    assertThat(fetch.getAttributes().get(TraceAttributes.SCHEME)).isEqualTo(scheme);
    assertThat(fetch.getAttributes().get(TraceAttributes.HOST)).isEqualTo(host);
    assertThat(fetch.toString()).doesNotContain("hid");
  }

  @Test
  void failuresAreToldByCodeOrClassAndNeverByMessage() {
    EventTrace trace = EventTrace.begin(tracer, fromTopic(), null);
    long begin = System.nanoTime();
    trace.ended(
        Part.DECODE_RECORD,
        begin,
        new CompletionException(
            new GroundingException(OperatorErrorCode.DEADLINE_EXCEEDED, "hidden")));
    trace.ended(Part.DECODE_IMAGE, begin, new IllegalStateException("hidden"));
    trace.askedAgain("r", 1, new IllegalStateException("hidden"));
    trace.failed(Failure.unexpected(Stage.INFERENCE, new IllegalStateException("hidden")));
    trace.completed(List.of(record(OutputTopic.DEAD_LETTERS)));

    assertThat(only("decode record").getAttributes().get(TraceAttributes.ERROR_TYPE))
        .isEqualTo("deadline-exceeded");
    assertThat(only("decode image").getAttributes().get(TraceAttributes.ERROR_TYPE))
        .isEqualTo("java.lang.IllegalStateException");
    SpanData event = only("process events");
    assertThat(event.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(event.getAttributes().get(TraceAttributes.ERROR_TYPE)).isEqualTo("internal-error");
    assertThat(event.getAttributes().get(TraceAttributes.STAGE)).isEqualTo("inference");
    assertThat(event.getEvents())
        .singleElement()
        .satisfies(
            retry -> assertThat(retry.getAttributes().get(TraceAttributes.ATTEMPT)).isEqualTo(1));
    assertThat(spans.toString()).doesNotContain("hidden");
  }

  @Test
  void whatIsGivenUpEndsOnce() {
    EventTrace trace = EventTrace.begin(tracer, fromTopic(), null);
    trace.cancelled();
    trace.completed(List.of(record(OutputTopic.IMAGES)));

    assertThat(only("process events").getAttributes().get(TraceAttributes.ERROR_TYPE))
        .isEqualTo("cancelled");
  }
}
