package io.groundstream.console.cli;

import io.groundstream.console.view.IndexSearch;
import io.groundstream.console.view.StartFrom;
import io.groundstream.console.view.TopicReaderSettings;
import io.groundstream.console.view.ViewException;
import io.groundstream.console.view.ViewOptions;
import io.groundstream.console.view.ViewPage;
import io.groundstream.console.view.ViewSearch;
import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.ConfigurationMixin;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.operators.index.IndexOptions;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.kafka.RegistryOptions;
import io.groundstream.operators.search.IndexConnection;
import io.groundstream.operators.settings.InvalidConfigurationException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Serves the page on which a job can be watched. */
@Command(
    name = "view",
    mixinStandardHelpOptions = true,
    description = {
      "Watch a job in a browser: images with their boxes as they are enriched.",
      "",
      "Serves a page on this machine until Ctrl-C. The page shows the newest images (point at a"
          + " phrase to see its box, and the other way round), dead letters with their codes, how"
          + " much is processed and how much waits. It reads the job's topics as an ordinary"
          + " consumer and commits nothing, so any number of pages can watch a job. Its memory is"
          + " bounded.",
      ""
    },
    footer = {
      "",
      "The page reads images from the events topic, or from the files that events refer to where",
      "the key fetch.allowed-roots names their directory. The queue is the number of events"
          + " after the offsets",
      "that the job's consumer group (key kafka.group-id) has committed.",
      "",
      "Examples:",
      "  With the brokers and the registry of this machine, from the beginning:",
      "    groundstream view --from earliest",
      "  A job with its own configuration, and what it wrote in the last ten minutes:",
      "    groundstream view --config deploy/enrich.yaml --from 10min",
      "  With a search field over the index of 'groundstream index':",
      "    groundstream view --search-url http://localhost:9200",
      "  For colleagues: everyone with access to this machine's port sees the images!",
      "    groundstream view --bind 0.0.0.0 --port 8090 --allow-host watch.example.org",
      "Exit codes: 0 stopped; 2 wrong usage or configuration; 3 the port is taken, or"
          + " brokers, topics or registry cannot be reached."
    })
final class ViewCommand implements Callable<Integer> {
  private static final Duration SEARCH_PATIENCE = Duration.ofSeconds(15);

  @Spec private CommandSpec spec;

