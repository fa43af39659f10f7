package io.groundstream.operators.grounding;

import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** What is asked about events that have no requests themselves. */
public final class RequestOptions {
  /**
   * Keys with this prefix are rules: {@code requests.rules.NAME.when} is a condition, and {@code
   * requests.rules.NAME.requests} what is asked where it holds.
   */
  public static final String RULES_PREFIX = "requests.rules.";

  public static final ConfigOption<String> HEADER =
      ConfigOptions.key("requests.header")
          .stringType()
          .defaultValue("groundstream-task")
          .withDescription(
              "The header of a record with a request for an event that has none itself: TASK, or"
                  + " TASK: TEXT such as question: How many dogs are there? The header may occur"
                  + " several times. It comes before requests.rules.* and"
                  + " grounding.default-tasks.");

  private RequestOptions() {}
}
