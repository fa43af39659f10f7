package io.groundstream.console.cli;

import io.groundstream.avro.DeadLetter;
import io.groundstream.console.deadletters.DeadLetterException;
import io.groundstream.console.deadletters.DeadLetterTopic;
import io.groundstream.console.deadletters.StoredDeadLetter;
import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.jobs.cli.TextTable;
import io.groundstream.jobs.terminal.ProgressLine;
import io.groundstream.operators.kafka.KafkaClients;
import io.groundstream.operators.kafka.KafkaNeeds;
import io.groundstream.schemas.ContractDecoder;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistry;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** The topic of dead letters, opened for a command; reports its progress on standard error. */
final class DeadLetterReading implements AutoCloseable {
  /** Handles each dead letter. */
  @FunctionalInterface
  interface Visitor {
    void visit(StoredDeadLetter letter) throws DeadLetterException;
  }

  /** Works on the open topic. */
  @FunctionalInterface
  interface Work {
    void run(DeadLetterReading reading)
        throws DeadLetterException, RegistryUnavailableException, CommandException;
  }

  private final SchemaRegistry registry;
  private final DeadLetterTopic topic;
  private final PrintWriter err;
  private long undecodable;
  private boolean reported;

  private DeadLetterReading(SchemaRegistry registry, DeadLetterTopic topic, PrintWriter err) {
    this.registry = registry;
    this.topic = topic;
    this.err = err;
  }

  /**
   * Opens the topic, works with it, and closes it.
   *
   * @param group see {@link DeadLetterTopic#open}
   * @return the exit code: {@link ExitCodes#FAILED} if the topic holds a record that is not a dead
   *     letter
   * @throws CommandException if brokers or registry cannot be reached
   */
  static int with(DeadLetterChoice choice, @Nullable String group, PrintWriter err, Work work)
      throws CommandException {
    try (SchemaRegistry registry = choice.connection().connectRegistry();
        DeadLetterReading reading =
            new DeadLetterReading(
                registry,
                DeadLetterTopic.open(
                    clients(choice.connection()),
                    choice.topic(),
                    new ContractDecoder<>(registry, DeadLetter.class),
                    group),
                err)) {
      work.run(reading);
      return reading.undecodable == 0 ? ExitCodes.OK : ExitCodes.FAILED;
    } catch (DeadLetterException | RegistryUnavailableException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    } catch (KafkaException e) {
      throw choice
          .connection()
          .failure(
              "Cannot read topic " + choice.topic(),
              e,
              new KafkaNeeds(List.of(choice.topic()), List.of(), group, null));
    }
  }

  /** Returns what makes clients that give up after a while. */
  static KafkaClients clients(ConnectionOptions connection) {
    return connection.kafka().withDefaults(Map.of("default.api.timeout.ms", "20000"));
  }

  SchemaRegistry registry() {
    return registry;
  }

  /** Reads everything that the topic held when it was opened. */
  void read(Visitor visitor) throws DeadLetterException, RegistryUnavailableException {
    ProgressLine line = new ProgressLine(err, "Reading dead letters");
    try {
      topic.read(reader(visitor, line, !reported));
    } finally {
      // A second reading finds the same records.
      reported = true;
      line.end();
    }
  }

  /** Reads new records for as long as they are wanted. */
  void follow(Visitor visitor, BooleanSupplier wanted)
      throws DeadLetterException, RegistryUnavailableException {
    topic.follow(reader(visitor, null, true), wanted);
  }

  /** Commits for the group that everything is processed. */
  void commit() {
    topic.commit();
  }

  private DeadLetterTopic.Reader reader(
      Visitor visitor, @Nullable ProgressLine line, boolean tellUndecodable) {
    return new DeadLetterTopic.Reader() {
      @Override
      public void letter(StoredDeadLetter letter) throws DeadLetterException {
        visitor.visit(letter);
      }

      @Override
      public void undecodable(String position, String reason) {
        if (tellUndecodable) {
          undecodable++;
          err.println(TextTable.plain(position + ": no dead letter: " + reason));
          err.flush();
        }
      }

      @Override
      public void progress(long done, long total) {
        if (line != null) {
          line.update(done, total, String.format(Locale.ROOT, "%,d of %,d", done, total));
        }
      }
    };
  }

  @Override
  public void close() {
    topic.close();
  }
}
