package io.groundstream.operators.fetch;

import io.groundstream.operators.settings.SettingsReader;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The headers of requests for images.
 *
 * @param userAgent the user agent for all hosts, unless a host has one of its own
 * @param ofHosts headers for some hosts
 * @param file a file with more of them, or null
 */
@API(status = API.Status.INTERNAL)
public record RequestHeaders(String userAgent, List<HostHeader> ofHosts, @Nullable String file)
    implements Serializable {
  /** Names the product to all hosts. */
  public static final RequestHeaders DEFAULT =
      new RequestHeaders(FetchOptions.USER_AGENT.defaultValue(), List.of(), null);

  private static final Pattern LINE =
      Pattern.compile("(?<host>\\S+)\\s+(?<name>[^\\s:]+):(?<value>.*)");
  private static final int LARGEST_FILE = 1 << 20;

  public RequestHeaders {
    ofHosts = List.copyOf(ofHosts);
  }

  /** Reads the settings, and reports what is wrong with them. */
  public static RequestHeaders read(SettingsReader reader) {
    List<HostHeader> headers = new ArrayList<>();
    reader
        .under(FetchOptions.HEADERS_PREFIX)
        .forEach(
            (hostAndName, value) -> {
              int dot = hostAndName.lastIndexOf('.');
              try {
                headers.add(
                    HostHeader.parse(
                        hostAndName.substring(0, Math.max(0, dot)),
                        hostAndName.substring(dot + 1),
                        value.strip()));
              } catch (IllegalArgumentException e) {
                // The value is not shown.
                reader.problem(
                    FetchOptions.HEADERS_PREFIX + hostAndName,
                    "…",
                    "HOST.NAME with a value, such as images.example.org.Authorization; "
                        + e.getMessage());
              }
            });
    return new RequestHeaders(
        reader.get(
            FetchOptions.USER_AGENT,
            text -> text.matches("[\\x21-\\x7e]([\\x20-\\x7e]*[\\x21-\\x7e])?"),
            "a text in ASCII, in one line"),
        headers,
        reader.find(FetchOptions.HEADERS_FILE, text -> !text.isBlank(), "a file"));
  }

  /**
   * Returns all headers for hosts; those that name a host most closely come last.
   *
   * @throws IOException if the file cannot be read on this machine, or has a line that is not a
   *     header
   */
  public List<HostHeader> all() throws IOException {
    List<HostHeader> all = new ArrayList<>(ofHosts);
    if (file != null) {
      addFrom(Path.of(file), all);
    }
    all.sort(Comparator.comparingInt(HostHeader::closeness));
    return List.copyOf(all);
  }

  private static void addFrom(Path path, List<HostHeader> all) throws IOException {
    String where = FetchOptions.HEADERS_FILE.key() + ": " + path;
    List<String> lines;
    try {
      if (Files.size(path) > LARGEST_FILE) {
        throw new IOException("more than " + LARGEST_FILE + " bytes");
      }
      lines = Files.readAllLines(path);
    } catch (IOException e) {
      throw new IOException(
          where + " cannot be read (expected: a text file on this machine): " + e, e);
    }
    for (int index = 0; index < lines.size(); index++) {
      String line = lines.get(index).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      Matcher matcher = LINE.matcher(line);
      try {
        if (!matcher.matches()) {
          throw new IllegalArgumentException("three parts");
        }
        all.add(
            HostHeader.parse(
                matcher.group("host"), matcher.group("name"), matcher.group("value").strip()));
      } catch (IllegalArgumentException e) {
        throw new IOException(
            where
                + ", line "
                + (index + 1)
                + " (expected: HOST NAME: VALUE; "
                + e.getMessage()
                + ")");
      }
    }
  }
}
