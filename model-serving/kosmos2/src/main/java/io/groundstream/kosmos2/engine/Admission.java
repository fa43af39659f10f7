package io.groundstream.kosmos2.engine;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * On what terms a request waits for the model.
 *
 * @param caller whose request it is; callers that wait at the same time get equal shares of the
 *     model, however many requests each of them has
 * @param priority requests of a higher one are admitted before waiting ones of a lower, other
 *     callers' too; 0 is the ordinary one
 * @param deadline a request that is not admitted by then fails; null for never
 */
public record Admission(String caller, int priority, @Nullable Instant deadline) {
  /** For the only caller, or all who do not care. */
  public static final Admission ORDINARY = new Admission("", 0, null);
}
