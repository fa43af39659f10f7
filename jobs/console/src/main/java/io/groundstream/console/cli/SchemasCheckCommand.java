package io.groundstream.console.cli;

import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistry;
import io.groundstream.schemas.SchemaText;
import io.groundstream.schemas.SubjectReport;
import io.groundstream.schemas.TopicContract;
import io.groundstream.schemas.TopicSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Compares what a registry holds with what this version reads and writes. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Compare a registry with the schemas that this version reads and writes.",
      "",
      "  registered  a version of the subject is this version's schema, whatever its text",
      "  compatible  no version is, but this version reads all of them, and they read what it"
          + " writes",
      "  missing     there is no such subject",
      "  differs     a version is not compatible with this version's schema",
      "  not needed  the format of the topic has no schema of ours",
      "",
      "With schema-registry.auto-register: false, the topics that a job writes must be"
          + " registered. For the topic of events, which it reads, compatible is enough.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  groundstream schemas check --config enrich.yaml",
      "  groundstream schemas check --schema-registry http://registry:8081 images phrases",
      "Exit codes: 0 jobs can start; 2 wrong usage or configuration; 3 something is missing or"
          + " differs, or the registry gave no answer."
    })
final class SchemasCheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private SchemaMixin schemas;

  @Override
  public Integer call() throws CommandException {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("SUBJECT", "STATE", "ID", "VERSION", "COMPATIBILITY", "REMARK"));
    boolean fine = true;
    try (SchemaRegistry registry = schemas.connect()) {
      for (TopicSchema topic : schemas.topics()) {
        SchemaText schema = topic.registered();
        if (schema == null) {
          rows.add(List.of(topic.subject(), "not needed", "-", "-", "-", topic.remark()));
          continue;
        }
        SubjectReport report = registry.inspect(topic.subject(), schema);
        fine &= isEnough(topic.contract(), report);
        rows.add(row(report));
      }
    } catch (RegistryUnavailableException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
    SchemaTable.print(rows, spec.commandLine().getOut());
    return fine ? ExitCodes.OK : ExitCodes.FAILED;
  }

  private static boolean isEnough(TopicContract contract, SubjectReport report) {
    return switch (report.state()) {
      case REGISTERED -> true;
      case COMPATIBLE -> contract == TopicContract.EVENTS;
      case MISSING, DIFFERS -> false;
    };
  }

  private static List<String> row(SubjectReport report) {
    boolean known = report.state() == SubjectReport.State.REGISTERED;
    String level = report.compatibility();
    return List.of(
        report.subject(),
        report.state().toString(),
        known ? Integer.toString(report.id()) : "-",
        known ? Integer.toString(report.version()) : "-",
        level == null ? "the registry's" : level,
        report.detail());
  }
}
