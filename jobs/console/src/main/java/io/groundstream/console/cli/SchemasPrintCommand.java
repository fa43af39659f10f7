package io.groundstream.console.cli;

import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.schemas.RecordFormat;
import io.groundstream.schemas.TopicSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints schemas, or writes them into files. */
@Command(
    name = "print",
    mixinStandardHelpOptions = true,
    description = {
      "Print the schemas of the topics' values.",
      "",
      "Each schema is one complete file, in the language of the format that results.format or"
          + " events.format configures for the topic: Avro, JSON Schema or Protobuf. Documentation"
          + " and defaults are kept. Without --to, the files follow one another on standard output."
          + " Topics of events in formats without a schema of ours are left out.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  groundstream schemas print images > grounded-images-value.avsc",
      "  groundstream schemas print --to schemas/",
      "  groundstream schemas print -Dresults.format=protobuf images > grounded-images-value.proto",
      "Exit codes: 0 all was written; 2 wrong usage or configuration; 3 a file could not be"
          + " written."
    })
final class SchemasPrintCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SchemaMixin schemas;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description =
          "Write a file for each topic: SUBJECT.avsc, SUBJECT.schema.json or SUBJECT.proto, such as"
              + " grounded-images-value.avsc. Creates the folder if it is missing.")
  private @Nullable Path folder;

  @Override
  public Integer call() throws CommandException {
    for (TopicSchema topic : schemas.topics()) {
      RecordFormat format = topic.format();
      if (format == null) {
        spec.commandLine().getErr().println(topic.topic() + ": " + topic.remark());
        continue;
      }
      String text = topic.contract().text(format);
      if (folder == null) {
        spec.commandLine().getOut().print(text);
      } else {
        write(folder.resolve(topic.subject() + "." + format.suffix()), text);
      }
    }
    spec.commandLine().getOut().flush();
    return ExitCodes.OK;
  }

  private void write(Path file, String text) throws CommandException {
    try {
      if (file.getParent() != null) {
        Files.createDirectories(file.getParent());
      }
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new CommandException("Cannot write " + file + ": " + e, e);
    }
    spec.commandLine().getOut().println(file);
  }
}
