package io.groundstream.console.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.console.bench.BenchJson;
import io.groundstream.console.bench.Comparison;
import io.groundstream.console.bench.OtherBuild;
import io.groundstream.console.bench.Turns;
import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.jobs.cli.GroundstreamHome;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of a benchmark that compare this build with another one. */
final class AgainstMixin {
  private static final String AGAINST = "--against";
  private static final String TURNS = "--turns";
  private static final String MEMORY_LOG = "--memory-log";
  private static final String CHECKPOINT = "--checkpoint";
  private static final String PEAK = "--peak-gflops";

  @Option(
      names = AGAINST,
      paramLabel = "DIR|CLASSPATH",
      description =
          "Compare with another build, given by its class path or the folder of its sources in"
              + " which it was built: run both in turns, each in a process of its own with the"
              + " other options of this command, and print the ratios with their spread.")
  private @Nullable String against;

  @Option(
      names = TURNS,
      paramLabel = "N",
      defaultValue = "6",
      description = "How often each build runs with --against (default: ${DEFAULT-VALUE}).")
  private int turns;

  /** Returns whether two builds are to be compared. */
  boolean isSet() {
    return against != null;
  }

  /**
   * Compares the builds.
   *
   * @param spec the command, whose other options both builds get
   */
  int run(CommandSpec spec) throws CommandException, InterruptedException {
    if (turns < 1) {
      throw new ParameterException(spec.commandLine(), TURNS + ": " + turns + " (expected: >= 1)");
    }
    PrintWriter err = spec.commandLine().getErr();
    String where = String.valueOf(against);
    OtherBuild other;
    try {
      other = OtherBuild.find(where);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), AGAINST + ": " + e.getMessage(), e);
    }
    List<String> options = options(spec);
    boolean measured = options.stream().noneMatch(option -> option.startsWith(PEAK));
    try {
      Comparison comparison = new Turns(other, options, err).run(turns, measured);
      ObjectNode json = BenchJson.object();
      json.put("against", where);
      BenchJson.addMachine(json);
      comparison.addTo(json);
      err.println(comparison.text());
      err.flush();
      spec.commandLine().getOut().println(json);
      spec.commandLine().getOut().flush();
      return ExitCodes.OK;
    } catch (IOException e) {
      throw new CommandException(
          e.getMessage() + System.lineSeparator() + "Both builds must know all options: " + options,
          e);
    }
  }

  /** Returns the options that both builds get, with the same checkpoint. */
  private static List<String> options(CommandSpec spec) throws CommandException {
    List<String> options = new ArrayList<>();
    boolean checkpoint = false;
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      String name = option.longestName();
      if (name.equals(MEMORY_LOG)) {
        throw new ParameterException(
            spec.commandLine(), MEMORY_LOG + ": not with " + AGAINST + ", which runs many times");
      }
      checkpoint |= name.equals(CHECKPOINT);
      if (!Set.of(AGAINST, TURNS).contains(name)) {
        option.originalStringValues().forEach(value -> options.add(name + "=" + value));
      }
    }
    if (!checkpoint) {
      options.add(CHECKPOINT + "=" + GroundstreamHome.demoCheckpoint());
    }
    return options;
  }
}
