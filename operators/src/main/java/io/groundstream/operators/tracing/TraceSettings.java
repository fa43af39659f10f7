package io.groundstream.operators.tracing;

import io.groundstream.operators.settings.SettingsReader;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Checked {@link TraceOptions}. The headers are secret: {@link #toString} and messages leave them
 * out.
 *
 * @param endpoint the full URL to post spans to; null for no traces
 * @param sampleRatio the share of the events that are traced unless their producers decided
 * @param headers of the requests to the collector
 * @param serviceName the name of the job in traces
 * @param queueCapacity how many spans of a process may wait or be under way
 * @param timeout for one batch of spans, and for the last ones
 */
public record TraceSettings(
    @Nullable String endpoint,
    double sampleRatio,
    Map<String, String> headers,
    String serviceName,
    int queueCapacity,
    Duration timeout)
    implements Serializable {

  /** No traces. */
  public static final TraceSettings OFF =
      new TraceSettings(null, 0, Map.of(), "", 1, Duration.ZERO);

  private static final String PATH = "/v1/traces";
  private static final String ENDPOINT_EXPECTED =
      "a URL such as http://localhost:4318, without user and password in it";
  private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(1);
  private static final int LARGEST_QUEUE = 1 << 20;

  /** Headers that the HTTP client or the protocol sets. */
  private static final Set<String> OTHERS_HEADERS =
      Set.of(
          "accept-encoding",
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "expect",
          "host",
          "upgrade");

  public TraceSettings {
    headers = Map.copyOf(headers);
  }

  /** Reads the settings, and reports what is wrong with them. */
  public static TraceSettings read(SettingsReader reader) {
    return new TraceSettings(
        endpoint(reader),
        reader.get(TraceOptions.SAMPLE_RATIO, ratio -> ratio >= 0 && ratio <= 1, "0 to 1"),
        headers(reader),
        reader.get(TraceOptions.SERVICE_NAME, text -> !text.isBlank(), "a name"),
        reader.get(
            TraceOptions.QUEUE_CAPACITY,
            count -> count >= 1 && count <= LARGEST_QUEUE,
            "1 to " + LARGEST_QUEUE),
        reader.get(
            TraceOptions.TIMEOUT,
            time -> !time.isNegative() && !time.isZero() && time.compareTo(LONGEST_TIMEOUT) <= 0,
            "more than 0 s, up to 1 min"));
  }

  /** Returns whether traces are on. */
  public boolean areOn() {
    return endpoint != null;
  }

  private static @Nullable String endpoint(SettingsReader reader) {
    String text = reader.find(TraceOptions.OTLP_ENDPOINT, any -> true, ENDPOINT_EXPECTED);
    if (text == null) {
      return null;
    }
    try {
      URI uri = new URI(text);
      if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getUserInfo() == null
          && uri.getQuery() == null
          && uri.getFragment() == null) {
        String path = uri.getPath();
        return path.isEmpty() || path.equals("/") ? text.replaceFirst("/$", "") + PATH : text;
      }
    } catch (URISyntaxException e) {
      // Reported below.
    }
    // Not shown: it may hold a password.
    reader.problem(TraceOptions.OTLP_ENDPOINT.key(), "no such URL", ENDPOINT_EXPECTED);
    return null;
  }

  private static Map<String, String> headers(SettingsReader reader) {
    Map<String, String> headers = new TreeMap<>();
    reader
        .under(TraceOptions.HEADERS_PREFIX)
        .forEach(
            (name, value) -> {
              String key = TraceOptions.HEADERS_PREFIX + name;
              if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")
                  || OTHERS_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                reader.problem(key, "(not shown)", "the name of a header of one's own");
              } else if (value.chars().anyMatch(c -> c < ' ' || c > '~')) {
                reader.problem(key, "(not shown)", "printable ASCII characters");
              } else {
                headers.put(name, value);
              }
            });
    return headers;
  }

  @Override
  public String toString() {
    return "TraceSettings[" + endpoint + ", " + sampleRatio + "]";
  }
}
