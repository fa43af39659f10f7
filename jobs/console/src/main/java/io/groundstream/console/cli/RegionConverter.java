package io.groundstream.console.cli;

import io.groundstream.kosmos2.text.Box;
import io.groundstream.kosmos2.text.Region;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Regions as four numbers, separated by commas, and perhaps a phrase after an equals sign. */
final class RegionConverter implements ITypeConverter<Region> {
  @Override
  public Region convert(String value) {
    int equals = value.indexOf('=');
    Box box = box(equals < 0 ? value : value.substring(0, equals));
    if (box == null) {
      throw new TypeConversionException(
          "'"
              + value
              + "' (expected: x_min,y_min,x_max,y_max such as 0.1,0.2,0.5,0.9, or"
              + " 0.1,0.2,0.5,0.9=PHRASE)");
    }
    return new Region(box, equals < 0 ? null : value.substring(equals + 1));
  }

  /**
   * Returns the box of four numbers, which may be outside any image; null if the text is something
   * else.
   */
  static @Nullable Box box(String text) {
    String[] parts = text.split(",", -1);
    try {
      if (parts.length == 4) {
        return new Box(
            Double.parseDouble(parts[0].strip()),
            Double.parseDouble(parts[1].strip()),
            Double.parseDouble(parts[2].strip()),
            Double.parseDouble(parts[3].strip()));
      }
    } catch (NumberFormatException e) {
      // Reported by the callers, with what is expected.
    }
    return null;
  }
}
