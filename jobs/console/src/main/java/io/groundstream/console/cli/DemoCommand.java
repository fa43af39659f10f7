package io.groundstream.console.cli;

import io.groundstream.console.demo.Demo;
import io.groundstream.console.demo.DemoException;
import io.groundstream.console.demo.DemoOptions;
import io.groundstream.console.demo.OutputLock;
import io.groundstream.images.HeifOptions;
import io.groundstream.jobs.cli.CommandException;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.jobs.cli.GroundstreamHome;
import io.groundstream.jobs.cli.LocalServiceException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs everything together, on this machine alone. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "See everything at work: images in, captions with boxes out.",
      "",
      "Starts a real Kafka broker, a real Schema Registry and Flink in this process, publishes"
          + " images, runs the enrichment job on them, and prints the results from the topics: for"
          + " each image a line with the caption, below it one line per phrase with its boxes."
          + " Writes a page with the boxes drawn, and ends by itself. All ports listen on"
          + " 127.0.0.1 only, and only the output folder is left behind.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  groundstream demo",
      "  Your own images and the checkpoint from the hub:",
      "    groundstream demo --checkpoint kosmos-2-patch14-224 --images ~/Pictures",
      "  Stay, and publish from another terminal (the demo prints the whole command):",
      "    groundstream demo --keep-running",
      "  With a search index, and searches answered from it:",
      "    groundstream demo --with-search",
      "endpoints.json in the output folder lists all endpoints once everything is up.",
      "Exit codes: 0 all images were processed; 2 wrong usage; 3 something failed."
    })
final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = "groundstream-demo",
      description = "The folder for page, logs and endpoints.json (default: ${DEFAULT-VALUE}).")
  private Path output;

  @Option(
      names = "--checkpoint",
      paramLabel = "DIR",
      description =
          "A Kosmos-2 checkpoint as published on the hub (default: the small bundled" + " one).")
  private @Nullable Path checkpoint;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description =
          "A folder of images (default: the bundled scenes, which is all that the bundled"
              + " checkpoint knows).")
  private @Nullable Path images;

  @Option(
      names = "--keep-running",
      description =
          "Stay until Ctrl-C, process what others publish, and serve the page of 'groundstream"
              + " view'.")
  private boolean keepRunning;

  @Option(
      names = "--with-search",
      description =
          "Also start an OpenSearch node and the index job, and answer a few searches at the"
              + " end. This takes some seconds and 0.7 GB of memory more.")
  private boolean withSearch;

  @Option(
      names = "--kafka-port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "Kafka's port (default: a free one).")
  private int kafkaPort;

  @Option(
      names = "--registry-port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "The Schema Registry's port (default: a free one).")
  private int registryPort;

  @Option(
      names = "--flink-port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "The port of Flink's web page (default: a free one).")
  private int flinkPort;

  @Option(
      names = "--search-port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "OpenSearch's port (default: a free one).")
  private int searchPort;

  @Option(
      names = "--view-port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "The port of the page that --keep-running serves (default: a free one).")
  private int viewPort;

  @Option(
      names = "--device",
      paramLabel = "auto|cpu|gpu:N",
      defaultValue = "auto",
      description = "Where the model runs (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--dtype",
      paramLabel = "auto|float32|bfloat16|float16",
      defaultValue = "auto",
      description = "The number format to compute in (default: ${DEFAULT-VALUE}).")
  private String dtype;

  @Option(
      names = "--heif-decoder",
      paramLabel = "off|avif|heic|all",
      defaultValue = "off",
      converter = ModelMixin.HeifConverter.class,
      description =
          "Read AVIF and HEIC, too, by this machine's libavif and libheif (default:"
              + " ${DEFAULT-VALUE}).")
  private HeifOptions heif;

  @Override
  public Integer call() throws CommandException, DemoException, LocalServiceException {
    OutputLock lock = OutputLock.take(output);
    // Before anything logs: the services log much that does not belong on the terminal.
    Path log = output.resolve("logs").resolve("groundstream.log").toAbsolutePath();
    setIfAbsent("groundstream.log.file", log);
    // Flink's page shows this file as its log.
    setIfAbsent("log.file", log);
    setIfAbsent("log4j2.configurationFile", Path.of("log4j2-file.xml"));
    DemoOptions options =
        new DemoOptions(
            output,
            checkpoint != null ? checkpoint : GroundstreamHome.demoCheckpoint(),
            images != null ? images : BundledFolders.demoScenes(),
            BundledFolders.registry(),
            withSearch ? BundledFolders.openSearch() : null,
            keepRunning,
            kafkaPort,
            registryPort,
            flinkPort,
            searchPort,
            viewPort,
            device,
            dtype,
            heif);
    return new Demo(options, lock, spec.commandLine().getOut(), spec.commandLine().getErr()).run()
        ? ExitCodes.OK
        : ExitCodes.FAILED;
  }

  private static void setIfAbsent(String property, Path value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value.toString());
    }
  }
}
