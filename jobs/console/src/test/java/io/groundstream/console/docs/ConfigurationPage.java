package io.groundstream.console.docs;

import io.groundstream.jobs.configuration.BackfillOptions;
import io.groundstream.operators.archive.settings.ArchiveOptions;
import io.groundstream.operators.deadletter.DeadLetterOptions;
import io.groundstream.operators.fetch.FetchOptions;
import io.groundstream.operators.format.EventFormatOptions;
import io.groundstream.operators.format.JsonEventOptions;
import io.groundstream.operators.format.TopicOptions;
import io.groundstream.operators.grounding.GroundingOptions;
import io.groundstream.operators.grounding.ModelOptions;
import io.groundstream.operators.grounding.RequestOptions;
import io.groundstream.operators.index.IndexOptions;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.kafka.RegistryOptions;
import io.groundstream.operators.output.OutputOptions;
import io.groundstream.operators.output.ResultOptions;
import io.groundstream.operators.settings.JobOptions;
import io.groundstream.operators.tracing.TraceOptions;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.apache.flink.util.TimeUtils;

/**
 * The configuration reference as Markdown: a section for each class of options, with a row for each
 * option, ordered by key. Options are the public constants of type {@link ConfigOption}.
 */
public final class ConfigurationPage {
  private static final String HEAD =
      """
      # Configuration

      Every option of `groundstream enrich`, `groundstream backfill` and `groundstream index`, for
      the file given with `--config` and for
      `-Dkey=value` on the command line, which wins. Unknown keys and impossible values are
      refused at start. Durations are written as `30 s` or `5 min`, sizes as `64 mb`, and lists
      with `;` between their elements. This page is generated from the code.
      """;

  private static final String PASSED_THROUGH =
      """

      ## Passed through

      | Keys | To whom |
      |---|---|
      | `%1$s*` | Kafka's clients, such as `%1$ssecurity.protocol`, `%1$ssasl.mechanism` and `%1$ssasl.jaas.config` |
      | `%2$s*` | the Schema Registry's client, such as `%2$sbasic.auth.credentials.source` and `%2$sbasic.auth.user.info` |
      | `%5$s*` | hosts of https: URIs: `HOST.NAME` is a header of requests to a host, such as `%5$simages.example.org.Authorization`; HOST is as in fetch.http.allowed-hosts, with `http://` before it for links without encryption, which get no others; sent to no place that a redirection leads to unless it is named itself; never logged |
      | `%4$s*` | the collector of traces, as headers of requests, such as `%4$sAuthorization`; never logged |
      | `%6$s*` | the choice of requests for events without any: `NAME.when` is a condition such as `camera == "gate" && topic != "test"`, over attributes (`NAME` or `attributes.NAME`), `header.NAME` and `topic`; `NAME.requests` is what is asked where it holds, written like grounding.default-tasks. The first rule that holds counts, in the order of names |
      | `%7$s*` | single topics of events: `NAME.KEY` replaces `events.KEY` for the topic NAME, or for all topics whose whole names match the regular expression `NAME.pattern`; `NAME.default-tasks` replaces grounding.default-tasks, and `NAME.rules.RULE.when` and `NAME.rules.RULE.requests` come before `%6$s*` |
      | `%3$s*` | Flink, such as `%3$sstate.backend.type` and `%3$sexecution.checkpointing.dir` |
      """
          .formatted(
              KafkaOptions.PROPERTIES_PREFIX,
              RegistryOptions.PROPERTIES_PREFIX,
              JobOptions.FLINK_PREFIX,
              TraceOptions.HEADERS_PREFIX,
              FetchOptions.HEADERS_PREFIX,
              RequestOptions.RULES_PREFIX,
              TopicOptions.PREFIX);

