package io.groundstream.console.cli;

import io.groundstream.kosmos2.text.Region;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The subject of a task, in every command that makes requests. */
final class RequestMixin {
  @Option(
      names = "--text",
      description =
          "The text of the task: phrase, question, prompt, or what follows the regions of"
              + " referring-expression.")
  private @Nullable String text;

  @Option(
      names = {"--region", "--box"},
      paramLabel = "x_min,y_min,x_max,y_max[=PHRASE]",
      converter = RegionConverter.class,
      description =
          "A region for the task, in fractions of the image, and perhaps what it shows."
              + " Repeatable.")
  private List<Region> regions = new ArrayList<>();

  @Nullable String text() {
    return text;
  }

  List<Region> regions() {
    return regions;
  }
}
