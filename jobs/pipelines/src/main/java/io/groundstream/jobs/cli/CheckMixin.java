package io.groundstream.jobs.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of a command that can check a job instead of starting it. */
final class CheckMixin {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--check",
      description =
          "Check the configuration and all that it names on this machine, such as checkpoint,"
              + " folders, logins and certificates; report all problems and do nothing else.")
  private boolean check;

  @Option(
      names = "--connect",
      description =
          "With --check: also check brokers, topics, rights and registry. Changes nothing.")
  private boolean connect;

  /** Returns whether to check only, and start nothing. */
  boolean isWanted() {
    if (connect && !check) {
      throw new ParameterException(
          spec.commandLine(), "--connect: without --check (expected: both, or none)");
    }
    return check;
  }

  /** Returns whether to check services on other machines, too. */
  boolean connects() {
    return connect;
  }
}
