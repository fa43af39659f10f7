package io.groundstream.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;

/** A collector of traces by OTLP over HTTP that stores requests or hangs. Thread-safe. */
final class TraceCollector implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService handlers = Executors.newCachedThreadPool();
  private final CountDownLatch end = new CountDownLatch(1);
  private final boolean hangs;

  /** The received spans, in the order of arrival. */
  final List<Span> spans = new CopyOnWriteArrayList<>();

  final List<Map<String, String>> resources = new CopyOnWriteArrayList<>();
  final List<String> authorizations = new CopyOnWriteArrayList<>();

  private TraceCollector(boolean hangs) throws IOException {
    this.hangs = hangs;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(handlers);
    server.createContext("/v1/traces", this::handle);
    server.start();
  }

  static TraceCollector start() throws IOException {
    return new TraceCollector(/* hangs= */ false);
  }

  /** Starts a collector that accepts requests and never answers. */
  static TraceCollector startHanging() throws IOException {
    return new TraceCollector(/* hangs= */ true);
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
      ExportTraceServiceRequest request;
      try (GZIPInputStream body = new GZIPInputStream(exchange.getRequestBody())) {
        request = ExportTraceServiceRequest.parseFrom(body);
      }
      if (hangs) {
        end.await();
      }
      for (ResourceSpans of : request.getResourceSpansList()) {
        resources.add(attributes(of.getResource().getAttributesList()));
        of.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList()));
      }
      exchange.sendResponseHeaders(200, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the instance identifiers of the senders of spans. */
  Set<String> instances() {
    return resources.stream()
        .map(resource -> String.valueOf(resource.get("service.instance.id")))
        .collect(Collectors.toSet());
  }

  static Map<String, String> attributes(List<KeyValue> attributes) {
    Map<String, String> values = new HashMap<>();
    attributes.forEach(attribute -> values.put(attribute.getKey(), text(attribute.getValue())));
    return values;
  }

  private static String text(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case INT_VALUE -> Long.toString(value.getIntValue());
      case ARRAY_VALUE ->
          value.getArrayValue().getValuesList().stream().map(TraceCollector::text).toList() + "";
      case BOOL_VALUE, DOUBLE_VALUE -> value.toString();
      case KVLIST_VALUE, BYTES_VALUE, STRING_VALUE_STRINDEX, VALUE_NOT_SET -> value.toString();
    };
  }

  static String id(com.google.protobuf.ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  @Override
  public void close() {
    end.countDown();
    server.stop(0);
    handlers.shutdownNow();
  }
}
