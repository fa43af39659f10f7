package io.groundstream.console.cli;

import io.groundstream.avro.RequestBox;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Boxes as four numbers, separated by commas. The job checks whether they make sense. */
final class RequestBoxConverter implements ITypeConverter<RequestBox> {
  @Override
  public RequestBox convert(String value) {
    String[] parts = value.split(",", -1);
    try {
      if (parts.length == 4) {
        return new RequestBox(
            Double.parseDouble(parts[0].strip()),
            Double.parseDouble(parts[1].strip()),
            Double.parseDouble(parts[2].strip()),
            Double.parseDouble(parts[3].strip()),
            null);
      }
    } catch (NumberFormatException e) {
      // Reported below, with what is expected.
    }
    throw new TypeConversionException(
        "'" + value + "' (expected: x_min,y_min,x_max,y_max such as 0.1,0.2,0.5,0.9)");
  }
}
