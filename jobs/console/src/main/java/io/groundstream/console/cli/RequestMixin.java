package io.groundstream.console.cli;

import io.groundstream.avro.RequestBox;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The subject of a task, in every command that makes requests. */
final class RequestMixin {
  @Option(names = "--text", description = "The text of the task: phrase, question or prompt.")
  private @Nullable String text;

  @Option(
      names = "--box",
      paramLabel = "x_min,y_min,x_max,y_max",
      converter = RequestBoxConverter.class,
      description = "A region for the task, in fractions of the image. Repeatable.")
  private List<RequestBox> boxes = new ArrayList<>();

  @Nullable String text() {
    return text;
  }

  List<RequestBox> boxes() {
    return boxes;
  }
}
