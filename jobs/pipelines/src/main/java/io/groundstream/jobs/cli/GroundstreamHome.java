package io.groundstream.jobs.cli;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import org.jspecify.annotations.Nullable;

/**
 * Finds the bundled files of Groundstream that are not classes. The launcher sets their folder in
 * the system property {@value #PROPERTY}; without it, the parent folders of the program's own
 * classes are tried, which works in a built source tree.
 */
public final class GroundstreamHome {
  static final String PROPERTY = "groundstream.home";

  private static final Path CHECKPOINT = Path.of("model-serving", "demo-checkpoint");

  private GroundstreamHome() {}

  /** Returns the folder of the bundled demo checkpoint. */
  public static Path demoCheckpoint() throws CommandException {
    return existing(CHECKPOINT);
  }

  /**
   * Returns a folder that is bundled with Groundstream.
   *
   * @param relative its path, relative to Groundstream's folder
   */
  public static Path existing(Path relative) throws CommandException {
    Path home = home();
    if (home == null || !Files.isDirectory(home.resolve(relative))) {
      throw new CommandException(
          PROPERTY
              + ": "
              + (home == null ? "not set" : home)
              + " (expected: the folder of Groundstream, with "
              + relative
              + " in it; build it, or start it with its launcher)");
    }
    return home.resolve(relative);
  }

  private static @Nullable Path home() {
    String configured = System.getProperty(PROPERTY);
    if (configured != null) {
      return Path.of(configured);
    }
    CodeSource source = GroundstreamHome.class.getProtectionDomain().getCodeSource();
    try {
      Path start = source == null ? null : Path.of(source.getLocation().toURI());
      for (Path folder = start; folder != null; folder = folder.getParent()) {
        if (Files.isDirectory(folder.resolve(CHECKPOINT))) {
          return folder;
        }
      }
    } catch (URISyntaxException e) {
      // The classes were not loaded from a path.
    }
    return null;
  }
}
