package io.groundstream.console.cli;

import io.groundstream.avro.ImageEvent;
import io.groundstream.console.deadletters.DeadLetterFilter;
import io.groundstream.jobs.cli.CommandException;
import io.groundstream.schemas.AvroWireDecoder;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows dead letters in full. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = {
      "Show dead letters in full: what was wrong, where the event came from, its key and"
          + " headers, and the event itself if its bytes can be decoded.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  groundstream dead-letters show 0:17",
      "  groundstream dead-letters show --stage inference --limit 3",
      "  The original bytes of one:",
      "    groundstream dead-letters show 0:17 --json | jq -r .original_value | base64 -d",
      "Exit codes: 0 something was shown; 2 wrong usage; 3 nothing matches, a record was not a"
          + " dead letter, or brokers or registry could not be reached."
    })
final class DeadLettersShowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private DeadLetterChoice choice;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "10",
      description = "Show at most this many, the first in the topic (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(
      names = "--json",
      description =
          "Print a JSON object a line: the fields of the letter, its position, and the event as"
              + " \"event\", with the number of bytes instead of the image.")
  private boolean json;

  @Parameters(
      arity = "0..*",
      paramLabel = "POSITION",
      description = "The letters' positions in their topic: PARTITION:OFFSET, such as 0:17.")
  private List<String> positions = List.of();

  @Override
  public Integer call() throws CommandException {
    DeadLetterFilter filter = choice.filter(positions);
    if (filter.isAny()) {
      throw new ParameterException(
          spec.commandLine(),
          "POSITION: none (expected: one, or a choice such as --code image-not-found; 'list' counts"
              + " what there is)");
    }
    if (limit < 1) {
      throw new ParameterException(spec.commandLine(), "--limit: " + limit + " (expected: > 0)");
    }
    PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    List<String> shown = new ArrayList<>();
    int exitCode =
        DeadLetterReading.with(
            choice,
            null,
            spec.commandLine().getErr(),
            reading -> {
              DeadLetterText text =
                  new DeadLetterText(new AvroWireDecoder<>(reading.registry(), ImageEvent.class));
              reading.read(
                  letter -> {
                    if (shown.size() < limit && filter.test(letter)) {
                      out.println(json ? text.json(letter).toString() : text.plain(letter));
                      shown.add(letter.position());
                    }
                  });
            });
    out.flush();
    if (shown.isEmpty()) {
      throw new CommandException("No dead letter of " + choice.topic() + " fits");
    }
    return exitCode;
  }
}
