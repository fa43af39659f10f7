package io.groundstream.operators.deadletter;

import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.Stage;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.text.Redaction;
import io.groundstream.schemas.text.Texts;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The reason why an event or one of its requests failed.
 *
 * @param stage the stage at which it failed
 * @param code the stable code
 * @param retryable whether the same input may succeed later
 * @param message a description for people
 * @param cause the technical cause beyond the message, one exception per line; null if there is
 *     none
 */
public record Failure(
    Stage stage, String code, boolean retryable, String message, @Nullable String cause) {
  /** The code of unexpected failures, at any stage. */
  public static final String INTERNAL_ERROR = "internal-error";

  private static final int MAX_MESSAGE_LENGTH = 4096;
  private static final int MAX_CAUSE_LENGTH = 8192;
  private static final int MAX_CAUSES = 10;

  public Failure {
    message = Texts.shortened(Redaction.withoutUsersAndQueries(message), MAX_MESSAGE_LENGTH);
    cause =
        cause == null
            ? null
            : Texts.shortened(Redaction.withoutUsersAndQueries(cause), MAX_CAUSE_LENGTH);
  }

  /** Returns the failure of bytes that are not a valid event. */
  public static Failure of(RecordException e) {
    return new Failure(
        Stage.DECODE_RECORD,
        e.errorCode().code(),
        e.errorCode().retryable(),
        String.valueOf(e.getMessage()),
        causes(e.getCause()));
  }

  /** Returns the failure for an exception that has a code. */
  public static Failure of(GroundingException e) {
    return new Failure(
        e.errorCode().stage(),
        e.errorCode().code(),
        e.errorCode().retryable(),
        String.valueOf(e.getMessage()),
        causes(e.getCause()));
  }

  /** Returns a failure that a source found, from the code and message in the event. */
  public static Failure ofSource(String code, @Nullable String message) {
    boolean retryable =
        Arrays.stream(OperatorErrorCode.values())
            .anyMatch(known -> known.code().equals(code) && known.retryable());
    return new Failure(Stage.DECODE_RECORD, code, retryable, message == null ? "" : message, null);
  }

  /** Returns the failure for an unexpected exception. */
  public static Failure unexpected(Stage stage, Throwable e) {
    return new Failure(
        stage,
        INTERNAL_ERROR,
        false,
        "something unexpected happened: " + e + " (please report it)",
        causes(e) + "\n\tat " + place(e));
  }

  private static String place(Throwable e) {
    StackTraceElement[] trace = e.getStackTrace();
    return trace.length == 0 ? "an unknown place" : trace[0].toString();
  }

  private static @Nullable String causes(@Nullable Throwable e) {
    if (e == null) {
      return null;
    }
    StringBuilder lines = new StringBuilder();
    Throwable current = e;
    for (int i = 0; current != null && i < MAX_CAUSES; i++) {
      lines.append(i == 0 ? "" : "\n").append(current);
      current = current.getCause();
    }
    return lines.toString();
  }
}
