package io.groundstream.console.cli;

import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.kafka.RegistryOptions;
import io.groundstream.schemas.RecordFormat;
import io.groundstream.schemas.TopicContract;
import io.groundstream.schemas.TopicSchema;
import io.groundstream.sql.ddl.TopicTable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the topics as tables. */
@Command(
    name = "ddl",
    mixinStandardHelpOptions = true,
    description = {
      "Print CREATE TABLE for the topics: events, images, phrases and dead_letters.",
      "",
      "The tables read records in Avro with Flink's format avro-confluent. Every name is quoted."
          + " Times are TIMESTAMP(3) in UTC; record_time is the timestamp of the record, with a"
          + " watermark.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  groundstream sql ddl --config enrich.yaml > topics.sql",
      "  groundstream sql topics.sql -e 'SELECT image_id, phrase FROM phrases'",
      "Exit codes: 0 all was printed; 2 wrong usage or configuration."
    })
final class SqlDdlCommand implements Callable<Integer> {
  private static final String LOCAL = "localhost:9092";

  @Spec private CommandSpec spec;
  @Mixin private SchemaMixin schemas;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT[,…]",
      description = "Kafka's brokers, in place of the configuration's (default: " + LOCAL + ").")
  private @Nullable String bootstrapServers;

  @Option(
      names = "--property",
      paramLabel = "KEY=VALUE",
      description =
          "A setting of the Kafka client, such as security.protocol=SASL_SSL. Repeatable.")
  private Map<String, String> properties = new LinkedHashMap<>();

  @Override
  public Integer call() throws CommandException {
    String brokers =
        bootstrapServers == null
            ? schemas.value(KafkaOptions.BOOTSTRAP_SERVERS, LOCAL)
            : bootstrapServers;
    String urls = schemas.urls().replace(", ", ",");
    Map<String, String> client = new LinkedHashMap<>(schemas.under(KafkaOptions.PROPERTIES_PREFIX));
    client.putAll(properties);
    String user = registryUser();
    // One table of all topics of events, whose records are alike.
    Map<TopicContract, List<String>> names = new EnumMap<>(TopicContract.class);
    for (TopicSchema topic : schemas.topics()) {
      if (topic.format() != RecordFormat.AVRO) {
        throw new CommandException(
            topic.topic()
                + ": "
                + topic.formatName()
                + " (expected: avro, the format of the tables; name other topics on the command"
                + " line)");
      }
      names.computeIfAbsent(topic.contract(), any -> new ArrayList<>()).add(topic.topic());
    }
    names.forEach(
        (contract, topics) -> {
          TopicTable table =
              new TopicTable(contract, String.join(";", topics), brokers, urls, client, user);
          spec.commandLine().getOut().print(table.ddl() + ";\n");
        });
    spec.commandLine().getOut().flush();
    return ExitCodes.OK;
  }

  /** Returns the user for the registry; says which of its other settings the tables do not have. */
  private @Nullable String registryUser() throws CommandException {
    String user = null;
    for (Map.Entry<String, String> setting : schemas.registryProperties().entrySet()) {
      if (setting.getKey().equals("basic.auth.user.info")) {
        user = setting.getValue();
      } else if (!setting.getKey().equals("basic.auth.credentials.source")) {
        spec.commandLine()
            .getErr()
            .println(
                RegistryOptions.PROPERTIES_PREFIX
                    + setting.getKey()
                    + ": not in the tables; add the option of avro-confluent that means the same");
      }
    }
    return user;
  }
}
