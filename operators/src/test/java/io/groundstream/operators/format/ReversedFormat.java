package io.groundstream.operators.format;

import io.groundstream.avro.ImageEvent;
import io.groundstream.operators.settings.SettingsReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** A format as a user may add one: the value is the event's id, backwards. */
public final class ReversedFormat implements EventFormat {
  private static final ConfigOption<String> PREFIX =
      ConfigOptions.key("events.reversed.prefix").stringType().defaultValue("");

  @Override
  public String name() {
    return "reversed";
  }

  @Override
  public List<ConfigOption<?>> options() {
    return List.of(PREFIX);
  }

  @Override
  public Opener configure(SettingsReader reader) {
    return opener(reader.get(PREFIX, any -> true, "any text"));
  }

  private static Opener opener(String prefix) {
    return context ->
        record -> {
          byte[] value = record.getValue();
          String text = value == null ? "" : new String(value, StandardCharsets.UTF_8);
          return ImageEvent.newBuilder()
              .setEventId(prefix + new StringBuilder(text).reverse())
              .build();
        };
  }
}
