package io.groundstream.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.YamlParserUtils;

/**
 * The expressions of the dashboard and of the alert rules in {@code deploy}, and the metrics and
 * labels that they name. Parses only as much PromQL as that requires: it rejects unbalanced
 * brackets and names that are neither a metric nor a function, but does not check whether an
 * expression makes sense.
 */
final class MonitoringFiles {
  static final Path DASHBOARD = Path.of("..", "deploy", "grafana", "groundstream.json");
  static final Path RULES = Path.of("..", "deploy", "prometheus", "groundstream-alerts.yaml");
  static final Path RULES_TEST = RULES.resolveSibling("groundstream-alerts-test.yaml");

  private static final Set<String> WORDS =
      Set.of(
          "and",
          "unless",
          "or",
          "by",
          "sum",
          "max",
          "count",
          "rate",
          "increase",
          "deriv",
          "label_values");
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][\\w:]*");
  private static final Pattern GROUPING = Pattern.compile("\\bby \\(([\\w, ]+)\\)");
  private static final Pattern SELECTOR = Pattern.compile("\\{([^{}]*)}");
  private static final Pattern MATCHER =
      Pattern.compile("\\s*(\\w+)\\s*(?:=|!=|=~|!~)\\s*\"[^\"]*\"\\s*");

  private MonitoringFiles() {}

  /** Returns all expressions by their place in the files. */
  static Map<String, String> expressions() throws Exception {
    Map<String, String> expressions = new TreeMap<>();
    JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
    for (JsonNode panel : dashboard.path("panels")) {
      for (JsonNode target : panel.path("targets")) {
        expressions.put(
            "panel '" + panel.path("title").asText() + "' " + target.path("refId").asText(),
            target.path("expr").asText());
      }
    }
    for (JsonNode rule : rules()) {
      expressions.put("alert " + rule.path("alert").asText(), rule.path("expr").asText());
    }
    return expressions;
  }

  static List<JsonNode> rules() throws Exception {
    JsonNode file = new ObjectMapper().valueToTree(YamlParserUtils.loadYamlFile(RULES.toFile()));
    List<JsonNode> rules = new ArrayList<>();
    file.path("groups").forEach(group -> group.path("rules").forEach(rules::add));
    return rules;
  }

  /** Returns the metrics that an expression names. */
  static Set<String> metrics(String expression) {
    String bare =
        SELECTOR
            .matcher(GROUPING.matcher(expression).replaceAll("by "))
            .replaceAll("")
            .replaceAll("\\[[^\\[\\]]*]|\\boffset \\d+[smhd]\\b", "");
    int depth = 0;
    for (int i = 0; i < bare.length(); i++) {
      char c = bare.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth < 0 || "{}[]\"".indexOf(c) >= 0) {
        throw new IllegalArgumentException(expression + ": unbalanced at " + c);
      }
    }
    if (depth != 0) {
      throw new IllegalArgumentException(expression + ": a bracket is not closed");
    }
    Set<String> names = new TreeSet<>();
    Matcher matcher = NAME.matcher(bare);
    while (matcher.find()) {
      String name = matcher.group();
      if (name.startsWith("flink_")) {
        names.add(name);
      } else if (!WORDS.contains(name)) {
        throw new IllegalArgumentException(
            expression + ": " + name + " is neither a metric nor a function");
      }
    }
    return names;
  }

  /** Returns the labels that an expression selects or groups by. */
  static Set<String> labels(String expression) {
    Set<String> labels = new TreeSet<>();
    Matcher grouping = GROUPING.matcher(expression);
    while (grouping.find()) {
      Arrays.stream(grouping.group(1).split(",", -1)).map(String::strip).forEach(labels::add);
    }
    Matcher selector = SELECTOR.matcher(expression);
    while (selector.find()) {
      // No value in these files contains a comma.
      for (String part : selector.group(1).split(",", -1)) {
        Matcher matcher = MATCHER.matcher(part);
        if (!matcher.matches()) {
          throw new IllegalArgumentException(expression + ": " + part + " is not a selector");
        }
        labels.add(matcher.group(1));
      }
    }
    return labels;
  }
}
