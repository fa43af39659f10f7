package io.groundstream.it;

import io.groundstream.jobs.backfill.Backfill;
import io.groundstream.jobs.backfill.BackfillSummary;
import io.groundstream.jobs.configuration.BackfillSettings;
import io.groundstream.operators.grounding.GroundingModelProvider;
import io.groundstream.operators.grounding.SharedKosmos2Provider;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a backfill in a process that can be killed, with a model whose calls are counted in a file.
 * Arguments: {@code instant} or {@code kosmos2}, the file, {@code resume} or {@code begin}, and
 * options as {@code key=value}. Prints the summary as JSON to standard output.
 */
final class BackfillMain {
  private BackfillMain() {}

  public static void main(String[] arguments) throws Exception {
    Map<String, String> values = new HashMap<>();
    for (String argument : List.of(arguments).subList(3, arguments.length)) {
      int equals = argument.indexOf('=');
      values.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    BackfillSettings settings = BackfillSettings.parse(values);
    GroundingModelProvider models =
        arguments[0].equals("kosmos2")
            ? new SharedKosmos2Provider(settings.model())
            : new InstantModels();
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    try (Backfill backfill = Backfill.prepare(settings, arguments[2].equals("resume"), err)) {
      BackfillSummary summary = backfill.run(new CountingModels(models, arguments[1]));
      if (summary != null) {
        System.out.println(summary.toJson());
        System.out.flush();
      }
    }
    // Ends the process even if threads are still running.
    System.exit(0);
  }

  /** Starts such a process, with its output in a file. */
  static Process start(
      Path log, String model, Path calls, boolean resume, Map<String, String> values)
      throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dai.djl.offline=true",
                "-DRUST_FLAVOR=cpu",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                BackfillMain.class.getName(),
                model,
                calls.toString(),
                resume ? "resume" : "begin"));
    values.forEach((key, value) -> command.add(key + "=" + value));
    Files.deleteIfExists(log);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }
}
