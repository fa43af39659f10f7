package io.groundstream.operators.fetch;

import io.groundstream.operators.settings.SettingsReader;
import io.groundstream.operators.uri.FileUri;
import io.groundstream.operators.uri.UriException;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.apache.flink.configuration.ConfigOption;

/**
 * Checked {@link FetchOptions}: where images may be fetched from, and how.
 *
 * @param allowedRoots the directories that URIs of file systems may point into
 * @param maxReadsPerFileSystem how many files of one file system are read at a time
 * @param fileTimeout how long reading a file may take
 * @param links which http and https URIs are followed
 * @param memoryBytes the memory for images that are being fetched or wait to be decoded
 */
public record FetchSettings(
    List<String> allowedRoots,
    int maxReadsPerFileSystem,
    Duration fileTimeout,
    HttpFetchSettings links,
    long memoryBytes)
    implements Serializable {

  private static final String TIME = "1 ms to 1 d";

  public FetchSettings {
    allowedRoots = List.copyOf(allowedRoots);
  }

  /** Reads the settings, and reports what is wrong with them. */
  public static FetchSettings read(SettingsReader reader) {
    return new FetchSettings(
        reader.get(
            FetchOptions.ALLOWED_ROOTS,
            roots -> roots.stream().allMatch(FetchSettings::isRoot),
            "absolute paths of directories, or URIs such as s3://bucket/images"),
        reader.get(FetchOptions.MAX_READS_PER_FILE_SYSTEM, count -> count > 0, "> 0"),
        time(reader, FetchOptions.FILE_TIMEOUT),
        readLinks(reader),
        reader.get(FetchOptions.MEMORY, size -> size.getBytes() > 0, "> 0").getBytes());
  }

  private static HttpFetchSettings readLinks(SettingsReader reader) {
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
        RequestHeaders.read(reader));
  }

  private static boolean isRoot(String text) {
    if (text.startsWith("/")) {
      return true;
    }
    try {
      FileUri uri = FileUri.parse(text);
      // A local directory is named by its path, since links in it are followed.
      return !uri.scheme().equals("file")
          && uri.authority() != null
          && !uri.isAmbiguous()
          && uri.plainPath().indexOf('\\') < 0;
    } catch (UriException e) {
      return false;
    }
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
              // Throws at the first invalid text, which is reported like any invalid value.
              List<T> unused = texts.stream().map(parse).toList();
              return true;
            },
            expected)
        .stream()
        .map(parse)
        .toList();
  }
}
