package io.groundstream.console.cli;

import io.groundstream.kosmos2.text.Box;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A demonstration on the command line: {@code FILE::TEXT}. In the text, {@code
 * <box:x_min,y_min,x_max,y_max>} stands for a region of the image. One that does not follow a
 * phrase is called {@code It}.
 *
 * @param image the file of the image
 * @param text the text, with {@code <object></object>} for each box or group of boxes
 * @param boxes the boxes in the order of the text
 */
record DemonstrationArgument(Path image, String text, List<Box> boxes) {
  private static final String SEPARATOR = "::";
  private static final Pattern BOX = Pattern.compile("<box:([^<>]*)>");
  private static final Pattern BOXES =
      Pattern.compile(BOX.pattern() + "(?:\\s*" + BOX.pattern() + ")*");

  DemonstrationArgument {
    boxes = List.copyOf(boxes);
  }

  /** Parses the option's value. */
  static final class Converter implements ITypeConverter<DemonstrationArgument> {
    @Override
    public DemonstrationArgument convert(String value) {
      int separator = value.indexOf(SEPARATOR);
      String file = separator < 0 ? "" : value.substring(0, separator);
      String text = separator < 0 ? "" : value.substring(separator + SEPARATOR.length());
      if (file.isBlank() || text.isBlank()) {
        throw new TypeConversionException(
            "'"
                + value
                + "' (expected: FILE::TEXT such as 'cup.jpg::<box:0.1,0.2,0.5,0.9> is a red"
                + " cup.')");
      }
      try {
        return of(Path.of(file), text);
      } catch (InvalidPathException e) {
        throw new TypeConversionException("'" + file + "' (expected: the file of an image)");
      }
    }
  }

  private static DemonstrationArgument of(Path image, String text) {
    List<Box> boxes = new ArrayList<>();
    Matcher box = BOX.matcher(text);
    while (box.find()) {
      boxes.add(box(box));
    }
    StringBuilder filled = new StringBuilder();
    Matcher group = BOXES.matcher(text);
    int next = 0;
    while (group.find()) {
      filled.append(text.substring(next, group.start()));
      if (!filled.toString().stripTrailing().endsWith("</phrase>")) {
        filled.append("<phrase> It</phrase>");
      }
      filled.append("<object></object>");
      next = group.end();
    }
    return new DemonstrationArgument(image, filled + text.substring(next), boxes);
  }

  private static Box box(Matcher marker) {
    Box box = RegionConverter.box(marker.group(1));
    if (box == null) {
      throw new TypeConversionException(
          marker.group()
              + " (expected: <box:x_min,y_min,x_max,y_max> such as <box:0.1,0.2,0.5,0.9>)");
    }
    String problem = box.problem();
    if (problem != null) {
      throw new TypeConversionException(marker.group() + ": " + problem);
    }
    return box;
  }
}
