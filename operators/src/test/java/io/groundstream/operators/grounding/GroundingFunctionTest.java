package io.groundstream.operators.grounding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.GroundingRequest;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.fetch.SlowFileSystem;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.kafka.RegistrySettings;
import io.groundstream.operators.output.KafkaOutput;
import io.groundstream.operators.output.ModelIdentity;
import io.groundstream.operators.output.OutputRecord;
import io.groundstream.operators.output.OutputTopic;
import io.groundstream.operators.output.ResultFormats;
import io.groundstream.operators.settings.SettingsReader;
import io.groundstream.operators.tracing.TraceSettings;
import io.groundstream.schemas.AvroWireEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.CloseableIterator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The function inside Flink's asynchronous operator, with a registry that says yes to all. */
class GroundingFunctionTest {
  private static final int EVENTS = 200;
  private static final int CAPACITY = 8;

  /** How a model that a test looks at comes into a job that copies its functions. */
  private static final AtomicReference<FakeModel> SHOWN = new AtomicReference<>();

  private HttpServer registry = unstarted();
  private final AtomicInteger questions = new AtomicInteger();
  private boolean knowsSchemas = true;
  private String restartStrategy = "fixed-delay";

  private static HttpServer unstarted() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void start() {
    registry.createContext("/subjects", exchange -> answer(exchange, "{\"id\":2}"));
    registry.createContext(
        "/config", exchange -> answer(exchange, "{\"compatibilityLevel\":\"FULL_TRANSITIVE\"}"));
    registry.createContext(
        "/schemas",
        exchange ->
            answer(
                exchange,
                "{\"schema\":\""
                    + ImageEvent.getClassSchema()
                        .toString()
                        .replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                    + "\"}"));
    registry.start();
  }

  @AfterEach
  void stop() {
    registry.stop(0);
  }

