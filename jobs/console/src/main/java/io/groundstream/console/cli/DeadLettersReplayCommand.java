package io.groundstream.console.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.console.deadletters.DeadLetterFilter;
import io.groundstream.console.deadletters.LatestAttempts;
import io.groundstream.console.deadletters.Replay;
import io.groundstream.console.deadletters.Replay.NotReplayableException;
import io.groundstream.console.deadletters.SourceRecords;
import io.groundstream.console.deadletters.StoredDeadLetter;
import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.jobs.cli.TextTable;
import io.groundstream.jobs.enrich.FailureReasons;
import io.groundstream.operators.deadletter.DeadLetterOptions;
import io.groundstream.operators.kafka.KafkaClients;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Sends the events of dead letters again. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Publish the events of dead letters again, to the topics that they came from.",
      "",
      "An event is published exactly as it was: key, value, headers and timestamp. Added headers"
          + " say how often it was tried, where it first was, and, if only one request failed,"
          + " that only this request is to be asked again. Events that were tried --max-attempts"
          + " times are skipped. Of several letters about one event or request, only the newest is"
          + " replayed, unless you name positions. A value that was too large for its letter is"
          + " read from the original topic, if it is still there.",
      "",
      "Results have the identifiers that they would have had the first time, so they are not"
          + " duplicated. Still, an event is processed each time you replay its letter; --group"
          + " reads only letters that arrived since that group's last replay.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  Show what would be tried again, and why the rest would not:",
      "    groundstream dead-letters replay --retryable --dry-run",
      "  After an outage of a host that served images:",
      "    groundstream dead-letters replay --stage fetch --since 2026-01-31T12:00:00Z",
      "  Every night, all that arrived since the last replay:",
      "    groundstream dead-letters replay --retryable --group nightly-replay",
      "Exit codes: 0 all matching events were published; 2 wrong usage; 3 some were not, or"
          + " brokers or registry could not be reached."
    })
final class DeadLettersReplayCommand implements Callable<Integer> {
  private static final int MAX_RECORD_BYTES = 64 << 20;

  @Spec private CommandSpec spec;
  @Mixin private DeadLetterChoice choice;

