package io.groundstream.operators.index;

import io.groundstream.operators.settings.SettingsReader;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.jspecify.annotations.Nullable;

/**
 * The URLs of OpenSearch and the credentials. Neither {@link #toString} nor any message holds a
 * secret.
 *
 * @param urls the URLs of its nodes
 * @param username for basic authentication, or null
 * @param password the user's, or null if it is in the file
 * @param passwordFile the file whose first line is the password, or null
 * @param authorization the whole header, or null
 * @param caCertificates the PEM file of the authorities to trust, or null for the JVM's
 */
public record IndexConnectionSettings(
    List<String> urls,
    @Nullable String username,
    @Nullable String password,
    @Nullable String passwordFile,
    @Nullable String authorization,
    @Nullable String caCertificates)
    implements Serializable {

  private static final String URLS_EXPECTED = "URLs such as http://localhost:9200";

  public IndexConnectionSettings {
    urls = List.copyOf(urls);
  }

  /** Returns the settings for a node without access control. */
  public static IndexConnectionSettings open(String url) {
    return new IndexConnectionSettings(List.of(url), null, null, null, null, null);
  }

  /** Reads the settings, and reports problems to the reader. */
  public static IndexConnectionSettings read(SettingsReader reader) {
    IndexConnectionSettings settings =
        new IndexConnectionSettings(
            urls(reader),
            secret(reader, IndexOptions.USERNAME),
            secret(reader, IndexOptions.PASSWORD),
            reader.find(IndexOptions.PASSWORD_FILE, text -> !text.isBlank(), "a file"),
            secret(reader, IndexOptions.AUTHORIZATION),
            reader.find(IndexOptions.CA_CERTIFICATES, text -> !text.isBlank(), "a PEM file"));
    settings.checkTogether(reader);
    return settings;
  }

  private static List<String> urls(SettingsReader reader) {
    if (!reader.isSet(IndexOptions.URLS)) {
      reader.problem(IndexOptions.URLS.key(), "not set", URLS_EXPECTED);
      return List.of();
    }
    // Without the value in the message: a URL may hold a password.
    List<String> urls = reader.find(IndexOptions.URLS, any -> true, URLS_EXPECTED);
    if (urls == null || urls.isEmpty() || !urls.stream().allMatch(IndexConnectionSettings::isUrl)) {
      reader.problem(
          IndexOptions.URLS.key(),
          "not all are URLs",
          URLS_EXPECTED + ", without user and password in them");
      return List.of();
    }
    return urls;
  }

  /** Returns whether this is the URL of a node, without user, query and fragment. */
  public static boolean isUrl(String text) {
    try {
      URI uri = new URI(text);
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static @Nullable String secret(SettingsReader reader, ConfigOption<String> option) {
    String value = reader.find(option, any -> true, "text");
    if (value != null && value.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      reader.problem(option.key(), "(not shown)", "text without line ends");
      return null;
    }
    return value;
  }

  private void checkTogether(SettingsReader reader) {
    if (password != null && passwordFile != null) {
      reader.problem(IndexOptions.PASSWORD_FILE, "not set beside " + IndexOptions.PASSWORD.key());
    }
    boolean hasPassword = password != null || passwordFile != null;
    if ((username != null) != hasPassword) {
      reader.problem(
          IndexOptions.USERNAME.key(),
          username == null ? "not set" : "(not shown)",
          "a user and a password, or neither");
    }
    if (username != null && authorization != null) {
      reader.problem(
          IndexOptions.AUTHORIZATION.key(),
          "(not shown)",
          "not set beside " + IndexOptions.USERNAME.key());
    }
  }

  @Override
  public String toString() {
    return "IndexConnectionSettings" + urls;
  }
}