  private void answer(HttpExchange exchange, String text) throws IOException {
    questions.incrementAndGet();
    exchange.getRequestBody().readAllBytes();
    String body = knowsSchemas ? text : "{\"error_code\":40401,\"message\":\"none\"}";
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(knowsSchemas ? 200 : 404, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private List<OutputRecord> run(List<EventRecord> events, Map<String, String> more)
      throws Exception {
    return run(events, more, device -> new FakeModel());
  }

  List<OutputRecord> run(
      List<EventRecord> events, Map<String, String> more, GroundingModelProvider models)
      throws Exception {
    List<OutputRecord> records = new ArrayList<>();
    try (CloseableIterator<OutputRecord> iterator =
        results(
                environment ->
                    environment.fromData(
                        TypeInformation.of(EventRecord.class), events.toArray(new EventRecord[0])),
                more,
                models)
            .executeAndCollect()) {
      iterator.forEachRemaining(records::add);
    }
    return records;
  }

  private DataStream<OutputRecord> results(
      Function<StreamExecutionEnvironment, DataStream<EventRecord>> events,
      Map<String, String> more,
      GroundingModelProvider models)
      throws Exception {
    Map<String, String> values = new HashMap<>(more);
    values.put("kafka.bootstrap-servers", "127.0.0.1:1");
    values.put("properties.default.api.timeout.ms", "10");
    values.put("properties.request.timeout.ms", "10");
    values.put("schema-registry.url", "http://127.0.0.1:" + registry.getAddress().getPort());
    values.put("model.checkpoint", "/nowhere");
    SettingsReader reader = new SettingsReader(values);
    GroundingSettings grounding = GroundingSettings.read(reader);
    KafkaOutput output =
        new KafkaOutput(
            KafkaSettings.read(reader),
            RegistrySettings.read(reader),
            ResultFormats.read(reader),
            /* readsEvents= */ true);
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, restartStrategy);
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(16));
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(16));
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
    DataStream<EventRecord> source = events.apply(environment);
    GroundingFunction function =
        new GroundingFunction(
            output, ModelSettings.read(reader), grounding, TraceSettings.read(reader), models);
    reader.throwIfWrong();
    return grounding.ordered()
        ? AsyncDataStream.orderedWait(source, function, 0, TimeUnit.MILLISECONDS, CAPACITY)
        : AsyncDataStream.unorderedWait(source, function, 0, TimeUnit.MILLISECONDS, CAPACITY);
  }

  static EventRecord event(int number) {
    return event(number, new byte[] {'p'}, null);
  }

  private static EventRecord event(int number, byte @Nullable [] picture, @Nullable String uri) {
    ImageEvent event =
        ImageEvent.newBuilder()
            .setEventId("event-" + number)
            .setImageBytes(picture == null ? null : ByteBuffer.wrap(picture))
            .setImageUri(uri)
            .setRequests(List.of(ImageRequest.newBuilder().setTask("caption").build()))
            .build();
    EventRecord record = new EventRecord();
    record.setKey(event.getEventId().getBytes(StandardCharsets.UTF_8));
    // Every tenth is no event.
    record.setValue(
        number % 10 == 0
            ? new byte[] {7}
            : AvroWireEncoder.withId(1, ImageEvent.class).encode(event));
    record.setTopic("events");
    record.setOffset(number);
    return record;
  }

  private static List<EventRecord> events() {
    List<EventRecord> events = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      events.add(event(i));
    }
    return events;
  }

  private static String key(OutputRecord record) {
    byte[] key = record.getKey();
    return key == null ? "" : new String(key, StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyEventBecomesAllOfItsRecordsAndNoMore(boolean ordered) throws Exception {
    List<OutputRecord> records =
        run(events(), Map.of("grounding.ordered", Boolean.toString(ordered)));

    List<String> keys = records.stream().map(GroundingFunctionTest::key).distinct().toList();
    assertThat(keys).hasSize(EVENTS);
    if (ordered) {
      assertThat(keys)
          .isEqualTo(
              events().stream().map(e -> new String(e.getKey(), StandardCharsets.UTF_8)).toList());
    }
    Map<OutputTopic, Integer> counts = new HashMap<>();
    for (OutputRecord record : records) {
      counts.merge(record.getTopic(), 1, Integer::sum);
    }
    int bad = EVENTS / 10;
    assertThat(counts)
        .isEqualTo(
            Map.of(
                OutputTopic.IMAGES,
                EVENTS - bad,
                OutputTopic.PHRASES,
                EVENTS - bad,
                OutputTopic.DEAD_LETTERS,
                bad));
  }

  @Test
  @Timeout(120)
  void aFileSystemThatHangsDoesNotHoldUpDecoding() throws Exception {
    SlowFileSystem.hold();
    List<EventRecord> events = new ArrayList<>();
    // Half of the operator's places, and twice the threads that decode.
    for (int i = 1; i <= 4; i++) {
      events.add(event(i, null, "slow://hangs/in/" + i));
    }
    for (int i = 11; i < 20; i++) {
      events.add(event(i, new byte[] {'p', (byte) i}, null));
    }
    FakeModel model = new FakeModel();
    SHOWN.set(model);
    CompletableFuture<Integer> decoded =
        CompletableFuture.supplyAsync(
            () -> {
              long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
              while (model.prepared.get() < 9 && System.nanoTime() < end) {
                LockSupport.parkNanos(10_000_000);
              }
              int before = model.prepared.get();
              SlowFileSystem.release();
              return before;
            });
    List<OutputRecord> records =
        run(
            events,
            Map.of(
                "grounding.ordered", "false",
                "grounding.preparation-threads", "2",
                "fetch.allowed-roots", "slow://hangs/in"),
            device -> Objects.requireNonNull(SHOWN.get()));
    assertThat(decoded.get()).as("decoded while the others hung").isEqualTo(9);
    assertThat(records.stream().map(GroundingFunctionTest::key).distinct()).hasSize(13);
  }

  /**
   * Pictures that are on their way, fetched and not decoded, or decoded and before the model, are
   * no part of a savepoint; those that events hold are, as part of these events.
   */
  @ParameterizedTest
  @Timeout(120)
  @ValueSource(booleans = {true, false})
  void nothingThatIsFetchedIsInSavepoints(boolean byUri, @TempDir Path folder) throws Exception {
    // Checkpoints of more than 5 MB need a folder.
    byte[] picture = new byte[1 << 20];
    new Random(7).nextBytes(picture);
    CountDownLatch served = new CountDownLatch(3);
    HttpServer host =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    host.setExecutor(Executors.newCachedThreadPool(GroundingFunctionTest::daemon));
    CountDownLatch end = new CountDownLatch(1);
    host.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, picture.length);
          boolean whole = !exchange.getRequestURI().getPath().equals("/3");
          exchange.getResponseBody().write(picture, 0, whole ? picture.length : picture.length - 1);
          exchange.getResponseBody().flush();
          served.countDown();
          if (!whole) {
            awaitQuietly(end);
          }
          exchange.close();
        });
    host.start();
    BlockedModel.begin();
    String base = "http://127.0.0.1:" + host.getAddress().getPort() + "/";
    // A source that does not end, as one that has ended takes part in no savepoint.
    try (ServerSocket numbers = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Socket> connection =
          CompletableFuture.supplyAsync(() -> write(numbers, "1\n2\n3\n"));
      DataStream<OutputRecord> results =
          results(
              environment ->
                  environment
                      .socketTextStream(
                          numbers.getInetAddress().getHostAddress(), numbers.getLocalPort())
                      .map(
                          line ->
                              event(
                                  Integer.parseInt(line),
                                  byUri ? null : picture,
                                  byUri ? base + line : null))
                      .returns(TypeInformation.of(EventRecord.class)),
              Map.of(
                  "grounding.preparation-threads", "1",
                  "fetch.http.allowed-hosts", "127.0.0.1:" + host.getAddress().getPort(),
                  "fetch.http.plain-allowed", "true",
                  "fetch.http.opened-addresses", "127.0.0.1"),
              device -> new BlockedModel());
      results.sinkTo(new DiscardingSink<>());
      JobClient job = results.getExecutionEnvironment().executeAsync();
      BlockedModel.preparing.await();
      if (byUri) {
        served.await();
      }
      String savepoint =
          job.triggerSavepoint(folder.toUri().toString(), SavepointFormatType.CANONICAL).get();
      byte[] content = content(Path.of(URI.create(savepoint)));
      BlockedModel.release.countDown();
      end.countDown();
      job.cancel().get();
      connection.get().close();

      byte[] piece = Arrays.copyOfRange(picture, 1 << 19, (1 << 19) + 32);
      assertThat(contains(content, "event-1".getBytes(StandardCharsets.UTF_8))).isTrue();
      assertThat(contains(content, piece)).isEqualTo(!byUri);
      if (byUri) {
        assertThat(content.length).isLessThan(100_000);
      } else {
        assertThat(content.length).isGreaterThan(3 * picture.length);
      }
    } finally {
      end.countDown();
      host.stop(0);
    }
  }

  /** Accepts a connection, writes to it, and leaves it open. */
  private static Socket write(ServerSocket server, String text) {
    try {
      Socket socket = server.accept();
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static byte[] content(Path folder) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.write(Files.readAllBytes(file));
      }
    }
    return all.toByteArray();
  }

  private static boolean contains(byte[] content, byte[] piece) {
    return new String(content, StandardCharsets.ISO_8859_1)
        .contains(new String(piece, StandardCharsets.ISO_8859_1));
  }

  /** A model that is busy with the first picture until it may go on. */
  private static final class BlockedModel implements GroundingModel {
    static volatile CountDownLatch preparing = new CountDownLatch(1);
    static volatile CountDownLatch release = new CountDownLatch(1);

    private final FakeModel model = new FakeModel();

    static void begin() {
      preparing = new CountDownLatch(1);
      release = new CountDownLatch(1);
    }

    @Override
    public ModelIdentity identity() {
      return model.identity();
    }

    @Override
    public PreparedImage prepare(byte[] imageBytes, long maxPixels) throws GroundingException {
      preparing.countDown();
      awaitQuietly(release);
      return model.prepare(imageBytes, maxPixels);
    }

    @Override
    public CompletableFuture<GroundedAnswer> ground(GroundingRequest request) {
      return model.ground(request);
    }

    @Override
    public void close() {}
  }

  @Test
  void aSchemaThatIsMissingFailsAtStartWithoutRestarts() {
    knowsSchemas = false;
    assertThatThrownBy(
            () -> run(List.of(event(1)), Map.of("schema-registry.auto-register", "false")))
        .rootCause()
        .hasMessageContaining("grounded-images-value")
        .hasMessageContaining("register it");
    // For the schema, and for the versions of its subject.
    assertThat(questions).hasValue(2);
  }

  @Test
  void aRegistryThatIsAwayFailsTheJobAfterAWhile() {
    // Or else the reason may be hidden behind the restart.
    restartStrategy = "none";
    registry.stop(0);
    assertThatThrownBy(
            () -> run(List.of(event(1)), Map.of("schema-registry.retry-timeout", "50 ms")))
        .hasStackTraceContaining("RegistryUnavailableException");
  }
}
