package io.groundstream.console.cli;

import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.schemas.TopicContract;
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
      "Each schema is one complete JSON document: a named type is written out where it is first"
          + " used. Documentation and defaults are kept. Without --to, the documents follow one"
          + " another on standard output.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  groundstream schemas print images > grounded-images-value.avsc",
      "  groundstream schemas print --to schemas/",
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
          "Write a file SUBJECT.avsc for each topic, such as grounded-images-value.avsc, and"
              + " create the folder if it is missing.")
  private @Nullable Path folder;

  @Override
  public Integer call() throws CommandException {
    for (TopicContract contract : schemas.contracts()) {
      String subject = schemas.subject(contract);
      if (folder == null) {
        spec.commandLine().getOut().print(contract.text());
      } else {
        write(folder.resolve(subject + ".avsc"), contract.text());
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
