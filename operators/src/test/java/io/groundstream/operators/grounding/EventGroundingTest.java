package io.groundstream.operators.grounding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.DecodingOptions;
import io.groundstream.avro.Demonstration;
import io.groundstream.avro.FurtherImage;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.Origin;
import io.groundstream.avro.RequestBox;
import io.groundstream.avro.RequestResult;
import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.Candidates;
import io.groundstream.kosmos2.Demonstrations;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.kosmos2.text.Box;
import io.groundstream.kosmos2.text.CandidateScore;
import io.groundstream.kosmos2.text.PromptPart;
import io.groundstream.kosmos2.text.Task;
import io.groundstream.operators.deadletter.DeadLetters;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.fetch.FetchSettings;
import io.groundstream.operators.fetch.FetchedImage;
import io.groundstream.operators.fetch.HttpFetchSettings;
import io.groundstream.operators.format.EventFormat;
import io.groundstream.operators.format.EventFormats;
import io.groundstream.operators.format.PerTopic;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.output.OutputEncoders;
import io.groundstream.operators.output.OutputRecord;
import io.groundstream.operators.output.OutputTopic;
import io.groundstream.operators.output.Tombstones;
import io.groundstream.operators.settings.SettingsReader;
import io.groundstream.operators.tracing.Tracing;
import io.groundstream.schemas.AvroObjectCodec;
import io.groundstream.schemas.AvroWireDecoder;
import io.groundstream.schemas.AvroWireEncoder;
import io.groundstream.schemas.Ids;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EventGroundingTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final int EVENTS_ID = 1;
  private static final int IMAGES_ID = 2;
  private static final int PHRASES_ID = 3;
  private static final int DEAD_LETTERS_ID = 4;
  private static final int MAX_RECORD_BYTES = 64 * 1024;
  private static final int MAX_ORIGINAL_BYTES = 20_000;
  private static final int MAX_ATTEMPTS = 3;

  private final FakeModel model = new FakeModel();
  private final ImageCache images =
      new ImageCache(Duration.ofMinutes(1), 1 << 20, System::nanoTime);

  private RequestRules requests =
      RequestRules.of(
          List.of(
              new RequestTemplate(Task.GROUNDED_CAPTION, null),
              new RequestTemplate(Task.CAPTION, null)));
  private EventFormat.Opener format = EventFormats.avro();
  private KafkaOptions.Tombstones tombstones = KafkaOptions.Tombstones.SKIP;

  /** Those of the job. */
  private Demonstrations demonstrations = Demonstrations.NONE;

  /** How often anything was fetched. */
  private final AtomicInteger fetches = new AtomicInteger();

  /** What any URI leads to. */
  private CompletableFuture<FetchedImage> fetched =
      CompletableFuture.failedFuture(
          new GroundingException(OperatorErrorCode.IMAGE_NOT_FOUND, "nothing there"));

  /** What became of an event. */
  private static final class Told {
    final List<OutputRecord> records = new ArrayList<>();
    @Nullable Throwable failure;
    int times;
    final CountDownLatch done = new CountDownLatch(1);

    void tell(@Nullable List<OutputRecord> all, @Nullable Throwable cause) {
      if (all != null) {
        records.addAll(all);
      } else if (cause != null) {
        failure = ExceptionUtils.stripCompletionException(cause);
      }
      times++;
      done.countDown();
    }

    private <T extends SpecificRecord> List<T> of(OutputTopic topic, Class<T> type) {
      List<T> found = new ArrayList<>();
      for (OutputRecord record : records) {
        if (record.getTopic() == topic) {
          found.add(decode(record.getValue(), type));
        }
      }
      return found;
    }

    List<GroundedImage> images() {
      return of(OutputTopic.IMAGES, GroundedImage.class);
    }

    List<GroundedPhrase> phrases() {
      return of(OutputTopic.PHRASES, GroundedPhrase.class);
    }

    List<DeadLetter> deadLetters() {
      return of(OutputTopic.DEAD_LETTERS, DeadLetter.class);
    }

    DeadLetter onlyDeadLetter() {
      assertThat(failure).isNull();
      assertThat(times).isEqualTo(1);
      assertThat(records).hasSize(1);
      return deadLetters().get(0);
    }
  }

  private static <T extends SpecificRecord> T decode(byte[] bytes, Class<T> type) {
    try {
      return new AvroWireDecoder<>(id -> SpecificData.get().getSchema(type), type).decode(bytes);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private EventGrounding grounding(AvroWireDecoder.SchemaSource schemas) {
    return grounding(schemas, Runnable::run);
  }

  private EventGrounding grounding(AvroWireDecoder.SchemaSource schemas, Executor completion) {
    OutputEncoders encoders =
        new OutputEncoders(
            AvroWireEncoder.withId(IMAGES_ID, GroundedImage.class),
            AvroWireEncoder.withId(PHRASES_ID, GroundedPhrase.class),
            AvroWireEncoder.withId(DEAD_LETTERS_ID, DeadLetter.class));
    DeadLetters deadLetters =
        new DeadLetters(
            encoders.deadLetters(),
            FakeModel.IDENTITY,
            MAX_ORIGINAL_BYTES,
            MAX_RECORD_BYTES,
            MAX_ATTEMPTS);
    GroundingSettings settings =
        new GroundingSettings(
            PerTopic.same(requests),
            96,
            0,
            DecodingSettings.GREEDY,
            Candidates.NONE,
            List.of(),
            64,
            true,
            4,
            2,
            new FetchSettings(List.of(), 1, Duration.ofMinutes(1), HttpFetchSettings.NONE, 1 << 20),
            1 << 20,
            3,
            Duration.ofMinutes(1),
            1 << 20,
            MAX_ORIGINAL_BYTES,
            MAX_ATTEMPTS,
            tombstones);
    EventMetrics metrics = new EventMetrics(new UnregisteredMetricsGroup(), Clock.systemUTC());
    Retries retries = new Retries(Runnable::run);
    ImageSource source =
        new ImageSource(
            (uri, deadline) -> {
              fetches.incrementAndGet();
              return fetched;
            },
            model,
            images,
            new DecodePermits(1 << 20, 2, 50_000_000, 3, retries),
            Runnable::run,
            metrics,
            demonstrations);
    return new EventGrounding(
        new RecordDecoder(
            format.open(
                () ->
                    new PatientDecoder<>(
                            new AvroWireDecoder<>(schemas, ImageEvent.class)::decode,
                            new RegistryRetry(Duration.ZERO),
                            Duration.ZERO,
                            () -> {})
                        ::decode)),
        source,
        new ModelRequests(model, new DeviceClock(System::nanoTime), settings, retries),
        new ResultAssembler(encoders, deadLetters, FakeModel.IDENTITY, MAX_RECORD_BYTES),
        settings,
        completion,
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static InFlightEvent start(EventRecord source, EventGrounding grounding, Told told) {
    InFlightEvent event = new InFlightEvent(source, Tracing.off().begin(source));
    CompletableFuture<?> unused = grounding.ground(event).whenComplete(told::tell);
    return event;
  }

  private static EventRecord tombstone(byte @Nullable [] key) {
    EventRecord source = new EventRecord();
    source.setTopic("events");
    source.setKey(key);
    return source;
  }

  @Test
  void aTombstoneIsSkipped() {
    Told told = ground(tombstone(new byte[] {'k'}));

    assertThat(told.times).isEqualTo(1);
    assertThat(told.failure).isNull();
    assertThat(told.records).isEmpty();
  }

  @Test
  void aTombstoneBecomesOneOfEachTopicWhereThatIsWanted() {
    tombstones = KafkaOptions.Tombstones.DELETE;

    Told told = ground(tombstone(new byte[] {'k'}));

    assertThat(told.records)
        .extracting(OutputRecord::getTopic)
        .containsExactlyInAnyOrder(OutputTopic.IMAGES, OutputTopic.PHRASES);
    assertThat(told.records)
        .allSatisfy(
            record -> {
              assertThat(record.isTombstone()).isTrue();
              assertThat(record.getKey()).isEqualTo(new byte[] {'k'});
              EventRecord read = tombstone(record.getKey());
              read.setHeaderNames(record.getHeaderNames());
              read.setHeaderValues(record.getHeaderValues());
              assertThat(Tombstones.time(read)).isEqualTo(NOW.toEpochMilli());
            });
    // It names no image.
    assertThat(ground(tombstone(null)).records).isEmpty();
  }

  private Told ground(EventRecord source) {
    Told told = new Told();
    start(source, grounding(id -> ImageEvent.getClassSchema()), told);
    return told;
  }

  private Told ground(ImageEvent event) {
    return ground(source(event));
  }

  private static EventFormat.Opener format(String... options) {
    Map<String, String> configuration = new HashMap<>();
    for (int i = 0; i < options.length; i += 2) {
      configuration.put(options[i], options[i + 1]);
    }
    return EventFormats.read(new SettingsReader(configuration));
  }

  @Test
  void anImageAloneIsAskedTheDefaultTasks() {
    format = format("events.format", "image");

    GroundedImage image = ground(source(utf8("picture"))).images().get(0);

    assertThat(image.getEventId()).isEqualTo("events:3:1042");
    assertThat(image.getImageId()).isEqualTo("key");
    assertThat(image.getRequests())
        .extracting(RequestResult::getTask)
        .containsExactly("grounded-caption", "caption");
    assertThat(image.getContentSha256()).isEqualTo(Ids.contentSha256(utf8("picture")));
  }

  @Test
  void aRecordOfAnotherFormatKeepsItsBytesAndNamesItsFormat() {
    format = format("events.format", "image");
    byte[] json = utf8("{\"id\": 1}");

    DeadLetter letter = ground(source(json)).onlyDeadLetter();

    assertThat(letter.getStage()).isEqualTo("decode-record");
    assertThat(letter.getCode()).isEqualTo("format-mismatch");
    assertThat(letter.getMessage()).contains("set events.format: json");
    assertThat(letter.getOriginalValue()).isEqualTo(ByteBuffer.wrap(json));
  }

  @Test
  void aDocumentWithoutImageNamesTheFieldsThatWereSought() {
    format = format("events.format", "json");

    DeadLetter letter = ground(source(utf8("{\"id\": 1, \"link\": \"x\"}"))).onlyDeadLetter();

    assertThat(letter.getCode()).isEqualTo("image-missing");
    assertThat(letter.getMessage()).contains("/image_url").contains("/image_bytes");
    assertThat(letter.getEventId()).isEqualTo("1");
  }

  @Test
  void aDeletedRowIsSkipped() {
    format = format("events.format", "json", "events.envelope", "debezium");

    Told told = ground(source(utf8("{\"op\": \"d\", \"after\": null}")));

    assertThat(told.times).isEqualTo(1);
    assertThat(told.failure).isNull();
    assertThat(told.records).isEmpty();
  }

  @Test
  void aCloudEventWithoutDataIsNoTombstone() {
    format = format("events.format", "cloudevents");
    tombstones = KafkaOptions.Tombstones.DELETE;
    fetched = CompletableFuture.completedFuture(FetchedImage.of(utf8("picture")));
    EventRecord source = source((byte[]) null);
    source.setHeaderNames(
        new String[] {"ce_specversion", "ce_id", "ce_source", "ce_type", "ce_dataref"});
    source.setHeaderValues(
        new byte[][] {utf8("1.0"), utf8("e-1"), utf8("/"), utf8("t"), utf8("https://example.org")});

    assertThat(ground(source).images())
        .extracting(GroundedImage::getEventId)
        .containsExactly("e-1");
    // Of other formats, it is a tombstone.
    format = format("events.format", "image");
    assertThat(ground(source).records).allMatch(OutputRecord::isTombstone).hasSize(2);
    // Without the context of an event, a record without a value stays one of these, too.
    format = format("events.format", "cloudevents");
    assertThat(ground(source((byte[]) null)).records)
        .allMatch(OutputRecord::isTombstone)
        .hasSize(2);
  }

  private static EventRecord source(ImageEvent event) {
    return source(AvroWireEncoder.withId(EVENTS_ID, ImageEvent.class).encode(event));
  }

  private static EventRecord source(byte @Nullable [] value) {
    EventRecord source = new EventRecord();
    source.setKey(utf8("key"));
    source.setValue(value);
    source.setHeaderNames(new String[] {"trace", "none"});
    source.setHeaderValues(new byte[][] {utf8("7"), null});
    source.setTopic("events");
    source.setPartition(3);
    source.setOffset(1042);
    source.setTimestamp(1000);
    return source;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ImageEvent.Builder event() {
    return ImageEvent.newBuilder()
        .setEventId("event-1")
        .setImageId("image-1")
        .setImageBytes(ByteBuffer.wrap(utf8("picture")))
        .setAttributes(Map.of("camera", "7"));
  }

  private static ImageRequest request(String id, String task, @Nullable String text) {
    return ImageRequest.newBuilder().setRequestId(id).setTask(task).setText(text).build();
  }

  private static ImageEvent asking(ImageRequest... requests) {
    return event().setRequests(List.of(requests)).build();
  }

  /** As when the process has no room for one more thread. */
  @Test
  void resultsThatNobodyTakesFailTheJobInsteadOfWaitingForEver() {
    Told told = new Told();
    Executor full =
        task -> {
          throw new OutOfMemoryError("unable to create native thread");
        };
    start(
        source(asking(request("a", "caption", null))),
        grounding(id -> ImageEvent.getClassSchema(), full),
        told);

    assertThat(told.times).isEqualTo(1);
    assertThat(told.failure).isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void anEventBecomesItsImageAndItsPhrases() {
    ImageRequest request =
        ImageRequest.newBuilder()
            .setTask("referring-expression")
            .setBoxes(List.of(new RequestBox(0.1, 0.2, 0.3, 0.4, null)))
            .build();
    Told told = ground(event().setRequests(List.of(request)).setEventTime(NOW).build());

    assertThat(told.times).isEqualTo(1);
    assertThat(told.deadLetters()).isEmpty();
    GroundedImage image = told.images().get(0);
    String requestId = Ids.requestId("referring-expression", null, request.getBoxes());
    assertThat(image.getImageId()).isEqualTo("image-1");
    assertThat(image.getEventId()).isEqualTo("event-1");
    assertThat(image.getWidth()).isEqualTo(640);
    assertThat(image.getHeight()).isEqualTo(480);
    assertThat(image.getContentSha256()).isEqualTo(Ids.contentSha256(utf8("picture")));
    assertThat(image.getAttributes()).isEqualTo(Map.of("camera", "7"));
    assertThat(image.getModelName()).isEqualTo("fake");
    assertThat(image.getModelRevision()).isEqualTo("r0");
    assertThat(image.getModelDtype()).isEqualTo("float32");
    assertThat(image.getEventTime()).isEqualTo(NOW);
    assertThat(image.getProcessingTime()).isEqualTo(NOW);
    assertThat(image.getOrigin().getSystem()).isEqualTo("kafka");
    assertThat(image.getOrigin().getName()).isEqualTo("events");
    assertThat(image.getOrigin().getPosition()).isEqualTo("3:1042");
    RequestResult result = image.getRequests().get(0);
    assertThat(result.getRequestId()).isEqualTo(requestId);
    assertThat(result.getTask()).isEqualTo("referring-expression");
    assertThat(result.getPrompt()).isEqualTo("<grounding> An image of");
    assertThat(result.getRawText()).isEqualTo("raw An image of a ball");
    assertThat(result.getCaption()).isEqualTo("An image of a ball");
    assertThat(result.getAnswer()).isEqualTo("a ball");
    assertThat(result.getFinishReason()).isEqualTo("end");
    assertThat(result.getPromptTokens()).isEqualTo(3);
    assertThat(result.getGeneratedTokens()).isEqualTo(2);
    assertThat(result.getPhraseCount()).isEqualTo(1);
    assertThat(result.getWarnings()).containsExactly("odd");
    assertThat(result.getErrorCode()).isNull();

    GroundedPhrase phrase = told.phrases().get(0);
    assertThat(phrase.getPhraseId()).isEqualTo(Ids.phraseId("image-1", requestId, 0));
    assertThat(phrase.getPhrase()).isEqualTo("a ball");
    assertThat(phrase.getStart()).isEqualTo(12);
    assertThat(phrase.getEnd()).isEqualTo(18);
    assertThat(phrase.getBoxes()).hasSize(2);
    assertThat(phrase.getBoxes().get(0).getSource()).isEqualTo("generated");
    assertThat(phrase.getBoxes().get(0).getConfidence()).isEqualTo(0.5);
    assertThat(phrase.getBoxes().get(0).getCorrected()).isTrue();
    assertThat(phrase.getBoxes().get(1).getSource()).isEqualTo("given");
    assertThat(phrase.getBoxes().get(1).getConfidence()).isNull();
    assertThat(told.records)
        .allMatch(r -> new String(r.getKey(), StandardCharsets.UTF_8).equals("image-1"));

    assertThat(model.asked.get(0).regions().get(0).box().xMin()).isEqualTo(0.1);
  }

  @Test
  void anEventThatAsksNothingAsksTheDefaultTasks() {
    Told told = ground(event().setImageId(null).build());

    assertThat(told.images().get(0).getRequests())
        .extracting(RequestResult::getTask)
        .containsExactly("grounded-caption", "caption");
    assertThat(told.images().get(0).getImageId()).isEqualTo("event-1");
    assertThat(told.images().get(0).getEventTime()).isEqualTo(Instant.ofEpochMilli(1000));
  }

  @Test
  void bytesThatAreNoEventAreKeptAsTheyAre() {
    EventRecord source = source(utf8("nonsense"));
    DeadLetter letter = ground(source).onlyDeadLetter();

    assertThat(letter.getStage()).isEqualTo("decode-record");
    assertThat(letter.getCode()).isEqualTo("bad-magic");
    assertThat(letter.getRetryable()).isFalse();
    assertThat(letter.getAttempts()).isEqualTo(1);
    assertThat(letter.getEventId()).isNull();
    assertThat(letter.getOriginalValue()).isEqualTo(ByteBuffer.wrap(utf8("nonsense")));
    assertThat(letter.getOriginalValueSize()).isEqualTo(8);
    assertThat(letter.getOriginalKey()).isEqualTo(ByteBuffer.wrap(utf8("key")));
    assertThat(letter.getOriginalHeaders()).hasSize(2);
    assertThat(letter.getOriginalHeaders().get(0).getName()).isEqualTo("trace");
    assertThat(letter.getOriginalHeaders().get(0).getValue()).isEqualTo(ByteBuffer.wrap(utf8("7")));
    assertThat(letter.getOriginalHeaders().get(1).getValue()).isNull();
    assertThat(letter.getOriginalTimestamp()).isEqualTo(Instant.ofEpochMilli(1000));
    assertThat(letter.getOrigin().getPosition()).isEqualTo("3:1042");
  }

  @Test
  void aValueWithoutBytesIsADeadLetter() {
    DeadLetter letter = ground(source(new byte[0])).onlyDeadLetter();

    assertThat(letter.getCode()).isEqualTo("record-empty");
    assertThat(letter.getOriginalValueSize()).isZero();
  }

  @Test
  void largeOriginalsAreLeftOut() {
    byte[] large = new byte[MAX_ORIGINAL_BYTES + 1];
    large[0] = 9;
    DeadLetter letter = ground(source(large)).onlyDeadLetter();

    assertThat(letter.getOriginalValue()).isNull();
    assertThat(letter.getOriginalValueSize()).isEqualTo(large.length);
    assertThat(letter.getOrigin().getName()).isEqualTo("events");
  }

  @Test
  void aDeadLetterFitsWhateverTheEventHolds() {
    EventRecord source = source(utf8("nonsense"));
    source.setKey(new byte[MAX_RECORD_BYTES]);
    source.setHeaderValues(new byte[][] {new byte[MAX_RECORD_BYTES], null});
    Told told = ground(source);

    assertThat(told.onlyDeadLetter().getCode()).isEqualTo("bad-magic");
    assertThat(told.onlyDeadLetter().getOriginalKey()).isNull();
    assertThat(told.records.get(0).sizeInBytes()).isLessThanOrEqualTo(MAX_RECORD_BYTES);

    ImageEvent vast =
        event()
            .setEventId("e".repeat(MAX_RECORD_BYTES))
            .setAttributes(Map.of("a", "b".repeat(MAX_RECORD_BYTES)))
            .build();
    Told vastTold = ground(vast);
    assertThat(vastTold.onlyDeadLetter().getCode()).isEqualTo("record-too-large");
    assertThat(vastTold.records.get(0).sizeInBytes()).isLessThanOrEqualTo(MAX_RECORD_BYTES);
  }

  @Test
  void replaysCountTheirAttempts() {
    EventRecord source = source(utf8("nonsense"));
    source.setHeaderNames(new String[] {EventFacts.ATTEMPTS_HEADER});
    source.setHeaderValues(new byte[][] {utf8("2")});
    assertThat(ground(source).onlyDeadLetter().getAttempts()).isEqualTo(3);

    source.setHeaderValues(new byte[][] {utf8("-99999999999")});
    assertThat(ground(source).onlyDeadLetter().getAttempts()).isEqualTo(1);
  }

  @Test
  void whatWasTriedOftenEnoughIsNotRetryable() {
    EventRecord source = source(event().setImageBytes(null).setImageUri("file:///gone").build());
    source.setHeaderNames(new String[] {EventFacts.ATTEMPTS_HEADER});
    source.setHeaderValues(new byte[][] {utf8("1")});
    assertThat(ground(source).onlyDeadLetter().getRetryable()).isTrue();

    source.setHeaderValues(new byte[][] {utf8("2")});
    DeadLetter last = ground(source).onlyDeadLetter();
    assertThat(last.getCode()).isEqualTo("image-not-found");
    assertThat(last.getAttempts()).isEqualTo(MAX_ATTEMPTS);
    assertThat(last.getRetryable()).isFalse();
  }

  @Test
  void aReplayOfOneRequestAsksItAlone() {
    EventRecord source =
        source(
            asking(
                request("a", "caption", null),
                request("b", "question", "Why?"),
                request("c", "caption", null)));
    source.setHeaderNames(
        new String[] {EventFacts.REQUEST_HEADER, "trace", EventFacts.REQUEST_HEADER});
    source.setHeaderValues(new byte[][] {utf8("c"), utf8("7"), utf8("b")});
    assertThat(ground(source).images().get(0).getRequests())
        .extracting(RequestResult::getRequestId)
        .containsExactly("b", "c");

    source.setHeaderValues(new byte[][] {utf8("x"), utf8("7"), utf8("b")});
    DeadLetter letter = ground(source).onlyDeadLetter();
    assertThat(letter.getStage()).isEqualTo("request");
    assertThat(letter.getCode()).isEqualTo("request-not-found");
  }

  @Test
  void aReplayedDefaultTaskIsKnownWhenTheDefaultsAreOthers() {
    EventRecord source = source(event().build());
    String id = Ids.requestId("detailed-caption", null, List.of());
    source.setHeaderNames(new String[] {EventFacts.REQUEST_HEADER});
    source.setHeaderValues(new byte[][] {utf8(id)});
    assertThat(ground(source).images().get(0).getRequests())
        .extracting(RequestResult::getTask)
        .containsExactly("detailed-caption");
  }

  @Test
  void theModelIsToldOfPriorityAndDeadline() {
    Instant deadline = NOW.plusMillis(1500);
    assertThat(ground(event().setPriority(-7).setDeadline(deadline).build()).images()).hasSize(1);
    assertThat(model.asked)
        .isNotEmpty()
        .allMatch(asked -> asked.priority() == -7 && deadline.equals(asked.deadline()));
  }

  @Test
  void goesOnWhenThePictureIsThere() {
    fetched = new CompletableFuture<>();
    ImageEvent event = event().setImageBytes(null).setImageUri("https://a.example/1.jpg").build();

    Told told = ground(event);
    assertThat(told.times).isZero();
    fetched.complete(FetchedImage.of(utf8("picture")));

    Told inside = ground(event().setImageBytes(ByteBuffer.wrap(utf8("picture"))).build());
    assertThat(told.images()).hasSize(1);
    GroundedImage image = told.images().get(0);
    assertThat(image.getUri()).isEqualTo("https://a.example/1.jpg");
    image.setUri(null);
    assertThat(List.of(image)).isEqualTo(inside.images());
    assertThat(told.phrases()).isEqualTo(inside.phrases());
  }

  @Test
  void whatComesAgainIsFetchedAndDecodedOnce() {
    fetched = new CompletableFuture<>();
    ImageEvent event = event().setImageBytes(null).setImageUri("https://host/a.jpg").build();
    Told first = new Told();
    Told second = new Told();
    EventGrounding grounding = grounding(id -> ImageEvent.getClassSchema());
    start(source(event), grounding, first);
    start(source(event), grounding, second);
    assertThat(List.of(first.times, second.times)).containsExactly(0, 0);
    fetched.complete(FetchedImage.of(utf8("picture")));
    Told third = ground(event);
    Told sameBytes = ground(event().build());

    assertThat(List.of(first, second, third, sameBytes))
        .allSatisfy(
            told ->
                assertThat(told.images().get(0).getContentSha256())
                    .isEqualTo(Ids.contentSha256(utf8("picture"))));
    assertThat(fetches).hasValue(1);
    // Once with the limit of small pictures, once with the whole one.
    assertThat(model.prepared).hasValue(2);
  }

  @Test
  void whatMayPassIsTriedAgainBeforeItIsADeadLetter() throws Exception {
    Told once = ground(asking(request("a", "question", "fail once")));
    await(once);
    assertThat(once.deadLetters()).isEmpty();
    assertThat(model.asked).hasSize(2);

    model.asked.clear();
    Told always = ground(asking(request("a", "question", "fail always")));
    await(always);
    assertThat(always.deadLetters().get(0).getCode()).isEqualTo("inference-failed");
    assertThat(model.asked).hasSize(3);

    model.asked.clear();
    ImageEvent hurried = asking(request("a", "question", "fail always"));
    hurried.setDeadline(Instant.now().plusMillis(50));
    Told late = ground(hurried);
    assertThat(late.times).isEqualTo(1);
    assertThat(model.asked).hasSize(1);
  }

  @Test
  void aPictureForWhichMemoryWasShortIsTriedAgain() {
    Told told = ground(event().setImageBytes(ByteBuffer.wrap(utf8("memory"))).build());
    assertThat(told.deadLetters()).isEmpty();
    assertThat(told.images()).hasSize(1);
    assertThat(model.prepared).hasValue(4);
  }

  private static void await(Told told) throws InterruptedException {
    assertThat(told.done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(told.times).isEqualTo(1);
  }

  @Test
  void aPictureThatCannotBeFetchedLaterIsADeadLetter() {
    ImageEvent event = event().setImageBytes(null).setImageUri("https://a.example/1.jpg").build();

    fetched = new CompletableFuture<>();
    Told told = ground(event);
    fetched.completeExceptionally(
        new GroundingException(OperatorErrorCode.FETCH_TIMEOUT, "too slow"));
    assertThat(told.onlyDeadLetter().getCode()).isEqualTo("fetch-timeout");

    fetched = new CompletableFuture<>();
    told = ground(event);
    fetched.completeExceptionally(new IllegalStateException("a mistake of ours"));
    assertThat(told.onlyDeadLetter().getCode()).isEqualTo("internal-error");
    assertThat(told.onlyDeadLetter().getStage()).isEqualTo("fetch");
  }

  @Test
  void cancellingEndsTheFetching() {
    fetched = new CompletableFuture<>();
    ImageEvent event = event().setImageBytes(null).setImageUri("https://a.example/1.jpg").build();
    Told told = new Told();
    InFlightEvent started =
        start(source(event), grounding(id -> ImageEvent.getClassSchema()), told);

    started.cancel();

    assertThat(fetched).isCancelled();
    assertThat(told.times).isEqualTo(1);
  }

  @Test
  void eventsFailAsAWholeBeforeInference() {
    assertEventFails(event().setEventId("").build(), "decode-record", "event-id-missing");
    assertEventFails(
        event().setDeadline(NOW.minusMillis(1)).build(), "request", "deadline-exceeded");
    assertEventFails(
        event().setImageBytes(ByteBuffer.allocate(0)).build(), "decode-image", "image-empty");
    assertEventFails(
        event().setImageBytes(ByteBuffer.wrap(utf8("!"))).build(),
        "decode-image",
        "internal-error");
    assertEventFails(
        event().setImageBytes(ByteBuffer.wrap(utf8("s"))).build(),
        "decode-image",
        "internal-error");
    assertEventFails(
        event().setImageBytes(null).setImageUri("file:///a").build(), "fetch", "image-not-found");
    assertEventFails(event().setImageBytes(null).build(), "request", "image-missing");
    assertEventFails(
        asking(request("a", "caption", null), request("a", "caption", null)),
        "request",
        "duplicate-request-id");
    assertEventFails(
        asking(
            request("a", "caption", null),
            request("b", "caption", null),
            request("c", "caption", null),
            request("d", "caption", null),
            request("e", "caption", null)),
        "request",
        "too-many-requests");
    assertThat(model.asked).isEmpty();
  }

  private void assertEventFails(ImageEvent event, String stage, String code) {
    DeadLetter letter = ground(event).onlyDeadLetter();
    assertThat(letter.getCode()).isEqualTo(code);
    assertThat(letter.getStage()).isEqualTo(stage);
    assertThat(letter.getEventId()).isEqualTo(event.getEventId());
    assertThat(letter.getRequestId()).isNull();
    assertThat(letter.getRequest()).isNull();
    assertThat(letter.getAttributes()).isEqualTo(Map.of("camera", "7"));
    assertThat(letter.getOriginalValue()).isEqualTo(ByteBuffer.wrap(source(event).getValue()));
  }

  @Test
  void aFailedRequestLeavesTheOthersAlone() {
    Told told =
        ground(
            asking(
                request("a", "caption", null),
                request("b", "dance", "x"),
                request("c", "question", "fail"),
                request("d", "question", "throw")));

    assertThat(told.times).isEqualTo(1);
    assertThat(told.images().get(0).getRequests())
        .extracting(RequestResult::getErrorCode)
        .containsExactly(null, "unknown-task", "prompt-too-long", "internal-error");
    assertThat(told.phrases()).extracting(GroundedPhrase::getRequestId).containsExactly("a");
    assertThat(told.deadLetters())
        .extracting(DeadLetter::getRequestId)
        .containsExactly("b", "c", "d");
    assertThat(told.deadLetters())
        .extracting(DeadLetter::getStage)
        .containsExactly("request", "request", "inference");
    assertThat(told.deadLetters().get(0).getRequest()).isEqualTo(request("b", "dance", "x"));
    assertThat(told.deadLetters().get(2).getCause()).contains("a fault of the model");
  }

  @Test
  void promptsGoWithoutAPicture() {
    Told told =
        ground(
            event()
                .setImageBytes(null)
                .setRequests(List.of(request("a", "prompt", "<grounding> A")))
                .build());

    assertThat(told.deadLetters()).isEmpty();
    assertThat(told.images().get(0).getWidth()).isZero();
    assertThat(told.images().get(0).getContentSha256()).isNull();
    assertThat(model.asked.get(0).image()).isNull();
  }

  private static ByteBuffer image(String bytes) {
    return ByteBuffer.wrap(utf8(bytes));
  }

  @Test
  void partsOfAPromptReferToTheImagesOfTheEvent() {
    ImageRequest request =
        ImageRequest.newBuilder()
            .setRequestId("a")
            .setTask("prompt")
            .setParts(
                List.of(
                    new io.groundstream.avro.PromptPart(null, 0),
                    new io.groundstream.avro.PromptPart("Another:", null),
                    new io.groundstream.avro.PromptPart(null, 1),
                    new io.groundstream.avro.PromptPart("<grounding> Here is", null)))
            .build();
    Told told =
        ground(
            event()
                .setFurtherImages(List.of(new FurtherImage(image("further"), null)))
                .setRequests(List.of(request, request("b", "caption", null)))
                .build());

    assertThat(told.of(OutputTopic.DEAD_LETTERS, DeadLetter.class)).isEmpty();
    GroundingRequest asked = model.asked.get(0);
    assertThat(asked.parts())
        .hasExactlyElementsOfTypes(
            PromptPart.Image.class,
            PromptPart.Text.class,
            PromptPart.Image.class,
            PromptPart.Text.class);
    assertThat(asked.image()).isNull();
    assertThat(model.asked.get(1).image()).isNotNull();
    assertThat(model.asked.get(1).parts()).isEmpty();
    // The model's answer names the second image of the prompt, which is the event's further one.
    assertThat(told.of(OutputTopic.PHRASES, GroundedPhrase.class))
        .extracting(GroundedPhrase::getRequestId, GroundedPhrase::getImageIndex)
        .containsExactly(tuple("a", 1), tuple("b", 0));
  }

  @Test
  void aPhraseKnowsItsImageWhateverTheOrderOfThePrompt() {
    for (List<Integer> order : List.of(List.of(1, 0), List.of(2, 1), List.of(1, 2))) {
      List<io.groundstream.avro.PromptPart> parts = new ArrayList<>();
      order.forEach(index -> parts.add(new io.groundstream.avro.PromptPart(null, index)));
      parts.add(new io.groundstream.avro.PromptPart("<grounding> Here is", null));
      ImageRequest request =
          ImageRequest.newBuilder().setRequestId("a").setTask("prompt").setParts(parts).build();
      Told told =
          ground(
              event()
                  .setFurtherImages(
                      List.of(
                          new FurtherImage(image("further"), null),
                          new FurtherImage(image("another"), null)))
                  .setRequests(List.of(request))
                  .build());

      int last = order.get(1);
      assertThat(told.of(OutputTopic.PHRASES, GroundedPhrase.class))
          .singleElement()
          .satisfies(
              phrase -> {
                assertThat(phrase.getImageIndex()).isEqualTo(last);
                assertThat(phrase.getWidth()).isEqualTo(last == 1 ? 320 : 640);
                assertThat(phrase.getHeight()).isEqualTo(last == 1 ? 200 : 480);
              });
      assertThat(told.of(OutputTopic.IMAGES, GroundedImage.class).get(0).getWidth()).isEqualTo(640);
    }
  }

  @Test
  void onlyImagesThatARequestNeedsAreFetched() {
    ImageEvent.Builder event =
        event()
            .setImageBytes(null)
            .setImageUri("https://a/own.jpg")
            .setFurtherImages(
                List.of(
                    new FurtherImage(null, "https://a/1.jpg"),
                    new FurtherImage(null, "https://a/2.jpg")))
            .setDemonstrations(
                List.of(new Demonstration(null, "https://a/3.jpg", "A dog.", List.of())));
    ImageRequest parts =
        ImageRequest.newBuilder()
            .setTask("prompt")
            .setParts(
                List.of(
                    new io.groundstream.avro.PromptPart(null, 2),
                    new io.groundstream.avro.PromptPart("Is it?", null)))
            .build();
    start(
        source(event.setRequests(List.of(parts)).build()),
        grounding(id -> ImageEvent.getClassSchema()),
        new Told());
    assertThat(fetches).as("the own image and the second further one").hasValue(2);

    fetches.set(0);
    event.setImageUri("https://b/own.jpg");
    start(
        source(event.setRequests(List.of(request("a", "caption", null))).build()),
        grounding(id -> ImageEvent.getClassSchema()),
        new Told());
    assertThat(fetches).as("the own image and the demonstration").hasValue(2);
  }

  @Test
  void aFailureOfTheJobIsNotHiddenByOneOfAnEvent() {
    Told told =
        ground(
            event()
                .setFurtherImages(
                    List.of(
                        new FurtherImage(ByteBuffer.allocate(0), null),
                        new FurtherImage(image("out of memory"), null)))
                .setRequests(
                    List.of(
                        ImageRequest.newBuilder()
                            .setTask("prompt")
                            .setParts(
                                List.of(
                                    new io.groundstream.avro.PromptPart(null, 1),
                                    new io.groundstream.avro.PromptPart(null, 2),
                                    new io.groundstream.avro.PromptPart("Is it?", null)))
                            .build()))
                .build());
    assertThat(told.failure).isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void partsThatAreNoneFailTheirRequestAlone() {
    for (var parts :
        List.of(
            List.of(new io.groundstream.avro.PromptPart(null, 2)),
            List.of(new io.groundstream.avro.PromptPart(null, -1)),
            List.of(new io.groundstream.avro.PromptPart(null, null)),
            List.of(new io.groundstream.avro.PromptPart("a", 0)))) {
      ImageRequest request =
          ImageRequest.newBuilder().setRequestId("a").setTask("prompt").setParts(parts).build();
      Told told =
          ground(
              event()
                  .setFurtherImages(List.of(new FurtherImage(image("further"), null)))
                  .setRequests(List.of(request, request("b", "caption", null)))
                  .build());

      assertThat(told.of(OutputTopic.DEAD_LETTERS, DeadLetter.class))
          .singleElement()
          .satisfies(
              letter -> {
                assertThat(letter.getRequestId()).isEqualTo("a");
                assertThat(letter.getMessage()).startsWith("parts[0]: ");
                assertThat(letter.getCode()).isIn("image-missing", "text-invalid");
                assertThat(letter.getRequest()).isEqualTo(request);
              });
      assertThat(told.of(OutputTopic.PHRASES, GroundedPhrase.class)).hasSize(1);
    }
  }

  @Test
  void anEventsDemonstrationsReplaceTheJobs() {
    PreparedImage shown = new PreparedImage(1, 1, new byte[3]);
    demonstrations =
        new Demonstrations(
            List.of(new io.groundstream.kosmos2.text.Demonstration(shown, "One.", List.of())),
            true);
    ground(asking(request("a", "caption", null)));
    assertThat(model.asked.get(0).demonstrations()).isSameAs(demonstrations);

    ground(
        event()
            .setDemonstrations(
                List.of(
                    new Demonstration(
                        image("example"),
                        null,
                        "It is red.",
                        List.of(new RequestBox(0.0, 0.0, 0.5, 0.5, null)))))
            .setRequests(List.of(request("a", "caption", null)))
            .build());
    Demonstrations own = model.asked.get(1).demonstrations();
    assertThat(own.shared()).isFalse();
    assertThat(own.list())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.text()).isEqualTo("It is red.");
              assertThat(one.boxes()).containsExactly(new Box(0, 0, 0.5, 0.5));
            });

    // Without an image there is nothing that they could be about.
    ground(
        ImageEvent.newBuilder()
            .setEventId("e")
            .setRequests(List.of(request("a", "prompt", "Hello")))
            .build());
    assertThat(model.asked.get(2).demonstrations()).isEqualTo(Demonstrations.NONE);
  }

  @Test
  void furtherImagesThatAreMissingOrBadNameTheirPlace() {
    for (FurtherImage bad :
        List.of(new FurtherImage(null, null), new FurtherImage(ByteBuffer.allocate(0), null))) {
      Told told =
          ground(
              event()
                  .setFurtherImages(List.of(new FurtherImage(image("good"), null), bad))
                  .setRequests(
                      List.of(
                          ImageRequest.newBuilder()
                              .setTask("prompt")
                              .setParts(
                                  List.of(
                                      new io.groundstream.avro.PromptPart(null, 2),
                                      new io.groundstream.avro.PromptPart("Is it?", null)))
                              .build()))
                  .build());
      assertThat(told.of(OutputTopic.DEAD_LETTERS, DeadLetter.class))
          .singleElement()
          .satisfies(
              letter -> {
                assertThat(letter.getMessage()).startsWith("further_images[1]: ");
                assertThat(letter.getCode()).isIn("image-missing", "image-empty");
              });
    }
    Told told =
        ground(
            event()
                .setDemonstrations(List.of(new Demonstration(null, null, "A dog.", List.of())))
                .build());
    assertThat(told.of(OutputTopic.DEAD_LETTERS, DeadLetter.class).get(0).getMessage())
        .startsWith("demonstrations[0]: ");
    assertEventFails(
        event()
            .setFurtherImages(Collections.nCopies(8, new FurtherImage(image("i"), null)))
            .build(),
        "request",
        "too-many-images");
    assertThat(model.asked).isEmpty();
  }

  @Test
  void scoresAreInTheImagesRecord() {
    ImageRequest request =
        ImageRequest.newBuilder()
            .setRequestId("a")
            .setTask("score")
            .setText("It is")
            .setCandidates(List.of("a cat", "a dog"))
            .setRanking("mean")
            .build();
    Told told = ground(asking(request));

    assertThat(model.asked.get(0).candidates())
        .isEqualTo(new Candidates(List.of("a cat", "a dog"), CandidateScore.Ranking.MEAN));
    assertThat(told.of(OutputTopic.IMAGES, GroundedImage.class).get(0).getRequests().get(0))
        .satisfies(
            result ->
                assertThat(result.getScores())
                    .containsExactly(
                        new io.groundstream.avro.CandidateScore(
                            "a cat", -1.5, -0.75, List.of(-1.0, -0.5)),
                        new io.groundstream.avro.CandidateScore(
                            "a dog", -1.5, -0.75, List.of(-1.0, -0.5))));
  }

  @Test
  void unknownRankingsAndConstraintsFailTheirRequestAlone() {
    ImageRequest ranking =
        ImageRequest.newBuilder()
            .setRequestId("a")
            .setTask("score")
            .setText("It is")
            .setCandidates(List.of("a cat"))
            .setRanking("most")
            .build();
    ImageRequest constraint =
        ImageRequest.newBuilder()
            .setRequestId("b")
            .setTask("caption")
            .setOptions(DecodingOptions.newBuilder().setConstraint("strict").build())
            .build();
    Told told = ground(asking(ranking, constraint, request("c", "caption", null)));

    assertThat(told.of(OutputTopic.DEAD_LETTERS, DeadLetter.class))
        .extracting(DeadLetter::getCode, DeadLetter::getMessage)
        .containsExactly(
            tuple("option-invalid", "ranking: most (expected: sum or mean)"),
            tuple("option-invalid", "constraint: strict (expected: any, well-formed or boxes)"));
    assertThat(told.of(OutputTopic.PHRASES, GroundedPhrase.class)).hasSize(1);
  }

  @Test
  void aResultThatIsTooLargeFailsItsRequestAlone() {
    Told told =
        ground(
            asking(
                request("a", "caption", null), request("b", "prompt", "long:" + MAX_RECORD_BYTES)));

    assertThat(told.images().get(0).getRequests())
        .extracting(RequestResult::getErrorCode)
        .containsExactly(null, "record-too-large");
    assertThat(told.images().get(0).getRequests().get(1).getCaption()).isNull();
    assertThat(told.images().get(0).getRequests().get(1).getPhraseCount()).isZero();
    assertThat(told.phrases()).extracting(GroundedPhrase::getRequestId).containsExactly("a");
    assertThat(told.deadLetters()).extracting(DeadLetter::getRequestId).containsExactly("b");
    assertThat(told.deadLetters().get(0).getStage()).isEqualTo("emit");
  }

  @Test
  void anImageRecordThatIsTooLargeFailsItsLongestRequests() {
    // Each phrase fits, and so do two of the three texts twice over, raw and clean.
    Told told =
        ground(
            asking(
                request("a", "prompt", "long:9000"),
                request("b", "prompt", "long:20000"),
                request("c", "prompt", "long:10000")));

    assertThat(told.images().get(0).getRequests())
        .extracting(RequestResult::getErrorCode)
        .containsExactly(null, "record-too-large", null);
    assertThat(told.phrases()).extracting(GroundedPhrase::getRequestId).containsExactly("a", "c");
    assertThat(told.deadLetters()).extracting(DeadLetter::getRequestId).containsExactly("b");
    assertThat(told.records).allMatch(r -> r.sizeInBytes() <= MAX_RECORD_BYTES);
  }

  @Test
  void outagesFailTheJobAndMakeNoDeadLetter() {
    Told told = new Told();
    SchemaRegistry away = SchemaRegistry.connect(List.of("http://127.0.0.1:1"), Map.of());
    start(source(event().build()), grounding(away), told);

    assertThat(told.records).isEmpty();
    assertThat(told.times).isEqualTo(1);
    assertThat(told.failure).isInstanceOf(RegistryUnavailableException.class);
  }

  @Test
  void aProcessWithoutMemoryFailsTheJob() {
    Told preparing = ground(event().setImageBytes(ByteBuffer.wrap(utf8("o"))).build());
    assertThat(preparing.failure).isInstanceOf(OutOfMemoryError.class);
    assertThat(preparing.times).isEqualTo(1);

    Told grounding =
        ground(
            asking(
                request("a", "question", "wait"),
                request("b", "question", "die"),
                request("c", "question", "wait")));
    assertThat(model.waiting).allMatch(java.util.concurrent.CompletableFuture::isDone);
    assertThat(grounding.failure).isInstanceOf(OutOfMemoryError.class);
    assertThat(grounding.times).isEqualTo(1);
    assertThat(grounding.records).isEmpty();
  }

  @Test
  void cancellingGivesThePlacesBack() {
    Told told = new Told();
    InFlightEvent started =
        start(
            source(asking(request("a", "question", "wait"))),
            grounding(id -> ImageEvent.getClassSchema()),
            told);
    assertThat(told.times).isZero();

    started.cancel();

    assertThat(model.waiting.get(0)).isCancelled();
    assertThat(told.records).isEmpty();
  }

  private static EventRecord archived(ImageEvent event) {
    EventRecord source = new EventRecord();
    source.setKey(utf8("shard/000"));
    source.setValue(new AvroObjectCodec<>(ImageEvent.class, List.of()).encode(event, 0));
    source.setEncoding(EventRecord.SINGLE_OBJECT);
    source.setOriginSystem(EventFacts.ARCHIVE);
    source.setOriginName("shard.tar");
    source.setOriginPosition("000.jpg");
    return source;
  }

  @Test
  void eventsOfArchivesNeedNoRegistry() {
    Told told = new Told();
    start(
        archived(event().build()),
        grounding(
            id -> {
              throw new AssertionError("asked for a schema");
            }),
        told);

    assertThat(told.failure).isNull();
    assertThat(told.deadLetters()).isEmpty();
    assertThat(told.images()).hasSize(1);
    assertThat(told.images().get(0).getOrigin())
        .isEqualTo(new Origin("archive", "shard.tar", "000.jpg"));
  }

  @Test
  void whatASourceFoundWrongIsADeadLetterThatKnowsTheEvent() {
    EventRecord source = archived(event().build());
    source.setFailureCode(OperatorErrorCode.SIDECAR_INVALID.code());
    source.setFailureMessage("shard.tar, entry 3 (000.json): no JSON");

    DeadLetter letter = ground(source).onlyDeadLetter();

    assertThat(letter.getStage()).isEqualTo("decode-record");
    assertThat(letter.getCode()).isEqualTo("sidecar-invalid");
    assertThat(letter.getMessage()).isEqualTo("shard.tar, entry 3 (000.json): no JSON");
    assertThat(letter.getRetryable()).isFalse();
    assertThat(letter.getEventId()).isEqualTo(event().build().getEventId());
    assertThat(letter.getOrigin()).isEqualTo(new Origin("archive", "shard.tar", "000.jpg"));
    assertThat(letter.getOriginalValue()).isNull();
    assertThat(letter.getOriginalValueSize()).isNull();
  }

  @Test
  void whatASourceFoundWrongWithAFileIsADeadLetterWithoutEvent() {
    EventRecord source = archived(event().build());
    source.setKey(null);
    source.setValue(null);
    source.setFailureCode(OperatorErrorCode.FILE_VANISHED.code());
    source.setFailureMessage("a.tar: not there any more");

    DeadLetter letter = ground(source).onlyDeadLetter();

    assertThat(letter.getCode()).isEqualTo("file-vanished");
    assertThat(letter.getRetryable()).isTrue();
    assertThat(letter.getEventId()).isNull();
  }

  /** Of events, logs name identifiers and codes; what events hold may be secret. */
  @Test
  void logsAreJsonThatNamesTheImageAndNoSecrets() throws Exception {
    String uri = "https://me:hunter2@pictures.example/a.jpg?signature=c0ffee";
    ImageEvent event = event().setImageBytes(null).setImageUri(uri).setImageId("a \"b\"\n").build();
    List<JsonNode> lines;
    try (LogLines log = LogLines.capture("io.groundstream")) {
      fetched = CompletableFuture.failedFuture(new IllegalStateException("cannot read " + uri));
      assertThat(ground(event).onlyDeadLetter().getCode()).isEqualTo("internal-error");
      fetched =
          CompletableFuture.failedFuture(
              new GroundingException(OperatorErrorCode.FETCH_FAILED, "cannot fetch " + uri));
      assertThat(ground(event).onlyDeadLetter().getCode()).isEqualTo("fetch-failed");
      log.logger().info("After it");
      lines = log.json();
      assertThat(log.text()).doesNotContain("hunter2", "c0ffee", "pictures.example");
    }
    assertThat(lines)
        .extracting(line -> line.path("message").asText())
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .startsWith(
                        "Unexpected failure: stage=fetch exception=java.lang.IllegalStateException"
                            + " at io.groundstream."),
            second -> assertThat(second).isEqualTo("Dead letter: code=internal-error"),
            third -> assertThat(third).isEqualTo("Dead letter: code=fetch-failed"),
            last -> assertThat(last).isEqualTo("After it"));
    assertThat(lines.subList(0, 3))
        .allSatisfy(
            line -> {
              assertThat(line.path("event_id").asText()).isEqualTo("event-1");
              assertThat(line.path("image_id").asText()).isEqualTo("a \"b\"\n");
              assertThat(line.path("origin").asText()).isEqualTo("events-3@1042");
              assertThat(line.path("exception").asText()).isEmpty();
            });
    assertThat(lines.get(3).path("image_id").asText()).isEmpty();
  }
}
