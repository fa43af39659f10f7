package io.groundstream.operators.fetch;

import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/** Which URIs of events are followed, and how. */
public final class FetchOptions {
  /**
   * Keys with this prefix are headers of requests to a host: HOST.NAME. Flink hides their values.
   */
  public static final String HEADERS_PREFIX = "fetch.http-headers.";

  public static final ConfigOption<List<String>> ALLOWED_ROOTS =
      ConfigOptions.key("fetch.allowed-roots")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription(
              "The directories that URIs of events may read from, separated by semicolons:"
                  + " absolute paths for file: URIs, or URIs such as s3://bucket/images."
                  + " Symbolic links are resolved before a path is checked. Default: none.");

  public static final ConfigOption<Integer> MAX_READS_PER_FILE_SYSTEM =
      ConfigOptions.key("fetch.max-reads-per-file-system")
          .intType()
          .defaultValue(8)
          .withDescription(
              "How many files a job reads at a time from one file system, in each task manager."
                  + " The local file system and each scheme and bucket of fetch.allowed-roots have"
                  + " threads of their own, so that a slow file system does not hold up the"
                  + " others.");

  public static final ConfigOption<Duration> FILE_TIMEOUT =
      ConfigOptions.key("fetch.file-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "How long reading a file may take, including all attempts and the wait for other"
                  + " reads from the same file system. The event's deadline applies where it is"
                  + " nearer.");

  public static final ConfigOption<List<String>> ALLOWED_HOSTS =
      ConfigOptions.key("fetch.http.allowed-hosts")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription(
              "The hosts that https: URIs of events may name, separated by semicolons:"
                  + " images.example.org, *.example.org for all names below it, * for any host. A"
                  + " port such as :8443 may follow; without it the scheme's own port applies."
                  + " Redirections are checked in the same way. International names and addresses"
                  + " may be written in any form. Default: none, so no link is followed.");

  public static final ConfigOption<Boolean> PLAIN_ALLOWED =
      ConfigOptions.key("fetch.http.plain-allowed")
          .booleanType()
          .defaultValue(false)
          .withDescription("Whether http: URIs, which are not encrypted, are followed as well.");

  public static final ConfigOption<List<String>> OPENED_ADDRESSES =
      ConfigOptions.key("fetch.http.opened-addresses")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription(
              "Blocks of addresses, such as 10.1.0.0/16, that links may reach although they are"
                  + " not public, separated by semicolons. Without this option, links cannot reach"
                  + " loopback, private and link-local networks, multicast, and the metadata"
                  + " addresses of clouds, whatever a name resolves to. A metadata address must be"
                  + " listed by itself. Default: none.");

  public static final ConfigOption<Duration> CONNECT_TIMEOUT =
      ConfigOptions.key("fetch.http.connect-timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(5))
          .withDescription("How long establishing a connection may take.");

  public static final ConfigOption<Duration> RESPONSE_TIMEOUT =
      ConfigOptions.key("fetch.http.response-timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(10))
          .withDescription("How long a host may send nothing, before its response and within it.");

  public static final ConfigOption<Duration> TRANSFER_TIMEOUT =
      ConfigOptions.key("fetch.http.transfer-timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(30))
          .withDescription(
              "How long one attempt may take as a whole, including redirections and the wait for"
                  + " other transfers from the same host.");

  public static final ConfigOption<Duration> TOTAL_TIMEOUT =
      ConfigOptions.key("fetch.http.total-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "How long all attempts together may take. The event's deadline applies where it is"
                  + " nearer. A Retry-After beyond this time ends the attempts.");

  public static final ConfigOption<Integer> MAX_ATTEMPTS =
      ConfigOptions.key("fetch.http.max-attempts")
          .intType()
          .defaultValue(3)
          .withDescription(
              "How often a link is tried. Attempts are repeated only after time-outs, broken"
                  + " connections, and the statuses 408, 425, 429, 500, 502, 503 and 504.");

  public static final ConfigOption<Integer> MAX_REDIRECTS =
      ConfigOptions.key("fetch.http.max-redirects")
          .intType()
          .defaultValue(3)
          .withDescription("How many redirections one attempt follows.");

  public static final ConfigOption<Integer> MAX_CONNECTIONS =
      ConfigOptions.key("fetch.http.max-connections")
          .intType()
          .defaultValue(64)
          .withDescription(
              "The maximum number of connections of a job in one task manager, to all hosts"
                  + " together. Each connection carries one transfer at a time, HTTP/2 included,"
                  + " and is then reused.");

  public static final ConfigOption<Integer> MAX_CONNECTIONS_PER_HOST =
      ConfigOptions.key("fetch.http.max-connections-per-host")
          .intType()
          .defaultValue(8)
          .withDescription(
              "The maximum number of simultaneous transfers from one host, for a job in one task"
                  + " manager. Further transfers from that host wait; those from other hosts do"
                  + " not.");

  public static final ConfigOption<String> USER_AGENT =
      ConfigOptions.key("fetch.http.user-agent")
          .stringType()
          .defaultValue("groundstream")
          .withDescription(
              "The User-Agent header of requests for https: URIs. Some hosts require a contact:"
                  + " my-pipeline/1.0 (images@example.org).");

  public static final ConfigOption<String> HEADERS_FILE =
      ConfigOptions.key("fetch.http-headers-file")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "A text file on each task manager with headers for hosts, which keeps secrets out"
                  + " of the configuration. Each line is HOST NAME: VALUE, such as"
                  + " images.example.org Authorization: Bearer abc; lines that begin with # are"
                  + " ignored. HOST has the same form as in fetch.http-headers.HOST.NAME. The file"
                  + " is read when a job starts.");

  public static final ConfigOption<MemorySize> MEMORY =
      ConfigOptions.key("fetch.memory")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(256))
          .withDescription(
              "The memory of a task manager for images from links and file systems, from the"
                  + " request until the image is decoded. When it is used up, further images wait;"
                  + " no time-out counts this wait. An image that is larger than all of it is"
                  + " fetched alone.");

  public static final ConfigOption<Duration> REUSE_WINDOW =
      ConfigOptions.key("fetch.reuse-window")
          .durationType()
          .defaultValue(Duration.ofSeconds(10))
          .withDescription(
              "How long a decoded image serves later events with the same URI or the same bytes,"
                  + " within fetch.reuse-memory. Concurrent requests for the same URI always share"
                  + " one fetch and one decode. Use 0 s if images change under their URI and each"
                  + " event needs the newest.");

  public static final ConfigOption<MemorySize> REUSE_MEMORY =
      ConfigOptions.key("fetch.reuse-memory")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(64))
          .withDescription(
              "The memory of a task manager for decoded images that are kept for reuse, at about"
                  + " 0.6 mb each. The least recently used ones leave first.");

  /** All of these options, in the order in which they are documented. */
  public static final List<ConfigOption<?>> ALL =
      List.of(
          ALLOWED_ROOTS,
          MAX_READS_PER_FILE_SYSTEM,
          FILE_TIMEOUT,
          MEMORY,
          ALLOWED_HOSTS,
          PLAIN_ALLOWED,
          OPENED_ADDRESSES,
          CONNECT_TIMEOUT,
          RESPONSE_TIMEOUT,
          TRANSFER_TIMEOUT,
          TOTAL_TIMEOUT,
          MAX_ATTEMPTS,
          MAX_REDIRECTS,
          MAX_CONNECTIONS,
          MAX_CONNECTIONS_PER_HOST,
          USER_AGENT,
          HEADERS_FILE,
          REUSE_WINDOW,
          REUSE_MEMORY);

  private FetchOptions() {}
}