  @Mixin private ConfigurationMixin configuration;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT[,…]",
      description = "Kafka's brokers (default: what the configuration says, else localhost:9092).")
  private @Nullable String bootstrapServers;

  @Option(
      names = "--schema-registry",
      paramLabel = "URL[,…]",
      description =
          "Schema Registry with Confluent's API (default: what the configuration says, else"
              + " http://localhost:8081).")
  private @Nullable String schemaRegistry;

  @Option(
      names = "--from",
      paramLabel = "now|earliest|DURATION",
      defaultValue = "now",
      description =
          "Where to begin: with new records, with all records of the topics, or with those of"
              + " the last time, such as 10min (default: ${DEFAULT-VALUE}).")
  private String from;

  @Option(
      names = "--keep",
      paramLabel = "N",
      defaultValue = "" + ViewOptions.DEFAULT_KEEP,
      description =
          "The maximum number of images on the page, 1 to "
              + ViewOptions.MOST_KEEP
              + "; the oldest are dropped (default: ${DEFAULT-VALUE}).")
  private int keep;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8090",
      description = "The page's port; 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--bind",
      paramLabel = "HOST",
      defaultValue = "127.0.0.1",
      description =
          "The address to listen on (default: ${DEFAULT-VALUE}, which only this machine reaches).")
  private String bind;

  @Option(
      names = "--allow-host",
      paramLabel = "NAME",
      description =
          "A host name under which browsers may open the page, besides localhost and addresses."
              + " Repeatable.")
  private List<String> allowedHosts = new ArrayList<>();

  @Option(
      names = "--search-url",
      paramLabel = "URL[,…]",
      split = ",",
      description =
          "The URL of the OpenSearch that 'groundstream index' fills, or of several of its nodes."
              + " The page then has a search field, in the language of 'groundstream search'"
              + " (default: no search).")
  private List<String> searchUrls = new ArrayList<>();

  @Option(
      names = "--search-index",
      paramLabel = "NAME",
      defaultValue = IndexOptions.DEFAULT_ALIAS,
      description = "The index or alias to search (default: ${DEFAULT-VALUE}).")
  private String searchIndex;

  @Option(
      names = "--search-user",
      paramLabel = "NAME",
      description =
          "The user to log in as there; the password is taken from the environment variable "
              + SearchCommand.PASSWORD_VARIABLE
              + ", or from --search-password-file.")
  private @Nullable String searchUser;

  @Option(
      names = "--search-password-file",
      paramLabel = "FILE",
      description = "A file whose first line is the password of --search-user.")
  private @Nullable Path searchPasswordFile;

  @Option(
      names = "--search-ca-certificates",
      paramLabel = "FILE",
      description =
          "A PEM file of the authorities that may have signed the certificate of an https"
              + " --search-url (default: those that Java trusts).")
  private @Nullable Path searchCaCertificates;

  @Override
  public Integer call() throws CommandException {
    ViewOptions options = options();
    PrintWriter err = spec.commandLine().getErr();
    warnIfOpen(err);
    try (ViewPage page = ViewPage.start(options)) {
      err.println("The page is " + page.url() + " (Ctrl-C stops it)");
      err.flush();
      Thread.currentThread().join();
      return ExitCodes.OK;
    } catch (ViewException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCodes.OK;
    }
  }

  private ViewOptions options() throws CommandException {
    List<String> problems = new ArrayList<>();
    if (keep < 1 || keep > ViewOptions.MOST_KEEP) {
      problems.add("--keep: " + keep + " (expected: 1 to " + ViewOptions.MOST_KEEP + ")");
    }
    if (port < 0 || port > 65_535) {
      problems.add("--port: " + port + " (expected: 1 to 65535, or 0 for a free one)");
    }
    StartFrom start = start(problems);
    TopicReaderSettings topics = null;
    try {
      topics = TopicReaderSettings.parse(values());
    } catch (InvalidConfigurationException e) {
      problems.addAll(e.problems());
    }
    ViewSearch search = search(problems);
    if (topics == null || !problems.isEmpty()) {
      throw new ParameterException(spec.commandLine(), String.join("\n", problems));
    }
    return new ViewOptions(topics, start, keep, bind, port, allowedHosts, search);
  }

  private Map<String, String> values() throws CommandException {
    Map<String, String> values = new HashMap<>();
    values.put(KafkaOptions.BOOTSTRAP_SERVERS.key(), "localhost:9092");
    values.put(RegistryOptions.URLS.key(), "http://localhost:8081");
    values.putAll(configuration.values());
    if (bootstrapServers != null) {
      values.put(KafkaOptions.BOOTSTRAP_SERVERS.key(), bootstrapServers);
    }
    if (schemaRegistry != null) {
      // The configuration separates lists by semicolons.
      values.put(RegistryOptions.URLS.key(), schemaRegistry.replace(',', ';'));
    }
    return values;
  }

  private @Nullable ViewSearch search(List<String> problems) {
    if (searchUrls.isEmpty()) {
      return null;
    }
    try {
      return new IndexSearch(
          new IndexConnection(
              SearchCommand.access(
                  searchUrls, searchUser, searchPasswordFile, searchCaCertificates),
              searchIndex,
              SEARCH_PATIENCE));
    } catch (IllegalArgumentException e) {
      problems.add("--search-" + e.getMessage());
      return null;
    }
  }

  private StartFrom start(List<String> problems) {
    if (from.equals("now")) {
      return StartFrom.NOW;
    }
    if (from.equals("earliest")) {
      return StartFrom.EARLIEST;
    }
    try {
      return StartFrom.since(new DurationConverter().convert(from));
    } catch (RuntimeException e) {
      problems.add("--from: " + from + " (expected: now, earliest, or a duration such as 10min)");
      return StartFrom.NOW;
    }
  }

  private void warnIfOpen(PrintWriter err) {
    try {
      if (InetAddress.getByName(bind).isLoopbackAddress()) {
        return;
      }
    } catch (UnknownHostException e) {
      // Opening the port reports it.
      return;
    }
    err.println(
        "warning: --bind "
            + bind
            + ": everyone with access to this machine's port sees the images, without a password"
            + " (expected: 127.0.0.1, or a network that may see them)");
    err.flush();
  }
}
