package io.groundstream.console.cli;

import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistrationException;
import io.groundstream.schemas.SchemaRegistry;
import io.groundstream.schemas.SchemaText;
import io.groundstream.schemas.SubjectReport;
import io.groundstream.schemas.TopicSchema;
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
      "Register the schemas of the topics' values, and set the compatibility of their subjects.",
      "",
      "Schemas are in the language of the format that is configured for the topic. Avro's subjects"
          + " are set to FULL_TRANSITIVE, JSON Schema's to FORWARD_TRANSITIVE, Protobuf's to"
          + " BACKWARD_TRANSITIVE. Topics in other formats need no schema of ours.",
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
      for (TopicSchema topic : schemas.topics()) {
        SchemaText schema = topic.registered();
        if (schema == null) {
          rows.add(List.of(topic.subject(), "-", "-", "not needed: " + topic.remark()));
          continue;
        }
        try {
          rows.add(dryRun ? plan(registry, topic, schema) : register(registry, topic, schema));
        } catch (SchemaRegistrationException e) {
          rows.add(List.of(topic.subject(), "-", "-", "refused"));
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

  private static List<String> register(
      SchemaRegistry registry, TopicSchema topic, SchemaText schema)
      throws RegistryUnavailableException, SchemaRegistrationException {
    String subject = topic.subject();
    SubjectReport before = report(registry, subject, schema);
    if (before.state() == SubjectReport.State.REGISTERED) {
      if (before.isProtected()) {
        return row(before, "unchanged");
      }
      registry.protect(subject, schema.type());
      return row(before, "compatibility set to " + schema.type().compatibility());
    }
    int id = registry.register(subject, schema, topic.contract().recordName());
    SubjectReport after = registry.inspect(subject, schema);
    return List.of(
        subject,
        Integer.toString(id),
        after.version() == 0 ? "?" : Integer.toString(after.version()),
        "registered");
  }

  private static List<String> plan(SchemaRegistry registry, TopicSchema topic, SchemaText schema)
      throws RegistryUnavailableException, SchemaRegistrationException {
    SubjectReport report = report(registry, topic.subject(), schema);
    if (report.state() != SubjectReport.State.REGISTERED) {
      return row(report, "would be registered");
    }
    return row(
        report,
        report.isProtected()
            ? "unchanged"
            : "compatibility would be set to " + schema.type().compatibility());
  }

  private static SubjectReport report(SchemaRegistry registry, String subject, SchemaText schema)
      throws RegistryUnavailableException, SchemaRegistrationException {
    SubjectReport report = registry.inspect(subject, schema);
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
