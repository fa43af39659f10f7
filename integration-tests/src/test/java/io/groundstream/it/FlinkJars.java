package io.groundstream.it;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The artefacts for clusters, and the jars that stand in for an installation of Flink. */
final class FlinkJars {
  /** The jar for {@code flink run}. */
  static final Path JOB_JAR = Path.of("..", "jobs", "pipelines", "target", "groundstream-job.jar");

  /** The folder for Flink's {@code lib/}. */
  static final Path ENGINE = Path.of("..", "jobs", "pipelines", "target", "engine");

  private static final String FLINK =
      "(flink-(?!connector-(base|kafka)|sql-avro).*|slf4j-api-.*)\\.jar";

  /** Jars that Flink's distribution contains in its own jars, or beside them for logging. */
  private static final String BESIDE =
      "(frocksdbjni|kryo|minlog|reflectasm|objenesis|javassist|commons-(cli|collections|compress|io|lang3|math3|text)"
          + "|snakeyaml-engine|RoaringBitmap|lz4-java|snappy-java|async-profiler|jsr305"
          + "|log4j-(api|core|slf4j2-impl))-\\d.*\\.jar";

  private FlinkJars() {}

  /** Returns the jars of Flink's distribution, without connectors. */
  static List<Path> flink() {
    return onClassPath(FLINK);
  }

  /** Returns all jars in the {@code lib/} of a fresh installation. */
  static List<Path> distribution() {
    return onClassPath(FLINK + "|" + BESIDE);
  }

  /** Returns the jars of the engine folder. */
  static List<Path> engine() throws IOException {
    return in(ENGINE);
  }

  /** Returns the jars of a folder. */
  static List<Path> in(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  private static List<Path> onClassPath(String pattern) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .filter(jar -> jar.getFileName().toString().matches(pattern))
        .toList();
  }
}
