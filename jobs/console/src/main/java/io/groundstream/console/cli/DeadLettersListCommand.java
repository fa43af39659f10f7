package io.groundstream.console.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.avro.DeadLetter;
import io.groundstream.console.deadletters.DeadLetterFilter;
import io.groundstream.console.deadletters.DeadLetterGroups;
import io.groundstream.console.deadletters.DeadLetterGroups.Group;
import io.groundstream.console.deadletters.StoredDeadLetter;
import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.TextTable;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Counts dead letters by stage and code. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = {
      "Count the dead letters by stage and code: how many there are, how many may succeed when"
          + " they are tried again unchanged, and the newest as an example.",
      "",
      "Reads what is committed when the command starts. With --follow it then prints a line for"
          + " each new letter until it is stopped.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  groundstream dead-letters list --since 2h",
      "  groundstream dead-letters list --json | jq '.groups[] | [.code, .count]'",
      "Exit codes: 0 all was read; 2 wrong usage; 3 a record was not a dead letter, or brokers"
          + " or registry could not be reached."
    })
final class DeadLettersListCommand implements Callable<Integer> {
  private static final int MAX_MESSAGE = 120;

  @Spec private CommandSpec spec;
  @Mixin private DeadLetterChoice choice;

  @Option(names = "--follow", description = "Continue, and print a line for each new letter.")
  private boolean follow;

  @Option(
      names = "--json",
      description = "Print one JSON object instead, and with --follow one for each new letter.")
  private boolean json;

  @Override
  public Integer call() throws CommandException {
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    DeadLetterFilter filter = choice.filter(List.of());
    return DeadLetterReading.with(
        choice,
        null,
        spec.commandLine().getErr(),
        reading -> {
          DeadLetterGroups groups = new DeadLetterGroups();
          reading.read(
              letter -> {
                if (filter.test(letter)) {
                  groups.add(letter);
                }
              });
          print(groups.all(), out);
          if (follow) {
            reading.follow(
                letter -> {
                  if (filter.test(letter)) {
                    print(letter, out);
                  }
                },
                () -> !out.checkError());
          }
        });
  }

  private void print(List<Group> groups, PrintStream out) {
    long letters = groups.stream().mapToLong(Group::count).sum();
    if (json) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      object.put("topic", choice.topic());
      object.put("letters", letters);
      var array = object.putArray("groups");
      for (Group group : groups) {
        ObjectNode one = array.addObject();
        one.put("stage", group.stage());
        one.put("code", group.code());
        one.put("count", group.count());
        one.put("retryable", group.retryable());
        one.set("newest", brief(group.newest()));
      }
      out.println(object);
    } else {
      if (!groups.isEmpty()) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("LETTERS", "RETRYABLE", "STAGE", "CODE", "NEWEST", "EXAMPLE", "MESSAGE"));
        groups.forEach(group -> rows.add(row(group)));
        TextTable.print(rows, out);
      }
      out.println(letters == 1 ? "1 dead letter" : letters + " dead letters");
    }
    out.flush();
  }

  private static List<String> row(Group group) {
    DeadLetter letter = group.newest().letter();
    return List.of(
        Long.toString(group.count()),
        Long.toString(group.retryable()),
        group.stage(),
        group.code(),
        letter.getProcessingTime().truncatedTo(ChronoUnit.SECONDS).toString(),
        group.newest().position(),
        TextTable.brief(letter.getMessage(), MAX_MESSAGE));
  }

  private void print(StoredDeadLetter stored, PrintStream out) {
    DeadLetter letter = stored.letter();
    if (json) {
      out.println(brief(stored));
    } else {
      String eventId = letter.getEventId();
      out.println(
          TextTable.plain(
              letter.getProcessingTime().truncatedTo(ChronoUnit.SECONDS)
                  + "  "
                  + stored.position()
                  + "  "
                  + letter.getStage()
                  + "  "
                  + letter.getCode()
                  + "  "
                  + (eventId == null ? "-" : eventId)
                  + "  "
                  + TextTable.brief(letter.getMessage(), MAX_MESSAGE)));
    }
    out.flush();
  }

  private static ObjectNode brief(StoredDeadLetter stored) {
    DeadLetter letter = stored.letter();
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("position", stored.position());
    object.put("stage", letter.getStage());
    object.put("code", letter.getCode());
    object.put("retryable", letter.getRetryable());
    object.put("attempts", letter.getAttempts());
    object.put("time", letter.getProcessingTime().toEpochMilli());
    object.put("event_id", letter.getEventId());
    object.put("request_id", letter.getRequestId());
    object.put("message", letter.getMessage());
    return object;
  }
}
