package io.groundstream.operators.format;

import io.groundstream.operators.kafka.EventTopics;
import io.groundstream.operators.settings.SettingsReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;

/** Finds the formats of events that are on the class path. */
public final class EventFormats {
  private EventFormats() {}

  /**
   * Reads {@code events.format} and the options of that format, for all topics and for those with
   * settings of their own.
   *
   * @return what opens decoders of the records of all topics; of Avro where there is a problem,
   *     which the reader has
   */
  public static EventFormat.Opener read(SettingsReader reader) {
    Map<String, EventFormat> formats = byName(reader);
    Map<ConfigOption<?>, List<String>> owners = owners(formats.values());
    // For all topics, whose options those with settings of their own inherit.
    Set<ConfigOption<?>> used = new LinkedHashSet<>();
    PerTopic<Boolean> unused =
        PerTopic.read(reader, one -> used.addAll(used(one, chosen(one, formats), owners.keySet())));
    PerTopic<EventFormat.Opener> openers =
        PerTopic.read(
            reader,
            one -> {
              EventFormat format = chosen(one, formats);
              rejectIdleOptions(
                  one, format, one == reader ? used : used(one, format, owners.keySet()), owners);
              return format.configure(one);
            });
    return openers.isSame() ? openers.otherwise() : new TopicFormats(openers);
  }

  /**
   * Reads the names of the formats alone, of all topics and of those with settings of their own.
   */
  public static PerTopic<String> names(SettingsReader reader) {
    Map<String, EventFormat> formats = byName(reader);
    return PerTopic.read(reader, one -> chosen(one, formats).name());
  }

  /** Returns what opens decoders that refuse the records of other topics than these. */
  public static EventFormat.Opener only(EventTopics topics, EventFormat.Opener opener) {
    return new ConfiguredTopics(topics, opener);
  }

  private static Map<String, EventFormat> byName(SettingsReader reader) {
    Map<String, EventFormat> formats = new LinkedHashMap<>();
    try {
      for (EventFormat format : load()) {
        EventFormat other = formats.putIfAbsent(format.name(), format);
        if (other != null && other.getClass() != format.getClass()) {
          reader.problem(
              EventFormatOptions.FORMAT.key(),
              format.name(),
              "one format of this name, not "
                  + other.getClass().getName()
                  + " and "
                  + format.getClass().getName());
        }
      }
    } catch (ServiceConfigurationError e) {
      reader.problem(
          EventFormatOptions.FORMAT.key(),
          String.valueOf(e.getMessage()),
          "formats on the class path that can be loaded");
    }
    return formats;
  }

  private static EventFormat chosen(SettingsReader reader, Map<String, EventFormat> formats) {
    EventFormat format =
        formats.get(
            reader.get(
                EventFormatOptions.FORMAT,
                formats::containsKey,
                String.join(", ", formats.keySet())));
    return format == null ? new AvroEventFormat() : format;
  }

  private static Map<ConfigOption<?>, List<String>> owners(Collection<EventFormat> formats) {
    Map<ConfigOption<?>, List<String>> owners = new LinkedHashMap<>();
    for (EventFormat format : formats) {
      for (ConfigOption<?> option : format.options()) {
        owners.computeIfAbsent(option, any -> new ArrayList<>()).add(format.name());
      }
    }
    return owners;
  }

  private static Set<ConfigOption<?>> used(
      SettingsReader reader, EventFormat format, Collection<ConfigOption<?>> options) {
    return options.stream()
        .filter(option -> format.uses(option, reader))
        .collect(Collectors.toSet());
  }

  /** Reports options without effect: a wrong format is more likely than an idle option. */
  private static void rejectIdleOptions(
      SettingsReader reader,
      EventFormat format,
      Set<ConfigOption<?>> used,
      Map<ConfigOption<?>, List<String>> owners) {
    owners.forEach(
        (option, names) -> {
          if (reader.isOwn(option) && !used.contains(option)) {
            reader.problem(
                option,
                "not set, or "
                    + EventFormatOptions.FORMAT.key()
                    + ": "
                    + names.stream()
                        .filter(name -> !name.equals(format.name()))
                        .collect(Collectors.joining(" or ")));
          }
        });
  }

  /** Returns what opens decoders of image events in Avro, without any options. */
  public static EventFormat.Opener avro() {
    return EventDecoderContext::avro;
  }

  /** Returns the options of all formats. */
  public static List<ConfigOption<?>> options() {
    Set<ConfigOption<?>> options = new LinkedHashSet<>(EventFormatOptions.all());
    options.addAll(JsonEventOptions.all());
    try {
      load().forEach(format -> options.addAll(format.options()));
    } catch (ServiceConfigurationError e) {
      // Reported by read(), with the name of the setting.
    }
    return new ArrayList<>(options);
  }

  private static List<EventFormat> load() {
    List<EventFormat> formats = new ArrayList<>();
    Set<Class<?>> seen = new LinkedHashSet<>();
    // The job's own formats, and those beside the job, which Flink's user class loader has.
    for (ClassLoader loader :
        new ClassLoader[] {
          EventFormats.class.getClassLoader(), Thread.currentThread().getContextClassLoader()
        }) {
      for (EventFormat format : ServiceLoader.load(EventFormat.class, loader)) {
        if (seen.add(format.getClass())) {
          formats.add(format);
        }
      }
    }
    return formats;
  }
}
