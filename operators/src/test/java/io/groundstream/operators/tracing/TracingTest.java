package io.groundstream.operators.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.output.OutputRecord;
import io.groundstream.operators.output.OutputTopic;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TracingTest {
  private static final int CAPACITY = 64;

  private final Map<String, Gauge<?>> gauges = new HashMap<>();
  private final MetricGroup group =
      new UnregisteredMetricsGroup() {
        @Override
        public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
          gauges.put(name, gauge);
          return gauge;
        }

        @Override
        public MetricGroup addGroup(String name) {
          return this;
        }
      };
  private final ExecutorService handlers = Executors.newCachedThreadPool();
  private final CountDownLatch end = new CountDownLatch(1);
  private final Map<String, String> seen = new ConcurrentHashMap<>();
  private volatile int status = 200;
  private volatile boolean hangs;
  private HttpServer collector;

  @BeforeEach
  void start() throws Exception {
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.setExecutor(handlers);
    collector.createContext(
        "/",
        exchange -> {
          seen.put("path", exchange.getRequestURI().getPath());
          exchange
              .getRequestHeaders()
              .forEach((name, values) -> seen.put(name.toLowerCase(Locale.ROOT), values.get(0)));
          exchange.getRequestBody().readAllBytes();
          if (hangs) {
            try {
              end.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    collector.start();
  }

  @AfterEach
  void stop() {
    end.countDown();
    collector.stop(0);
    handlers.shutdownNow();
  }

  private TraceSettings settings(int port) {
    return new TraceSettings(
        "http://127.0.0.1:" + port + "/v1/traces",
        1,
        Map.of("Authorization", "Bearer secret"),
        "test",
        CAPACITY,
        Duration.ofSeconds(1));
  }

  private Tracing open(int port) {
    Tracing tracing = Tracing.acquire(settings(port), "group");
    tracing.register(group);
    return tracing;
  }

  private static void trace(Tracing tracing, int events) {
    for (int i = 0; i < events; i++) {
      EventRecord event = new EventRecord();
      event.setTopic("events");
      EventTrace trace = tracing.begin(event);
      OutputRecord record = new OutputRecord(OutputTopic.IMAGES, null, new byte[0]);
      trace.completed(List.of(record));
      assertThat(record.getHeaderNames()).containsExactly("traceparent");
    }
  }

  private long gauge(String name) {
    return ((Number) Objects.requireNonNull(gauges.get(name)).getValue()).longValue();
  }

  private static void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(10_000_000);
    }
  }

  private static boolean threadsAreGone() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .noneMatch(
            name ->
                name.startsWith("traces-sender")
                    || name.startsWith("BatchSpanProcessor_WorkerThread"));
  }

  @Test
  void closingSendsWhatIsThere() {
    Tracing tracing = open(collector.getAddress().getPort());
    trace(tracing, 10);
    tracing.close();

    assertThat(gauge("sentSpans")).isEqualTo(10);
    assertThat(gauge("droppedSpans")).isZero();
    assertThat(gauge("waitingSpans")).isZero();
    assertThat(seen)
        .containsEntry("path", "/v1/traces")
        .containsEntry("authorization", "Bearer secret")
        .containsEntry("content-type", "application/x-protobuf");
    await(TracingTest::threadsAreGone);
  }

  @Test
  void aCollectorThatRefusesCostsNothingButSpans() {
    status = 500;
    Tracing tracing = open(collector.getAddress().getPort());
    trace(tracing, 10 * CAPACITY);
    tracing.close();
    await(() -> gauge("droppedSpans") == 10 * CAPACITY);
    assertThat(gauge("sentSpans")).isZero();
    await(TracingTest::threadsAreGone);
  }

  @Test
  void aCollectorThatHangsHoldsUpNeitherEventsNorTheEnd() {
    hangs = true;
    Tracing tracing = open(collector.getAddress().getPort());
    trace(tracing, 10 * CAPACITY);
    assertThat(gauge("droppedSpans")).isGreaterThanOrEqualTo(9 * CAPACITY);
    tracing.close();
    await(() -> gauge("droppedSpans") == 10 * CAPACITY);
    await(TracingTest::threadsAreGone);
  }

  @Test
  void aCollectorThatIsAwayCostsNothingButSpans() {
    int port = collector.getAddress().getPort();
    collector.stop(0);
    Tracing tracing = open(port);
    trace(tracing, 10 * CAPACITY);
    tracing.close();
    await(() -> gauge("droppedSpans") == 10 * CAPACITY);
    await(TracingTest::threadsAreGone);
  }

  @Test
  void subtasksShareOneUntilTheLastOfThemCloses() {
    Tracing first = open(collector.getAddress().getPort());
    Tracing second = Tracing.acquire(settings(collector.getAddress().getPort()), "group");
    first.close();
    first.close();
    trace(second, 1);
    assertThat(gauge("waitingSpans") + gauge("sentSpans")).isEqualTo(1);
    second.close();
    assertThat(gauge("sentSpans")).isEqualTo(1);
  }

  @Test
  void withoutAnEndpointThereIsNothing() {
    Tracing tracing = Tracing.acquire(TraceSettings.OFF, "group");
    tracing.register(group);
    EventTrace trace = tracing.begin(new EventRecord());
    OutputRecord record = new OutputRecord(OutputTopic.IMAGES, null, new byte[0]);
    trace.completed(List.of(record));
    tracing.close();

    assertThat(trace).isSameAs(EventTrace.NONE);
    assertThat(record.getHeaderNames()).isEmpty();
    assertThat(tracing.headerBytes()).isZero();
    assertThat(gauges).isEmpty();
  }
}
