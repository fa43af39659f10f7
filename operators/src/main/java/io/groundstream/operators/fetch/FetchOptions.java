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
              "The directories below which URIs of events may be read, separated by semicolons:"
                  + " absolute paths for file: URIs, links being followed before this is checked,"
                  + " or URIs such as s3://bucket/pictures. Default: none.");

  public static final ConfigOption<Integer> MAX_READS_PER_FILE_SYSTEM =
      ConfigOptions.key("fetch.max-reads-per-file-system")
          .intType()
          .defaultValue(8)
          .withDescription(
              "How many files a job reads at a time in a task manager from each file system: the"
                  + " local one, and each scheme and bucket of fetch.allowed-roots. Each has so"
                  + " many threads of its own, so that a slow one keeps nobody else waiting.");

  public static final ConfigOption<Duration> FILE_TIMEOUT =
      ConfigOptions.key("fetch.file-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "How long reading a file may take, all attempts and its waiting for other reads from"
                  + " the same file system included; less where the event's deadline is nearer.");

  public static final ConfigOption<List<String>> ALLOWED_HOSTS =
      ConfigOptions.key("fetch.http.allowed-hosts")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription(
              "The hosts that https: URIs of events may name, separated by semicolons:"
                  + " images.example.org, *.example.org for all names below it, * for any; with"
                  + " :8443 behind it at that port, else at the scheme's own. Redirections are"
                  + " checked alike. A host is compared as it is asked for: international names in"
                  + " either form, addresses in any. Default: none, so that no link is followed.");

  public static final ConfigOption<Boolean> PLAIN_ALLOWED =
      ConfigOptions.key("fetch.http.plain-allowed")
          .booleanType()
          .defaultValue(false)
          .withDescription("Whether http: URIs are followed, too, without encryption.");

  public static final ConfigOption<List<String>> OPENED_ADDRESSES =
      ConfigOptions.key("fetch.http.opened-addresses")
          .stringType()
          .asList()
          .defaultValues()
          .withDescription(
              "Blocks of addresses that links may reach although they are not public, such as"
                  + " 10.1.0.0/16, separated by semicolons. Loopback, private and link-local"
                  + " networks, multicast and the metadata addresses of clouds are out of reach"
                  + " otherwise, whatever a name resolves to; a metadata address must be named by"
                  + " itself. Default: none.");

  public static final ConfigOption<Duration> CONNECT_TIMEOUT =
      ConfigOptions.key("fetch.http.connect-timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(5))
          .withDescription("How long a connection may take to be made.");

  public static final ConfigOption<Duration> RESPONSE_TIMEOUT =
      ConfigOptions.key("fetch.http.response-timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(10))
          .withDescription("How long a host may be silent, before its response and within it.");

  public static final ConfigOption<Duration> TRANSFER_TIMEOUT =
      ConfigOptions.key("fetch.http.transfer-timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(30))
          .withDescription(
              "How long one attempt may take as a whole, with its redirections and its waiting for"
                  + " other transfers from the same host.");

  public static final ConfigOption<Duration> TOTAL_TIMEOUT =
      ConfigOptions.key("fetch.http.total-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "How long all attempts together may take; less where the event's deadline is nearer."
                  + " A Retry-After that goes beyond it ends the attempts.");

  public static final ConfigOption<Integer> MAX_ATTEMPTS =
      ConfigOptions.key("fetch.http.max-attempts")
          .intType()
          .defaultValue(3)
          .withDescription(
              "How often a link is tried where trying again may help: time-outs, broken"
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
              "How many connections a job has in a task manager at most, to all hosts together."
                  + " Each carries one transfer at a time, HTTP/2 included, and serves the next one"
                  + " after it.");

  public static final ConfigOption<Integer> MAX_CONNECTIONS_PER_HOST =
      ConfigOptions.key("fetch.http.max-connections-per-host")
          .intType()
          .defaultValue(8)
          .withDescription(
              "How many transfers from one host a job has under way in a task manager at most;"
                  + " others from that host wait, and those from other hosts do not.");

  public static final ConfigOption<String> USER_AGENT =
      ConfigOptions.key("fetch.http.user-agent")
          .stringType()
          .defaultValue("groundstream")
          .withDescription(
              "What requests for https: URIs say in User-Agent. Some hosts want to know whom to"
                  + " turn to: my-pipeline/1.0 (images@example.org).");

  public static final ConfigOption<String> HEADERS_FILE =
      ConfigOptions.key("fetch.http-headers-file")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "A text file on each task manager with headers for hosts, so that secrets need not"
                  + " stand in the configuration. Each line is HOST NAME: VALUE, such as"
                  + " images.example.org Authorization: Bearer abc; lines that begin with # are"
                  + " passed over. HOST is as in fetch.http-headers.HOST.NAME. Read when a job"
                  + " starts.");

  public static final ConfigOption<MemorySize> MEMORY =
      ConfigOptions.key("fetch.memory")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(256))
          .withDescription(
              "What pictures from links and file systems may take in the memory of a task manager,"
                  + " from when they are asked for until they are decoded. Others wait while there"
                  + " is no more, which no time-out counts; a picture that is larger than all of it"
                  + " is fetched alone.");

  public static final ConfigOption<Duration> REUSE_WINDOW =
      ConfigOptions.key("fetch.reuse-window")
          .durationType()
          .defaultValue(Duration.ofSeconds(10))
          .withDescription(
              "For how long a picture that was fetched and decoded serves later events with the"
                  + " same URI, and one of the same bytes those with the same bytes, within"
                  + " fetch.reuse-memory. Events that ask for the same URI at the same time share"
                  + " one transfer in any case. 0 s where pictures change under their URI and the"
                  + " newest is wanted every time.");

  public static final ConfigOption<MemorySize> REUSE_MEMORY =
      ConfigOptions.key("fetch.reuse-memory")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(64))
          .withDescription(
              "What decoded pictures that wait to be used again may take in the memory of a task"
                  + " manager, at about 0.6 mb each; the ones unused for longest go first.");

  private FetchOptions() {}
}
