package io.groundstream.console.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs {@code bench} of a build in a process of its own, with the options of this JVM. */
final class BenchChild {
  private static final int TAIL_LINES = 15;
  private static final String HOME_OPTION = "-Dgroundstream.home=";

  /** Options of this JVM that do not concern another one. */
  private static final List<String> OWN_OPTIONS =
      List.of("-javaagent", "-agent", "-Xdebug", "-Dgroundstream.terminal", HOME_OPTION);

  private BenchChild() {}

  /**
   * Runs the command.
   *
   * @param options options of the command
   * @return its JSON object
   * @throws IOException if it fails; the message shows the end of its standard error
   */
  static JsonNode run(OtherBuild build, List<String> options)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("bench", ".json");
    Path err = Files.createTempFile("bench", ".log");
    try {
      Process process =
          new ProcessBuilder(commandLine(build, options))
              .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      Thread end = new Thread(process::destroyForcibly);
      Runtime.getRuntime().addShutdownHook(end);
      int status;
      try {
        status = process.waitFor();
      } finally {
        process.destroyForcibly();
        removeHook(end);
      }
      JsonNode json = status == 0 ? lastLine(out) : null;
      if (json == null) {
        throw new IOException(
            "ended with status %d%s; the end of its output:%n%s"
                .formatted(status, status == 0 ? " and no JSON" : "", tail(err)));
      }
      return json;
    } finally {
      Files.deleteIfExists(out);
      Files.deleteIfExists(err);
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // This JVM is ending, and the hook runs.
    }
  }

  private static List<String> commandLine(OtherBuild build, List<String> options) {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (OWN_OPTIONS.stream().noneMatch(option::startsWith)) {
        line.add(option);
      }
    }
    if (build.home() != null) {
      line.add(HOME_OPTION + build.home());
    }
    line.add("-cp");
    line.add(build.classPath());
    line.add(build.mainClass());
    line.add("bench");
    line.addAll(options);
    return line;
  }

  private static @Nullable JsonNode lastLine(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    try {
      return lines.isEmpty() ? null : new JsonMapper().readTree(lines.get(lines.size() - 1));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      return null;
    }
  }

  private static String tail(Path file) throws IOException {
    List<String> lines =
        new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
    return String.join(
        System.lineSeparator(),
        lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
  }
}
