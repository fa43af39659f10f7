package io.groundstream.kosmos2.engine;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The terms on which a request waits for the model.
 *
 * @param caller the name of the request's caller; callers with waiting requests get equal shares of
 *     the model, regardless of their numbers of requests
 * @param priority requests with a higher priority are admitted first, across all callers; the
 *     default is 0
 * @param deadline a request that is not admitted by then fails; null for no deadline
 */
public record Admission(String caller, int priority, @Nullable Instant deadline) {
  /** The default terms: the unnamed caller, priority 0, no deadline. */
  public static final Admission ORDINARY = new Admission("", 0, null);
}
