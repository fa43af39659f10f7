package io.groundstream.console.bench;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A build of Groundstream that can be started.
 *
 * @param classPath its class path
 * @param mainClass the class of its command line
 * @param home its folder; null if unknown
 */
public record OtherBuild(String classPath, String mainClass, @Nullable Path home) {
  private static final String CLASS_PATH_FILE = "launcher-class-path";

  /** The modules whose jar is the command line, newest first, and the name of the jar. */
  private static final Map<String, String> JARS =
      Map.of("jobs/console/target", "console.jar", "jobs/target", "jobs.jar");

  private static final List<String> MAIN_CLASSES =
      List.of("io.groundstream.console.cli.Console", "io.groundstream.jobs.cli.Groundstream");

  /** Returns the build that is running. */
  public static OtherBuild current() {
    String home = System.getProperty("groundstream.home");
    return new OtherBuild(
        System.getProperty("java.class.path"),
        MAIN_CLASSES.get(0),
        home == null ? null : Path.of(home));
  }

  /**
   * Finds a build.
   *
   * @param where a class path, or the folder of a source tree that was built by its launcher
   * @throws IllegalArgumentException if there is none; the message says what to do
   */
  public static OtherBuild find(String where) {
    Path folder = Path.of(where);
    if (where.contains(File.pathSeparator) || !Files.isDirectory(folder)) {
      return ofClassPath(where, where, null);
    }
    for (Map.Entry<String, String> jar : JARS.entrySet()) {
      Path target = folder.resolve(jar.getKey());
      Path file = target.resolve(CLASS_PATH_FILE);
      Path main = target.resolve(jar.getValue());
      if (Files.isRegularFile(file) && Files.isRegularFile(main)) {
        try {
          String libraries = Files.readString(file).strip();
          return ofClassPath(where, main + File.pathSeparator + libraries, folder);
        } catch (IOException e) {
          throw new IllegalArgumentException(file + " cannot be read: " + e, e);
        }
      }
    }
    if (mainClass(List.of(folder)) != null) {
      return ofClassPath(where, where, null);
    }
    throw new IllegalArgumentException(
        where
            + " is not built (expected: jobs/console/target/console.jar and "
            + CLASS_PATH_FILE
            + " in it). Run "
            + folder.resolve("groundstream")
            + " --version first, which builds it, or give a class path");
  }

  private static OtherBuild ofClassPath(String where, String classPath, @Nullable Path home) {
    List<Path> entries = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      // A folder with * stands for its jars, and an empty entry for the current folder.
      if (!entry.isEmpty() && !entry.endsWith("*")) {
        Path path = Path.of(entry);
        if (!Files.exists(path)) {
          throw new IllegalArgumentException(
              (home == null ? entry : where + ": " + entry)
                  + " does not exist (expected: a class path, or the folder of a build"
                  + (home == null ? ")" : "); build it again"));
        }
        entries.add(path);
      } else if (entry.endsWith("*")) {
        entries.addAll(jars(Path.of(entry).resolveSibling("")));
      }
    }
    String main = mainClass(entries);
    if (main == null) {
      throw new IllegalArgumentException(
          where + " has no Groundstream on it (expected: one of the classes " + MAIN_CLASSES + ")");
    }
    return new OtherBuild(classPath, main, home);
  }

  private static List<Path> jars(Path folder) {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).toList();
    } catch (IOException e) {
      throw new IllegalArgumentException(folder + " cannot be read: " + e, e);
    }
  }

  private static @Nullable String mainClass(List<Path> entries) {
    try {
      URL[] urls = new URL[entries.size()];
      for (int i = 0; i < urls.length; i++) {
        urls[i] = entries.get(i).toUri().toURL();
      }
      try (URLClassLoader loader = new URLClassLoader(urls, null)) {
        for (String name : MAIN_CLASSES) {
          if (loader.findResource(name.replace('.', '/') + ".class") != null) {
            return name;
          }
        }
      }
      return null;
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("class path: " + e.getMessage(), e);
    } catch (IOException e) {
      return null;
    }
  }
}
