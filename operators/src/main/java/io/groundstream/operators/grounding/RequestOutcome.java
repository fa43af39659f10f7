package io.groundstream.operators.grounding;

import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.operators.deadletter.Failure;
import org.jspecify.annotations.Nullable;

/**
 * What became of a request without an event: exactly one of an answer and a failure.
 *
 * @param answer the model's answer; null if the request failed
 * @param failure why the request failed; null if it was answered
 * @param width the width of the upright image in pixels; 0 if none was prepared
 * @param height the height of the upright image in pixels; 0 if none was prepared
 */
public record RequestOutcome(
    @Nullable GroundedAnswer answer, @Nullable Failure failure, int width, int height) {}