  @Option(
      names = "--all",
      description = "Replay all letters; required if no other option" + " selects any.")
  private boolean all;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "Publish at most this many, the first in the topic (default: all that" + " match).")
  private @Nullable Long limit;

  @Option(
      names = "--max-attempts",
      paramLabel = "N",
      description =
          "Skip events that were tried this often; the same as the job's"
              + " dead-letter.max-attempts (default: ${DEFAULT-VALUE}).")
  private int maxAttempts = DeadLetterOptions.MAX_ATTEMPTS.defaultValue();

  @Option(
      names = "--group",
      paramLabel = "ID",
      description =
          "Start where this consumer group's last replay ended, and commit where this one ends"
              + " (default: the whole topic).")
  private @Nullable String group;

  @Option(names = "--dry-run", description = "Publish nothing; list what would be published.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print a JSON object for each letter instead of text.")
  private boolean json;

  @Parameters(
      arity = "0..*",
      paramLabel = "POSITION",
      description = "The letters' positions in their topic: PARTITION:OFFSET, such as 0:17.")
  private List<String> positions = List.of();

  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong published = new AtomicLong();
  private PrintStream out = System.out;

  @Override
  public Integer call() throws CommandException {
    DeadLetterFilter filter = choice.filter(positions);
    check(filter);
    out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = spec.commandLine().getErr();
    KafkaClients clients = DeadLetterReading.clients(choice.connection());
    int exitCode =
        DeadLetterReading.with(
            choice,
            group,
            err,
            reading -> {
              LatestAttempts attempts = new LatestAttempts();
              reading.read(attempts::add);
              try (SourceRecords sources = new SourceRecords(clients);
                  KafkaProducer<byte[], byte[]> producer = producer()) {
                Replay replay = new Replay(sources, maxAttempts);
                reading.read(
                    letter -> {
                      if (filter.test(letter)
                          && (!positions.isEmpty() || attempts.isLatest(letter))
                          && (limit == null || published.get() < limit)) {
                        replay(letter, replay, producer);
                      }
                    });
                producer.flush();
              }
              if (group != null && !dryRun && failed.get() == 0) {
                reading.commit();
              }
            });
    out.flush();
    err.printf(
        "%d %s%s%n",
        published.get(),
        dryRun ? "would be published" : "published",
        failed.get() == 0 ? "" : ", " + failed.get() + " not");
    err.flush();
    return failed.get() == 0 ? exitCode : ExitCodes.FAILED;
  }

  private void check(DeadLetterFilter filter) {
    if (filter.isAny() != all) {
      throw new ParameterException(
          spec.commandLine(),
          all
              ? "--all goes with no other choice (expected: one of both)"
              : "Nothing chosen (expected: positions, a choice such as --code image-not-found, or"
                  + " --all)");
    }
    if (limit != null && limit < 0) {
      throw new ParameterException(spec.commandLine(), "--limit: " + limit + " (expected: >= 0)");
    }
    if (limit != null && group != null) {
      throw new ParameterException(
          spec.commandLine(),
          "--limit does not go with --group (expected: one of both; what the limit leaves out would"
              + " never be read again)");
    }
    if (maxAttempts < 1) {
      throw new ParameterException(
          spec.commandLine(), "--max-attempts: " + maxAttempts + " (expected: > 0)");
    }
  }

  private KafkaProducer<byte[], byte[]> producer() {
    Map<String, String> defaults =
        Map.of(
            "acks", "all",
            "linger.ms", "20",
            "max.block.ms", "20000",
            // The topic has accepted the record before; its own limit decides what is too large.
            "max.request.size", Integer.toString(MAX_RECORD_BYTES),
            "buffer.memory", Integer.toString(MAX_RECORD_BYTES));
    return choice.connection().kafka().withDefaults(defaults).producer("replay", Map.of());
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The callback hears of every failure.
  private void replay(
      StoredDeadLetter letter, Replay replay, KafkaProducer<byte[], byte[]> producer) {
    ProducerRecord<byte[], byte[]> record;
    try {
      record = replay.recordOf(letter);
    } catch (NotReplayableException e) {
      failed.incrementAndGet();
      tell(letter, null, String.valueOf(e.getMessage()));
      return;
    }
    published.incrementAndGet();
    tell(letter, record.topic(), null);
    if (dryRun) {
      return;
    }
    try {
      producer.send(
          record,
          (metadata, failure) -> {
            if (failure != null) {
              notPublished(letter, failure);
            }
          });
    } catch (KafkaException e) {
      notPublished(letter, e);
    }
  }

  private void notPublished(StoredDeadLetter letter, Exception failure) {
    published.decrementAndGet();
    failed.incrementAndGet();
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        TextTable.plain(letter.position() + ": not published: " + FailureReasons.of(failure)));
    err.flush();
  }

  private void tell(StoredDeadLetter stored, @Nullable String topic, @Nullable String refusal) {
    if (json) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      object.put("position", stored.position());
      object.put("stage", stored.letter().getStage());
      object.put("code", stored.letter().getCode());
      object.put("attempts", stored.letter().getAttempts());
      object.put("event_id", stored.letter().getEventId());
      object.put("request_id", stored.letter().getRequestId());
      object.put("topic", topic);
      object.put("refusal", refusal);
      out.println(object);
    } else {
      String eventId = stored.letter().getEventId();
      out.println(
          TextTable.plain(
              stored.position()
                  + "  "
                  + stored.letter().getCode()
                  + "  "
                  + (eventId == null ? "-" : eventId)
                  + (refusal == null ? "  to " + topic : "  " + refusal)));
    }
  }
}