  static final List<Class<?>> OPTION_CLASSES =
      List.of(
          KafkaOptions.class,
          RegistryOptions.class,
          EventFormatOptions.class,
          JsonEventOptions.class,
          ModelOptions.class,
          GroundingOptions.class,
          RequestOptions.class,
          FetchOptions.class,
          ResultOptions.class,
          DeadLetterOptions.class,
          TraceOptions.class,
          IndexOptions.class,
          ArchiveOptions.class,
          JobOptions.class,
          BackfillOptions.class,
          OutputOptions.class);

  private ConfigurationPage() {}

  /** Returns the complete page. */
  public static String render() {
    return HEAD + sections(OPTION_CLASSES) + PASSED_THROUGH;
  }

  /** Returns a section for each of {@code optionClasses}, in this order. */
  static String sections(List<Class<?>> optionClasses) {
    StringBuilder page = new StringBuilder();
    for (Class<?> optionClass : optionClasses) {
      page.append("\n## ").append(title(optionClass)).append("\n\n");
      page.append("| Key | Type | Default | Meaning |\n|---|---|---|---|\n");
      rows(optionClass).values().forEach(page::append);
    }
    return page.toString();
  }

  private static Map<String, String> rows(Class<?> optionClass) {
    Map<String, String> rows = new TreeMap<>();
    for (Field field : optionClass.getDeclaredFields()) {
      if (field.getType() != ConfigOption.class
          || !Modifier.isStatic(field.getModifiers())
          || !Modifier.isPublic(field.getModifiers())) {
        continue;
      }
      ConfigOption<?> option;
      try {
        option = (ConfigOption<?>) field.get(null);
      } catch (IllegalAccessException e) {
        throw new IllegalArgumentException(optionClass + " is not public", e);
      }
      Type type = ((ParameterizedType) field.getGenericType()).getActualTypeArguments()[0];
      rows.put(option.key(), row(option, type));
    }
    if (rows.isEmpty()) {
      throw new IllegalArgumentException(
          optionClass.getName() + ": no options (expected: public constants of type ConfigOption)");
    }
    return rows;
  }

  private static String row(ConfigOption<?> option, Type type) {
    String meaning = new HtmlFormatter().format(option.description());
    return "| `%s` | %s | %s | %s |\n"
        .formatted(
            option.key(),
            typeName(type),
            option.hasDefaultValue() ? code(value(option.defaultValue())) : "none",
            meaning.replaceAll("\\s+", " ").replace("|", "\\|").strip());
  }

  /** {@code EventSourceOptions} is titled "Event source". */
  private static String title(Class<?> optionClass) {
    String words =
        optionClass
            .getSimpleName()
            .replaceFirst("Options$", "")
            .replaceAll("(?<=[a-z])(?=[A-Z])", " ");
    return words.substring(0, 1) + words.substring(1).toLowerCase(Locale.ROOT);
  }

  private static String typeName(Type type) {
    if (type instanceof ParameterizedType generic) {
      Class<?> raw = (Class<?>) generic.getRawType();
      String elements =
          Arrays.stream(generic.getActualTypeArguments())
              .map(ConfigurationPage::typeName)
              .collect(Collectors.joining(", "));
      return "%s of %s".formatted(raw.getSimpleName().toLowerCase(Locale.ROOT), elements);
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isEnum()) {
      return Arrays.stream(plain.getEnumConstants())
          .map(constant -> code(constant.toString()))
          .collect(Collectors.joining(", "));
    }
    return switch (plain.getSimpleName()) {
      case "Boolean" -> "true or false";
      case "Integer", "Long" -> "whole number";
      case "Float", "Double" -> "number";
      case "Duration" -> "duration";
      case "MemorySize" -> "size";
      default -> plain.getSimpleName().toLowerCase(Locale.ROOT);
    };
  }

  private static String value(Object value) {
    if (value instanceof Duration duration) {
      return TimeUtils.formatWithHighestUnit(duration);
    } else if (value instanceof List<?> list) {
      return list.stream().map(ConfigurationPage::value).collect(Collectors.joining(";"));
    } else {
      return value.toString();
    }
  }

  private static String code(String text) {
    return text.isEmpty() ? "empty" : "`" + text.replace("|", "\\|") + "`";
  }
}
