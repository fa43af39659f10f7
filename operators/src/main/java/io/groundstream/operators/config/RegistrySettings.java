package io.groundstream.operators.config;

import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Checked {@link RegistryOptions}.
 *
 * @param properties settings of Confluent's client
 */
public record RegistrySettings(
    List<String> urls, boolean autoRegister, Duration retryTimeout, Map<String, String> properties)
    implements Serializable {
  private static final String URL_EXPECTED = "URLs such as http://localhost:8081";

  public RegistrySettings {
    urls = List.copyOf(urls);
    properties = Map.copyOf(properties);
  }

  static RegistrySettings read(SettingsReader reader) {
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
