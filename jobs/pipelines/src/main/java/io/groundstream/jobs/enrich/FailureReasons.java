package io.groundstream.jobs.enrich;

import io.groundstream.operators.kafka.CertainFailures;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.util.SerializedThrowable;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * Extracts the useful part of a failure reported by Flink: the messages of this project's code, and
 * the cause.
 */
public final class FailureReasons {
  private static final String OURS = "io.groundstream.";

  /** The message of Flink's sink that names the topic that rejected a record. */
  private static final Pattern SENT = Pattern.compile("Failed to send data to Kafka (\\S+)-\\d+@");

  private FailureReasons() {}

  /**
   * Returns the messages of this project's exceptions among the causes, outermost first, and that
   * of the innermost cause.
   */
  public static String of(Throwable failure) {
    Set<String> reasons = new LinkedHashSet<>();
    String topic = "the topic";
    @Nullable Throwable cause = failure;
    while (cause != null) {
      Throwable original = original(cause);
      Matcher sent = SENT.matcher(String.valueOf(original.getMessage()));
      if (sent.find()) {
        topic = "topic " + sent.group(1);
      }
      if (original instanceof RecordTooLargeException) {
        add(reasons, tooLarge(topic));
      }
      cause = original.getCause() == original ? null : original.getCause();
      if (cause == null || original.getClass().getName().startsWith(OURS)) {
        String message = original.getMessage();
        add(reasons, message == null || message.isBlank() ? original.toString() : message);
      }
    }
    return CertainFailures.discreet(String.join(": ", reasons));
  }

  private static String tooLarge(String topic) {
    return "max.message.bytes of "
        + topic
        + ": less than a record to write (expected: >= kafka.max-record-bytes; raise it, or start"
        + " the job again: it reads the limit at start, and larger results then become dead"
        + " letters)";
  }

  /** Unwraps exceptions, which Flink wraps between processes and class loaders. */
  private static Throwable original(Throwable failure) {
    return failure instanceof SerializedThrowable serialized
        ? serialized.deserializeError(FailureReasons.class.getClassLoader())
        : failure;
  }

  /**
   * Adds a message unless an earlier one already contains it: exceptions often quote their cause.
   */
  private static void add(Set<String> reasons, String message) {
    if (reasons.stream().noneMatch(earlier -> earlier.contains(message))) {
      reasons.add(message);
    }
  }
}
