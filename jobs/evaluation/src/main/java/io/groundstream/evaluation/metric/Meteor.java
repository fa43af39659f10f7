package io.groundstream.evaluation.metric;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * METEOR by its own program, meteor-1.5.jar, which is not on Maven Central: it is run with {@code -
 * - -stdio -l en -norm}, as COCO's caption tools do, and asked line by line.
 */
public final class Meteor {
  private static final long END_SECONDS = 10;

  private final Path jar;

  /**
   * @param jar the user's meteor-1.5.jar, with its data folder beside it
   */
  public Meteor(Path jar) {
    this.jar = jar;
  }

  /**
   * Returns the score of a set of captions, in [0, 1].
   *
   * @param candidates one caption for each image
   * @param references the references of each image
   */
  public double score(List<String> candidates, List<List<String>> references)
      throws MeteorException {
    if (!Files.isRegularFile(jar)) {
      throw new MeteorException(
          "--meteor-jar: " + jar + ": no such file (expected: meteor-1.5.jar)", null);
    }
    String java = ProcessHandle.current().info().command().orElse("java");
    ProcessBuilder builder =
        new ProcessBuilder(
            java,
            "-Xmx2G",
            "-jar",
            jar.toAbsolutePath().toString(),
            "-",
            "-",
            "-stdio",
            "-l",
            "en",
            "-norm");
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    @Nullable File folder = jar.toAbsolutePath().toFile().getParentFile();
    if (folder != null) {
      builder.directory(folder);
    }
    try {
      Process process = builder.start();
      try (BufferedWriter in =
              new BufferedWriter(
                  new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
          BufferedReader out =
              new BufferedReader(
                  new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        return ask(in, out, candidates, references);
      } finally {
        end(process);
      }
    } catch (IOException e) {
      throw new MeteorException("--meteor-jar: " + jar + " cannot be asked: " + e, e);
    }
  }

  private double ask(
      BufferedWriter in, BufferedReader out, List<String> candidates, List<List<String>> references)
      throws IOException, MeteorException {
    List<String> statistics = new ArrayList<>();
    for (int index = 0; index < candidates.size(); index++) {
      List<String> parts = new ArrayList<>(List.of("SCORE"));
      references.get(index).forEach(reference -> parts.add(plain(reference)));
      parts.add(plain(candidates.get(index)));
      write(in, String.join(" ||| ", parts));
      statistics.add(read(out));
    }
    write(in, "EVAL ||| " + String.join(" ||| ", statistics));
    // One score for each caption, and then that of all.
    for (int index = 0; index < candidates.size(); index++) {
      read(out);
    }
    String total = read(out);
    try {
      return Double.parseDouble(total);
    } catch (NumberFormatException e) {
      throw new MeteorException(
          "--meteor-jar: " + jar + " answered " + total + " (expected: a score)", e);
    }
  }

  /** The separator and line breaks would end a field. */
  private static String plain(String text) {
    return text.replace("|||", "").replaceAll("\\s+", " ").strip();
  }

  private static void write(BufferedWriter in, String line) throws IOException {
    in.write(line);
    in.write('\n');
    in.flush();
  }

  private String read(BufferedReader out) throws IOException, MeteorException {
    String line = out.readLine();
    if (line == null) {
      throw new MeteorException(
          "--meteor-jar: " + jar + " ended early (expected: meteor-1.5.jar with its data)", null);
    }
    return line.strip();
  }

  private static void end(Process process) {
    try {
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
