package io.groundstream.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Verifies that another JDK decodes the whole corpus to the same pixels, so that its own libraries,
 * such as libjpeg, have no influence. The other JDK is the one that {@code GROUNDSTREAM_SECOND_JDK}
 * names, or else those of other vendors in the system's usual place. Without any, the test is
 * skipped and says so.
 */
class OtherJdkTest {
  private static final Path USUAL_PLACE = Path.of("/usr/lib/jvm");

  @TestFactory
  List<DynamicTest> decodesToTheSamePixels() throws IOException {
    List<Path> others = others();
    Assumptions.assumeFalse(
        others.isEmpty(), "no other JDK (set GROUNDSTREAM_SECOND_JDK to the home of one)");
    return others.stream()
        .map(home -> DynamicTest.dynamicTest(home.toString(), () -> compare(home)))
        .toList();
  }

  private static void compare(Path home) throws IOException, InterruptedException {
    Path printed = Files.createTempFile("pixels", ".tsv");
    try {
      Process process =
          new ProcessBuilder(
                  home.resolve("bin/java").toString(),
                  "-Xmx512m",
                  "-Djava.awt.headless=true",
                  "-cp",
                  System.getProperty(
                      "surefire.test.class.path", System.getProperty("java.class.path")),
                  PixelHashes.class.getName())
              .redirectErrorStream(true)
              .redirectOutput(printed.toFile())
              .start();
      boolean ended = process.waitFor(120, TimeUnit.SECONDS);
      process.destroyForcibly();
      List<String> lines = Files.readAllLines(printed);
      assertThat(ended).as("ended within two minutes: %s", lines).isTrue();
      assertThat(process.exitValue()).as("%s", lines).isZero();
      // Newer JDKs also print warnings of their own.
      List<String> theirs = lines.stream().filter(line -> line.contains("\t")).toList();
      List<String> ours = PixelHashes.all();
      assertThat(ours).hasSizeGreaterThan(200);
      assertThat(theirs).containsExactlyElementsOf(ours);
    } finally {
      Files.delete(printed);
    }
  }

  private static List<Path> others() throws IOException {
    String named = System.getenv("GROUNDSTREAM_SECOND_JDK");
    if (named != null && !named.isBlank()) {
      return List.of(Path.of(named));
    }
    if (!Files.isDirectory(USUAL_PLACE)) {
      return List.of();
    }
    List<Path> others = new ArrayList<>();
    String vendor = vendor(Path.of(System.getProperty("java.home")));
    try (Stream<Path> homes = Files.list(USUAL_PLACE)) {
      for (Path home : homes.sorted().toList()) {
        boolean once = others.stream().noneMatch(other -> isSame(home, other));
        if (Files.isExecutable(home.resolve("bin/java")) && once && !vendor(home).equals(vendor)) {
          others.add(home);
        }
      }
    }
    return others;
  }

  private static boolean isSame(Path home, Path other) {
    try {
      return Files.isSameFile(home, other);
    } catch (IOException e) {
      return false;
    }
  }

  /** Returns the vendor of a JDK, since Debian's JDKs are linked to the system's libraries. */
  private static String vendor(Path home) throws IOException {
    Path release = home.resolve("release");
    if (!Files.isReadable(release)) {
      return "";
    }
    return Files.readAllLines(release, StandardCharsets.UTF_8).stream()
        .filter(line -> line.startsWith("IMPLEMENTOR="))
        .findFirst()
        .orElse("");
  }
}
