package io.groundstream.operators.fetch;

import io.groundstream.operators.settings.InvalidConfigurationException;
import io.groundstream.operators.settings.SettingsReader;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Headers as a configuration has them, for tests in other packages. */
public final class HeaderSettings {
  private HeaderSettings() {}

  /** Reads headers from keys without their prefix. */
  public static RequestHeaders read(
      Map<String, String> headers, String userAgent, @Nullable String file)
      throws InvalidConfigurationException {
    Map<String, String> values = new HashMap<>();
    headers.forEach((key, value) -> values.put(FetchOptions.HEADERS_PREFIX + key, value));
    values.put(FetchOptions.USER_AGENT.key(), userAgent);
    if (file != null) {
      values.put(FetchOptions.HEADERS_FILE.key(), file);
    }
    SettingsReader reader = new SettingsReader(values);
    RequestHeaders read = RequestHeaders.read(reader);
    reader.throwIfWrong();
    return read;
  }
}
