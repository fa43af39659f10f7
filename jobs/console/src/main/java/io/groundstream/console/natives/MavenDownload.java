package io.groundstream.console.natives;

import io.groundstream.jobs.terminal.ProgressLine;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fetches jars by the user's own Maven, so that mirrors, proxies, logins and the local repository
 * are those of its settings.
 */
final class MavenDownload {
  private static final String PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0";

  /** What Maven prints while it downloads: {@code Progress (1): 0.3/2.0 GB}. */
  private static final Pattern PROGRESS =
      Pattern.compile("Progress \\(\\d+\\): ([0-9.]+)(?: [kMG]?B)?/([0-9.]+) ([kMG]?B)");

  private static final int LINES_OF_FAILURE = 4;

  private final @Nullable Path maven;
  private final PrintWriter err;

  private MavenDownload(@Nullable Path maven, PrintWriter err) {
    this.maven = maven;
    this.err = err;
  }

  /**
   * Looks for Maven.
   *
   * @param path the folders of programs, as the environment variable PATH has them
   * @param err where progress is shown
   */
  static MavenDownload on(String path, PrintWriter err) {
    for (String folder : path.split(File.pathSeparator, -1)) {
      Path program = Path.of(folder, "mvn");
      if (Files.isExecutable(program) && Files.isRegularFile(program)) {
        return new MavenDownload(program, err);
      }
    }
    return new MavenDownload(null, err);
  }

  /** Returns the name that Maven gives the jar of an artifact. */
  static String fileName(String artifact) {
    String[] parts = artifact.split(":", -1);
    return parts[1] + "-" + parts[2] + "-" + parts[4] + "." + parts[3];
  }

  /** Returns the command that puts an artifact's jar into a folder. */
  static List<String> command(String maven, String artifact, Path folder) {
    // Not in batch mode, which tells nothing of how far a download has come.
    return List.of(
        maven,
        "-Dstyle.color=never",
        PLUGIN + ":copy",
        "-Dartifact=" + artifact,
        "-DoutputDirectory=" + folder);
  }

  /**
   * Puts an artifact's jar into a folder, unless it is there.
   *
   * @return the jar
   */
  Path fetch(String artifact, Path folder)
      throws NativesException, IOException, InterruptedException {
    Path jar = folder.resolve(fileName(artifact));
    if (Files.exists(jar)) {
      return jar;
    }
    if (maven == null) {
      throw new NativesException(
          "mvn is not on PATH (expected: Maven, 3.6 or newer). Install it, or put the jar there"
              + " with a Maven of another machine and run this command again:\n  "
              + String.join(" ", command("mvn", artifact, folder)));
    }
    Files.createDirectories(folder);
    Process process =
        new ProcessBuilder(command(maven.toString(), artifact, folder))
            // In a folder without a project, whose settings would otherwise apply.
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .start();
    Deque<String> errors = new ArrayDeque<>();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      show(output, artifact, errors);
      if (process.waitFor() != 0 || Files.notExists(jar)) {
        throw new NativesException(
            artifact
                + " cannot be fetched from Maven Central or the mirror in Maven's settings:\n  "
                + String.join("\n  ", errors));
      }
    } finally {
      process.destroy();
    }
    return jar;
  }

  /** Shows how far the download has come, and keeps the first errors. */
  private void show(BufferedReader output, String artifact, Deque<String> errors)
      throws IOException {
    ProgressLine progress = new ProgressLine(err, "Fetching " + artifact.split(":", -1)[1]);
    try {
      for (String line = nextLine(output); line != null; line = nextLine(output)) {
        Matcher matcher = PROGRESS.matcher(line);
        if (matcher.find()) {
          double done = Double.parseDouble(matcher.group(1));
          double total = Double.parseDouble(matcher.group(2));
          progress.update(
              (long) (1000 * done),
              (long) (1000 * total),
              String.format(Locale.ROOT, "%.1f of %.1f %s", done, total, matcher.group(3)));
        } else if (line.startsWith("[ERROR]") && errors.size() < LINES_OF_FAILURE) {
          errors.add(line);
        }
      }
    } finally {
      progress.end();
    }
  }

  /** Reads up to the next end of a line; Maven writes its progress over itself. */
  private static @Nullable String nextLine(Reader output) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = output.read(); c >= 0; c = output.read()) {
      if (c == '\n' || c == '\r') {
        return line.toString();
      }
      line.append((char) c);
    }
    return line.isEmpty() ? null : line.toString();
  }
}
