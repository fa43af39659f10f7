package io.groundstream.console.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** PyTorch's natives beyond those that come with Groundstream. */
@Command(
    name = "natives",
    mixinStandardHelpOptions = true,
    description = {"Fetch PyTorch's natives for GPUs. Those for CPUs come with Groundstream.", ""},
    footer = {"", "Example:", "  eval \"$(groundstream natives cuda)\""},
    subcommands = {NativesCudaCommand.class, HelpCommand.class})
final class NativesCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command: cuda");
  }
}
