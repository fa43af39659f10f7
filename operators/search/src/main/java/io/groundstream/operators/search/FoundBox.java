package io.groundstream.operators.search;

import io.groundstream.operators.index.Box;
import org.jspecify.annotations.Nullable;

/**
 * A box that made its image match.
 *
 * @param entity its number within the image's document
 * @param phrase what the model calls it
 * @param box where it lies
 * @param confidence the model's, from 0 to 1; null where it gave none
 * @param requestId the request that it is an answer to
 */
public record FoundBox(
    int entity, String phrase, Box box, @Nullable Double confidence, String requestId) {}
