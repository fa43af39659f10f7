package io.groundstream.console.cli;

import io.groundstream.jobs.cli.CommandException;
import io.groundstream.kosmos2.Demonstrations;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.Kosmos2;
import io.groundstream.kosmos2.text.Demonstration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The images of a prompt with several, and the demonstrations before an image. */
final class ContextMixin {
  @Option(
      names = "--image",
      paramLabel = "FILE",
      description =
          "An image of one prompt with several. Repeatable; for the tasks prompt and score, whose"
              + " --text says with <image:1>, <image:2> … where each stands. Without these, all"
              + " stand before the text.")
  private List<Path> images = new ArrayList<>();

  @Option(
      names = "--demonstration",
      paramLabel = "FILE::TEXT",
      converter = DemonstrationArgument.Converter.class,
      description =
          "An image, and what the model should say about it, shown to it before every IMAGE."
              + " Repeatable. In the text, tags are tags, and <box:x_min,y_min,x_max,y_max> is a"
              + " region of that image.")
  private List<DemonstrationArgument> demonstrations = new ArrayList<>();

  List<Path> images() {
    return images;
  }

  /** Returns the files of the demonstrations' images. */
  List<Path> demonstrated() {
    return demonstrations.stream().map(DemonstrationArgument::image).toList();
  }

  /**
   * Reads the files of the demonstrations, before a model is loaded for them.
   *
   * @throws CommandException if one cannot be read
   */
  List<byte[]> readDemonstrations() throws CommandException {
    List<byte[]> files = new ArrayList<>();
    for (DemonstrationArgument demonstration : demonstrations) {
      try {
        files.add(ImageFiles.read(demonstration.image()));
      } catch (GroundingException e) {
        throw refused(demonstration, e);
      }
    }
    return files;
  }

  /**
   * Returns the demonstrations.
   *
   * @param files from {@link #readDemonstrations}
   * @param requests the number of requests with them
   * @throws CommandException if a file is not an image
   */
  Demonstrations demonstrations(List<byte[]> files, Kosmos2 model, int requests)
      throws CommandException {
    List<Demonstration> list = new ArrayList<>();
    for (int index = 0; index < files.size(); index++) {
      DemonstrationArgument argument = demonstrations.get(index);
      try {
        list.add(
            new Demonstration(model.prepare(files.get(index)), argument.text(), argument.boxes()));
      } catch (GroundingException e) {
        throw refused(argument, e);
      }
    }
    return new Demonstrations(list, requests > 1);
  }

  private static CommandException refused(DemonstrationArgument argument, GroundingException e) {
    String message = String.valueOf(e.getMessage());
    String file = argument.image().toString();
    return new CommandException(
        "--demonstration " + (message.contains(file) ? message : file + ": " + message), e);
  }
}
