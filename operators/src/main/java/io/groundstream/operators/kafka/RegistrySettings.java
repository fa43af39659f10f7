package io.groundstream.operators.kafka;

import io.groundstream.operators.settings.SettingsReader;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Checked {@link RegistryOptions}.
 *
 * @param unknownIdTimeout how long an unknown schema is asked for again
 * @param ignoreRecordNames whether records are known by their fields alone
 * @param properties settings of Confluent's client
 */
public record RegistrySettings(
    List<String> urls,
    boolean autoRegister,
    Duration retryTimeout,
    Duration unknownIdTimeout,
    boolean ignoreRecordNames,
    Map<String, String> properties)
    implements Serializable {
  /** As long as a decoder takes an unknown identifier for a new one. */
  private static final Duration LONGEST_UNKNOWN = Duration.ofSeconds(30);

  private static final String URL_EXPECTED = "URLs such as http://localhost:8081";

  public RegistrySettings {
    urls = List.copyOf(urls);
    properties = Map.copyOf(properties);
  }

  /** Reads the settings, and notes what is wrong with them. */
  public static RegistrySettings read(SettingsReader reader) {
    List<String> urls = List.of();
    if (reader.isSet(RegistryOptions.URLS)) {
      List<String> found =
          reader.find(
              RegistryOptions.URLS,
              list -> !list.isEmpty() && list.stream().allMatch(RegistrySettings::isUrl),
              URL_EXPECTED);
      urls = found == null ? List.of() : found;
    } else {
      reader.problem(RegistryOptions.URLS.key(), "not set", URL_EXPECTED);
    }
    return new RegistrySettings(
        urls,
        reader.get(RegistryOptions.AUTO_REGISTER, any -> true, "true or false"),
        reader.get(RegistryOptions.RETRY_TIMEOUT, time -> !time.isNegative(), "a duration >= 0"),
        reader.get(
            RegistryOptions.UNKNOWN_ID_TIMEOUT,
            time -> !time.isNegative() && time.compareTo(LONGEST_UNKNOWN) <= 0,
            "0 s to 30 s"),
        reader.get(RegistryOptions.IGNORE_RECORD_NAMES, any -> true, "true or false"),
        reader.under(RegistryOptions.PROPERTIES_PREFIX));
  }

  private static boolean isUrl(String text) {
    try {
      URI uri = new URI(text);
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
