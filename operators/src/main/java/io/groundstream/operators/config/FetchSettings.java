package io.groundstream.operators.config;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.apache.flink.configuration.ConfigOption;

/** Reads {@link FetchOptions}. */
final class FetchSettings {
  private static final String TIME = "1 ms to 1 d";

  private FetchSettings() {}

  static HttpFetchSettings read(SettingsReader reader) {
    return new HttpFetchSettings(
        list(
            reader,
            FetchOptions.ALLOWED_HOSTS,
            HostPattern::parse,
            "hosts such as images.example.org;*.example.org"),
        list(
            reader,
            FetchOptions.OPENED_ADDRESSES,
            AddressBlock::parse,
            "blocks of addresses such as 10.1.0.0/16;fd00::/8"),
        reader.get(FetchOptions.PLAIN_ALLOWED, any -> true, "true or false"),
        time(reader, FetchOptions.CONNECT_TIMEOUT),
        time(reader, FetchOptions.RESPONSE_TIMEOUT),
        time(reader, FetchOptions.TRANSFER_TIMEOUT),
        time(reader, FetchOptions.TOTAL_TIMEOUT),
        reader.get(FetchOptions.MAX_ATTEMPTS, count -> count > 0, "> 0"),
        reader.get(FetchOptions.MAX_REDIRECTS, count -> count >= 0, ">= 0"),
        reader.get(FetchOptions.MAX_CONNECTIONS, count -> count > 0, "> 0"),
        reader.get(FetchOptions.MAX_CONNECTIONS_PER_HOST, count -> count > 0, "> 0"),
        reader.get(FetchOptions.MEMORY, size -> size.getBytes() > 0, "> 0").getBytes());
  }

  private static Duration time(SettingsReader reader, ConfigOption<Duration> option) {
    return reader.get(
        option, time -> time.toMillis() >= 1 && time.compareTo(Duration.ofDays(1)) <= 0, TIME);
  }

  private static <T> List<T> list(
      SettingsReader reader,
      ConfigOption<List<String>> option,
      Function<String, T> parse,
      String expected) {
    return reader
        .get(
            option,
            texts -> {
              // Throws at the first that is none, and that is told as any impossible value is.
              List<T> unused = texts.stream().map(parse).toList();
              return true;
            },
            expected)
        .stream()
        .map(parse)
        .toList();
  }
}
