package io.groundstream.operators.tracing;

import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Where the traces of events go, and of how many. */
public final class TraceOptions {
  /** Keys with this prefix are headers of the requests to the collector. */
  public static final String HEADERS_PREFIX = "traces.http-headers.";

  public static final ConfigOption<String> OTLP_ENDPOINT =
      ConfigOptions.key("traces.otlp-endpoint")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The OpenTelemetry collector that receives the traces of events by OTLP over HTTP,"
                  + " such as http://localhost:4318. /v1/traces is added to a URL without a path."
                  + " Without this option there are no traces.");

  public static final ConfigOption<Double> SAMPLE_RATIO =
      ConfigOptions.key("traces.sample-ratio")
          .doubleType()
          .defaultValue(1.0)
          .withDescription(
              "The share of events that are traced, 0 to 1. It applies to events without a"
                  + " traceparent header; with one, the header decides.");

  public static final ConfigOption<String> SERVICE_NAME =
      ConfigOptions.key("traces.service-name")
          .stringType()
          .defaultValue("groundstream")
          .withDescription("The service.name of all traces.");

  public static final ConfigOption<Integer> QUEUE_CAPACITY =
      ConfigOptions.key("traces.queue-capacity")
          .intType()
          .defaultValue(4096)
          .withDescription(
              "How many spans of a task manager may wait for the collector. An event has about"
                  + " eight. Further spans are dropped and counted.");

  public static final ConfigOption<Duration> TIMEOUT =
      ConfigOptions.key("traces.timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(10))
          .withDescription(
              "How long sending up to 512 spans may take, retries included; then they are"
                  + " dropped. A job that ends waits at most this long for its last spans.");

  private TraceOptions() {}
}
