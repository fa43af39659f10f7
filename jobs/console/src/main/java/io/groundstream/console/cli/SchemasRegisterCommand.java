package io.groundstream.console.cli;

import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistrationException;
import io.groundstream.schemas.SchemaRegistry;
import io.groundstream.schemas.SchemaType;
import io.groundstream.schemas.SubjectReport;
import io.groundstream.schemas.TopicContract;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Registers schemas. */
@Command(
    name = "register",
    mixinStandardHelpOptions = true,
    description = {
      "Register the schemas of the topics' values, and set their subjects to FULL_TRANSITIVE.",
      "",
      "A schema that is registered already stays as it is, whatever its text looks like, so the"
          + " command can be repeated. A subject with an incompatible version is not changed.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  groundstream schemas register --config enrich.yaml --dry-run",
      "  groundstream schemas register --schema-registry http://registry:8081",
      "Exit codes: 0 all schemas are registered, or would be; 2 wrong usage or configuration; 3"
          + " a schema was rejected, or the registry gave no answer."
    })
final class SchemasRegisterCommand implements Callable<Integer> {
  private static final String COMPATIBILITY = "FULL_TRANSITIVE";

  @Spec private CommandSpec spec;
  @Mixin private SchemaMixin schemas;

  @Option(names = "--dry-run", description = "Show what would be done, and change nothing.")
  private boolean dryRun;

  @Override
  public Integer call() throws CommandException {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("SUBJECT", "ID", "VERSION", "RESULT"));
    List<String> refused = new ArrayList<>();
    try (SchemaRegistry registry = schemas.connect()) {
      for (TopicContract contract : schemas.contracts()) {
        try {
          rows.add(dryRun ? plan(registry, contract) : register(registry, contract));
        } catch (SchemaRegistrationException e) {
          rows.add(List.of(schemas.subject(contract), "-", "-", "refused"));
          refused.add(String.valueOf(e.getMessage()));
        }
      }
    } catch (RegistryUnavailableException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
    SchemaTable.print(rows, spec.commandLine().getOut());
    if (!refused.isEmpty()) {
      throw new CommandException(String.join("\n", refused));
    }
    return ExitCodes.OK;
  }

  private List<String> register(SchemaRegistry registry, TopicContract contract)
      throws CommandException, RegistryUnavailableException, SchemaRegistrationException {
    String subject = schemas.subject(contract);
    SubjectReport before = report(registry, contract);
    if (before.state() == SubjectReport.State.REGISTERED) {
      if (before.isProtected()) {
        return row(before, "unchanged");
      }
      registry.protect(subject, SchemaType.AVRO);
      return row(before, "compatibility set to " + COMPATIBILITY);
    }
    int id = registry.register(subject, contract.schema());
    SubjectReport after = registry.inspect(subject, contract.schema());
    return List.of(
        subject,
        Integer.toString(id),
        after.version() == 0 ? "?" : Integer.toString(after.version()),
        "registered");
  }

  private List<String> plan(SchemaRegistry registry, TopicContract contract)
      throws CommandException, RegistryUnavailableException, SchemaRegistrationException {
    SubjectReport report = report(registry, contract);
    if (report.state() != SubjectReport.State.REGISTERED) {
      return row(report, "would be registered");
    }
    return row(
        report,
        report.isProtected() ? "unchanged" : "compatibility would be set to " + COMPATIBILITY);
  }

  private SubjectReport report(SchemaRegistry registry, TopicContract contract)
      throws CommandException, RegistryUnavailableException, SchemaRegistrationException {
    SubjectReport report = registry.inspect(schemas.subject(contract), contract.schema());
    report.throwIfDifferent();
    return report;
  }

  private static List<String> row(SubjectReport report, String result) {
    boolean known = report.state() == SubjectReport.State.REGISTERED;
    return List.of(
        report.subject(),
        known ? Integer.toString(report.id()) : "-",
        known ? Integer.toString(report.version()) : "-",
        result);
  }
}
