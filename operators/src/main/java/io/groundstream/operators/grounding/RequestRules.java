package io.groundstream.operators.grounding;

import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.kosmos2.Candidates;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.text.Task;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.settings.SettingsReader;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.jspecify.annotations.Nullable;

/**
 * What is asked about events that have no requests themselves: the requests in the record's
 * headers, else those of the first rule whose condition holds, in the order of the rules' names,
 * else the defaults.
 *
 * @param header the header with a request
 * @param defaults the requests of {@code grounding.default-tasks}
 */
public record RequestRules(String header, List<Rule> rules, List<RequestTemplate> defaults)
    implements Serializable {
  private static final String WHEN = ".when";
  private static final String REQUESTS = ".requests";

  /** A rule of the configuration. */
  public record Rule(String name, RequestCondition condition, List<RequestTemplate> requests)
      implements Serializable {
    public Rule {
      requests = List.copyOf(requests);
    }
  }

  public RequestRules {
    rules = List.copyOf(rules);
    defaults = List.copyOf(defaults);
  }

  /** Returns rules that ask the same about all events without requests. */
  public static RequestRules of(List<RequestTemplate> defaults) {
    return new RequestRules(RequestOptions.HEADER.defaultValue(), List.of(), defaults);
  }

  /**
   * Reads the rules, and reports what is wrong with them.
   *
   * @param most the maximum number of requests in an event
   */
  static RequestRules read(SettingsReader reader, int most) {
    List<RequestTemplate> defaults =
        templates(
            reader,
            GroundingOptions.DEFAULT_TASKS.key(),
            reader.get(GroundingOptions.DEFAULT_TASKS, any -> true, "requests"),
            most);
    return new RequestRules(
        reader.get(RequestOptions.HEADER, name -> !name.isBlank(), "a name"),
        rules(reader, most),
        defaults);
  }

  private static List<Rule> rules(SettingsReader reader, int most) {
    Map<String, RequestCondition> conditions = new TreeMap<>();
    Map<String, List<RequestTemplate>> requests = new TreeMap<>();
    reader
        .under(RequestOptions.RULES_PREFIX)
        .forEach(
            (rest, value) -> {
              String key = RequestOptions.RULES_PREFIX + rest;
              if (rest.endsWith(WHEN) && rest.length() > WHEN.length()) {
                RequestCondition condition = condition(reader, key, value);
                if (condition != null) {
                  conditions.put(rest.substring(0, rest.length() - WHEN.length()), condition);
                }
              } else if (rest.endsWith(REQUESTS) && rest.length() > REQUESTS.length()) {
                requests.put(
                    rest.substring(0, rest.length() - REQUESTS.length()),
                    ofRule(reader, key, value, most));
              } else {
                reader.problem(
                    key, value, RequestOptions.RULES_PREFIX + "NAME.when or NAME.requests");
              }
            });
    List<Rule> rules = new ArrayList<>();
    conditions.forEach(
        (name, condition) -> {
          List<RequestTemplate> asked = requests.remove(name);
          if (asked == null) {
            problemOfRule(reader, name, WHEN, REQUESTS);
          } else {
            rules.add(new Rule(name, condition, asked));
          }
        });
    requests
        .keySet()
        .forEach(
            name -> {
              if (!reader.under(RequestOptions.RULES_PREFIX).containsKey(name + WHEN)) {
                problemOfRule(reader, name, REQUESTS, WHEN);
              }
            });
    return rules;
  }

  private static void problemOfRule(
      SettingsReader reader, String name, String present, String missing) {
    // Under the key that is there, which may be one of a single topic.
    reader.problem(
        RequestOptions.RULES_PREFIX + name + present,
        "half a rule",
        "also the key of the same rule that ends with " + missing);
  }

  private static @Nullable RequestCondition condition(
      SettingsReader reader, String key, String value) {
    try {
      return RequestCondition.parse(value);
    } catch (IllegalArgumentException e) {
      reader.problem(key, value, RequestCondition.EXPECTED);
      return null;
    }
  }

  private static List<RequestTemplate> ofRule(
      SettingsReader reader, String key, String value, int most) {
    List<String> requests;
    try {
      requests = list(value);
    } catch (IllegalArgumentException e) {
      reader.problem(
          key, value, "a list of requests with ; between them and quotes that are closed");
      return List.of();
    }
    return templates(reader, key, requests, most);
  }

  /**
   * Splits a list as options of Flink do.
   *
   * @throws IllegalArgumentException if a quote is not closed
   */
  private static List<String> list(String value) {
    return Configuration.fromMap(Map.of(GroundingOptions.DEFAULT_TASKS.key(), value))
        .get(GroundingOptions.DEFAULT_TASKS);
  }

  private static List<RequestTemplate> templates(
      SettingsReader reader, String key, List<String> requests, int most) {
    List<RequestTemplate> templates = new ArrayList<>();
    Candidates candidates = GroundingSettings.candidates(reader);
    try {
      for (String request : requests) {
        RequestTemplate template = RequestTemplate.parse(request);
        templates.add(template.task() == Task.SCORE ? template.with(candidates) : template);
      }
      if (candidates.texts().isEmpty()
          && templates.stream().anyMatch(template -> template.task() == Task.SCORE)) {
        throw new IllegalArgumentException(
            "score needs " + GroundingOptions.CANDIDATES.key() + ", the texts that it compares");
      }
      if (templates.isEmpty()
          || templates.size() > most
          || new HashSet<>(templates).size() < templates.size()) {
        throw new IllegalArgumentException(
            "1 to " + most + " different requests, " + GroundingOptions.MAX_REQUESTS.key());
      }
    } catch (IllegalArgumentException e) {
      reader.problem(
          key,
          String.join(";", requests),
          "different tasks without boxes, with ; between them, such as"
              + " grounded-caption;question: How many are there?: "
              + e.getMessage());
    }
    return templates;
  }

  /**
   * Returns what is asked about an event that has no requests itself.
   *
   * @throws GroundingException if a header is invalid, or the event lacks a value of a text
   */
  List<ImageRequest> requests(ImageEvent event, EventRecord record) throws GroundingException {
    List<ImageRequest> inHeaders = inHeaders(record);
    if (!inHeaders.isEmpty()) {
      return inHeaders;
    }
    List<RequestTemplate> asked = defaults;
    for (Rule rule : rules) {
      if (rule.condition().holds(event, record)) {
        asked = rule.requests();
        break;
      }
    }
    List<ImageRequest> requests = new ArrayList<>();
    for (RequestTemplate template : asked) {
      requests.add(template.request(event, record));
    }
    return requests;
  }

  private List<ImageRequest> inHeaders(EventRecord record) throws GroundingException {
    List<ImageRequest> requests = new ArrayList<>();
    String[] names = record.getHeaderNames();
    byte[] @Nullable [] values = record.getHeaderValues();
    for (int index = 0; index < names.length && index < values.length; index++) {
      byte[] value = values[index];
      if (names[index].equals(header) && value != null) {
        String request = utf8(value);
        int colon = request.indexOf(':');
        requests.add(
            ImageRequest.newBuilder()
                .setTask((colon < 0 ? request : request.substring(0, colon)).strip())
                .setText(colon < 0 ? null : request.substring(colon + 1).strip())
                .build());
      }
    }
    return requests;
  }

  private String utf8(byte[] value) throws GroundingException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException e) {
      throw new GroundingException(
          OperatorErrorCode.HEADER_INVALID,
          "header " + header + ": bytes that are not UTF-8 (expected: TASK or TASK: TEXT)");
    }
  }
}
