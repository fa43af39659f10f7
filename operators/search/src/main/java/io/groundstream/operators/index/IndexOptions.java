package io.groundstream.operators.index;

import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/** The options of the search index: where it is, what it holds, and how jobs write to it. */
public final class IndexOptions {
  /** The default alias that jobs write to and searches query. */
  public static final String DEFAULT_ALIAS = "groundstream-images";

  public static final ConfigOption<List<String>> URLS =
      ConfigOptions.key("index.url")
          .stringType()
          .asList()
          .noDefaultValue()
          .withDescription(
              "The URL of OpenSearch, such as http://localhost:9200. Separate several nodes by"
                  + " semicolons; they are used in turn.");

  public static final ConfigOption<String> ALIAS =
      ConfigOptions.key("index.alias")
          .stringType()
          .defaultValue(DEFAULT_ALIAS)
          .withDescription("The alias that documents are written to and that searches query.");

  public static final ConfigOption<String> NAME =
      ConfigOptions.key("index.name")
          .stringType()
          .defaultValue(DEFAULT_ALIAS + "-v1")
          .withDescription("The index that the job creates if the alias has none.");

  public static final ConfigOption<Boolean> CREATE =
      ConfigOptions.key("index.create")
          .booleanType()
          .defaultValue(true)
          .withDescription(
              "Whether the job creates the index template, the index and the alias where they"
                  + " are missing. If not, the job fails at start when one is missing. Existing"
                  + " ones are always checked and never changed.");

  public static final ConfigOption<String> USERNAME =
      ConfigOptions.key("index.username")
          .stringType()
          .noDefaultValue()
          .withDescription("The user, for basic authentication.");

  public static final ConfigOption<String> PASSWORD =
      ConfigOptions.key("index.password")
          .stringType()
          .noDefaultValue()
          .withDescription("The user's password. It is never logged.");

  public static final ConfigOption<String> PASSWORD_FILE =
      ConfigOptions.key("index.password-file")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "A file whose first line is the password, on the machines that run the job. Use it"
                  + " instead of index.password.");

  public static final ConfigOption<String> AUTHORIZATION =
      ConfigOptions.key("index.authorization")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The Authorization header of every request, such as a bearer token or an API key."
                  + " Use it instead of a user. It is never logged.");

  public static final ConfigOption<String> CA_CERTIFICATES =
      ConfigOptions.key("index.ca-certificates")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "A PEM file with the certificate authorities to trust for https URLs, on the"
                  + " machines that run the job. Default: those of the JVM.");

  public static final ConfigOption<Integer> BULK_MAX_DOCUMENTS =
      ConfigOptions.key("index.bulk.max-documents")
          .intType()
          .defaultValue(1000)
          .withDescription("The maximum number of documents in one bulk request.");

  public static final ConfigOption<MemorySize> BULK_MAX_SIZE =
      ConfigOptions.key("index.bulk.max-size")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(5))
          .withDescription(
              "The maximum size of the documents in one bulk request together. A single document"
                  + " that is larger becomes a dead letter.");

  public static final ConfigOption<Duration> BULK_MAX_WAIT =
      ConfigOptions.key("index.bulk.max-wait")
          .durationType()
          .defaultValue(Duration.ofSeconds(1))
          .withDescription("How long a document waits for others to share its request.");

  public static final ConfigOption<Integer> BULK_MAX_IN_FLIGHT =
      ConfigOptions.key("index.bulk.max-in-flight")
          .intType()
          .defaultValue(2)
          .withDescription(
              "The maximum number of simultaneous bulk requests of a subtask. The job waits when"
                  + " all of them are under way and the next one is full.");

  public static final ConfigOption<Duration> REQUEST_TIMEOUT =
      ConfigOptions.key("index.request-timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(60))
          .withDescription("How long one request may take.");

  public static final ConfigOption<Duration> RETRY_TIMEOUT =
      ConfigOptions.key("index.retry-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(2))
          .withDescription(
              "How long the job retries, with growing pauses, while the index accepts no"
                  + " documents because it is busy, away, red, closed, missing or read-only. Then"
                  + " the job fails. When it restarts, it continues from its last checkpoint.");

  public static final ConfigOption<Boolean> GIVEN_BOXES =
      ConfigOptions.key("index.given-boxes")
          .booleanType()
          .defaultValue(false)
          .withDescription(
              "Whether boxes that were given in a prompt are indexed as well. The model did not"
                  + " find them.");

  public static final ConfigOption<Integer> MAX_ENTITIES =
      ConfigOptions.key("index.max-entities")
          .intType()
          .defaultValue(64)
          .withDescription(
              "The maximum number of boxes of an image that are indexed; the number of pairs"
                  + " grows with its square. Documents that lack some boxes say so in"
                  + " entities_cut.");

  public static final ConfigOption<Duration> INCOMPLETE_TIMEOUT =
      ConfigOptions.key("index.incomplete-timeout")
          .durationType()
          .defaultValue(Duration.ofMinutes(10))
          .withDescription(
              "How long a result waits for phrases that its image's record announces. Then the"
                  + " result is indexed without them and marked as incomplete until they arrive.");

  public static final ConfigOption<Duration> ORPHAN_TIMEOUT =
      ConfigOptions.key("index.orphan-timeout")
          .durationType()
          .defaultValue(Duration.ofDays(1))
          .withDescription(
              "How long phrases wait for their image's record. Then they become dead letters.");

  public static final ConfigOption<Duration> STATE_TTL =
      ConfigOptions.key("index.state-ttl")
          .durationType()
          .defaultValue(Duration.ZERO)
          .withDescription(
              "The time without a record after which the job forgets an image's results, so that"
                  + " its state does not grow for ever. A later event then starts the document"
                  + " anew, with only its own requests. 0: never.");

  private IndexOptions() {}
}
