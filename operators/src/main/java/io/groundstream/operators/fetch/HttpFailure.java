package io.groundstream.operators.fetch;

import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.apache.hc.client5.http.utils.DateUtils;
import org.apache.hc.core5.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/**
 * Why a request did not get the image.
 *
 * @param hostsFault whether the host seems to be at fault, and not the link
 * @param retryAfter how long the host asks clients to wait
 */
record HttpFailure(
    GroundingException exception, boolean hostsFault, @Nullable Duration retryAfter) {
  /** The error statuses that may be temporary. */
  private static final Set<Integer> PASSING =
      Set.of(
          HttpStatus.SC_REQUEST_TIMEOUT,
          HttpStatus.SC_TOO_EARLY,
          HttpStatus.SC_TOO_MANY_REQUESTS,
          HttpStatus.SC_INTERNAL_SERVER_ERROR,
          HttpStatus.SC_BAD_GATEWAY,
          HttpStatus.SC_SERVICE_UNAVAILABLE,
          HttpStatus.SC_GATEWAY_TIMEOUT);

  private static final Duration LONGEST_REST = Duration.ofDays(1);

  static HttpFailure of(Link link, SizedBody.Response answer) {
    int status = answer.status();
    if (status == HttpStatus.SC_NOT_FOUND || status == HttpStatus.SC_GONE) {
      return own(
          OperatorErrorCode.IMAGE_NOT_FOUND, link + " answers " + status + " (expected: 200)");
    }
    if (PASSING.contains(status)) {
      return new HttpFailure(
          new GroundingException(
              OperatorErrorCode.HOST_UNAVAILABLE,
              "image_uri: " + link + " answers " + status + " (expected: 200)"),
          status != HttpStatus.SC_TOO_MANY_REQUESTS,
          retryAfter(answer.retryAfter()));
    }
    if (status == HttpStatus.SC_PARTIAL_CONTENT) {
      String range = String.valueOf(answer.range());
      return own(
          OperatorErrorCode.HTTP_REFUSED,
          link
              + " answers 206 with a part only, "
              + (range.matches("[A-Za-z0-9 */-]{1,60}") ? range : "of no range")
              + " (expected: 200, or all of it)");
    }
    return own(OperatorErrorCode.HTTP_REFUSED, link + " answers " + status + " (expected: 200)");
  }

  static HttpFailure of(Link link, @Nullable Throwable failure, int maxBytes) {
    if (failure instanceof GroundingException known) {
      boolean unwell =
          known.errorCode() == OperatorErrorCode.FETCH_TIMEOUT
              || known.errorCode() == OperatorErrorCode.HOST_UNKNOWN;
      return new HttpFailure(known, unwell, null);
    }
    if (failure instanceof SizedBody.TooLargeException) {
      return own(
          OperatorErrorCode.FETCH_TOO_LARGE,
          link
              + " has more than "
              + maxBytes
              + " bytes (expected: at most"
              + " model.max-image-bytes)");
    }
    if (failure instanceof ContentCodings.CodingException coding) {
      return own(
          coding.isUnknown() ? OperatorErrorCode.HTTP_REFUSED : OperatorErrorCode.FETCH_FAILED,
          link + " sends " + coding.getMessage());
    }
    // Its message may repeat the whole URI.
    String kind = failure == null ? "nothing" : failure.getClass().getSimpleName();
    return new HttpFailure(
        new GroundingException(
            failure instanceof IOException
                ? OperatorErrorCode.FETCH_FAILED
                : OperatorErrorCode.HTTP_REFUSED,
            "image_uri: " + link + " does not answer as it should: " + kind),
        true,
        null);
  }

  private static HttpFailure own(OperatorErrorCode code, String message) {
    return new HttpFailure(new GroundingException(code, "image_uri: " + message), false, null);
  }

  /** Reads seconds or a date (RFC 9110, section 10.2.3); null where it is neither. */
  private static @Nullable Duration retryAfter(@Nullable String value) {
    if (value == null) {
      return null;
    }
    if (value.matches("\\d{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    Instant date = DateUtils.parseStandardDate(value);
    if (date == null) {
      return null;
    }
    // No transfer waits for so long, and nanoseconds cannot express the range of dates.
    Instant latest = Instant.now().plus(LONGEST_REST);
    return Duration.between(Instant.now(), date.isAfter(latest) ? latest : date);
  }
}
