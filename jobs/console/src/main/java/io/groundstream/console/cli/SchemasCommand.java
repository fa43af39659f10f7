package io.groundstream.console.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The topics' schemas: for files, and for a registry. */
@Command(
    name = "schemas",
    mixinStandardHelpOptions = true,
    description = {
      "Print the topics' schemas, register them, and compare a registry with them.",
      "",
      "With schema-registry.auto-register: false, jobs register nothing, and their schemas must"
          + " be registered before they start.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  One file for each topic, to generate code from or to register by other tools:",
      "    groundstream schemas print --to schemas/",
      "  Register what the topics of a job need, and check it:",
      "    groundstream schemas register --config enrich.yaml",
      "    groundstream schemas check --config enrich.yaml"
    },
    subcommands = {
      SchemasPrintCommand.class,
      SchemasRegisterCommand.class,
      SchemasCheckCommand.class,
      HelpCommand.class
    })
final class SchemasCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command: print, register or check");
  }
}
