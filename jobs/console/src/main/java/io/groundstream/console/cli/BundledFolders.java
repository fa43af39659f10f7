package io.groundstream.console.cli;

import io.groundstream.console.embedded.LocalOpenSearch;
import io.groundstream.console.embedded.LocalRegistry;
import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.GroundstreamHome;
import java.nio.file.Path;

/** Where the demo's images and servers are. */
public final class BundledFolders {
  private BundledFolders() {}

  /** Returns the folder of the demo's images. */
  public static Path demoScenes() throws CommandException {
    return GroundstreamHome.existing(Path.of("jobs", "demo-scenes"));
  }

  /** Returns the folder of the drawn scenes in the formats of the benchmarks. */
  public static Path evaluationScenes() throws CommandException {
    return GroundstreamHome.existing(Path.of("jobs", "evaluation", "scenes"));
  }

  /** Returns the folder of the schema registry's unpacked distribution. */
  public static Path registry() throws CommandException {
    String configured = System.getProperty(LocalRegistry.HOME_PROPERTY);
    return configured != null
        ? Path.of(configured)
        : GroundstreamHome.existing(Path.of("jobs", "console", "target", "apicurio-registry"));
  }

  /** Returns the folder with the classes and jars of the OpenSearch node. */
  public static Path openSearch() throws CommandException {
    String configured = System.getProperty(LocalOpenSearch.HOME_PROPERTY);
    return configured != null
        ? Path.of(configured)
        : GroundstreamHome.existing(Path.of("jobs", "opensearch-node", "target"));
  }
}
