package io.groundstream.operators.format;

import io.groundstream.operators.settings.SettingsReader;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.configuration.ConfigOption;

/**
 * A format of events, chosen by its name with {@code events.format}.
 *
 * <p>Formats are found by {@link java.util.ServiceLoader}. To add one, put a class with a public
 * constructor without parameters, and a file {@code
 * META-INF/services/io.groundstream.operators.format.EventFormat} with its name, on the class path
 * of the job:
 *
 * <pre>{@code
 * public final class NamedImageFormat implements EventFormat {
 *   public String name() {
 *     return "named-image";
 *   }
 *
 *   public Opener configure(SettingsReader reader) {
 *     return context -> record ->
 *         ImageEvent.newBuilder()
 *             .setEventId(new String(record.getKey(), StandardCharsets.UTF_8))
 *             .setImageBytes(ByteBuffer.wrap(record.getValue()))
 *             .build();
 *   }
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public interface EventFormat {
  /** Opens decoders. Part of the job that is sent to the cluster, with its settings checked. */
  @FunctionalInterface
  interface Opener extends Serializable {
    /** Returns a decoder for one subtask; it needs no closing. */
    EventDecoder open(EventDecoderContext context);
  }

  /** Returns the name, in kebab-case. */
  String name();

  /**
   * Returns the options of this format beyond those of all formats. Their keys should begin with
   * {@code events.NAME.}.
   */
  default List<ConfigOption<?>> options() {
    return List.of();
  }

  /**
   * Returns whether one of the options has an effect, given the other settings. An option that is
   * set and has none is reported.
   */
  default boolean uses(ConfigOption<?> option, SettingsReader reader) {
    return options().contains(option);
  }

  /** Reads the format's options, and reports to the reader what is wrong with them. */
  Opener configure(SettingsReader reader);
}
