package io.groundstream.jobs.enrich;

import io.groundstream.operators.kafka.CertainFailures;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.flink.util.SerializedThrowable;
import org.jspecify.annotations.Nullable;

/**
 * Finds in Flink's tale of a failure the part that helps: what our own code said, and its cause.
 */
public final class FailureReasons {
  private static final String OURS = "io.groundstream.";

  private FailureReasons() {}

  /**
   * Returns the messages of our own exceptions among the causes, outermost first, and that of the
   * innermost cause.
   */
  public static String of(Throwable failure) {
    Set<String> reasons = new LinkedHashSet<>();
    @Nullable Throwable cause = failure;
    while (cause != null) {
      Throwable original = original(cause);
      cause = original.getCause() == original ? null : original.getCause();
      if (cause == null || original.getClass().getName().startsWith(OURS)) {
        String message = original.getMessage();
        add(reasons, message == null || message.isBlank() ? original.toString() : message);
      }
    }
    return CertainFailures.discreet(String.join(": ", reasons));
  }

  /** Between processes and class loaders, Flink wraps exceptions. */
  private static Throwable original(Throwable failure) {
    return failure instanceof SerializedThrowable serialized
        ? serialized.deserializeError(FailureReasons.class.getClassLoader())
        : failure;
  }

  /** Exceptions often quote their cause; what is quoted already is not said again. */
  private static void add(Set<String> reasons, String message) {
    if (reasons.stream().noneMatch(earlier -> earlier.contains(message))) {
      reasons.add(message);
    }
  }
}
