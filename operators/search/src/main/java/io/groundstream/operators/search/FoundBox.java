package io.groundstream.operators.search;

import org.jspecify.annotations.Nullable;

/**
 * A region of a picture that made it match.
 *
 * @param entity its number within the picture's document
 * @param phrase what the model calls it
 * @param xMin left edge, from 0 to 1 of the picture's width
 * @param yMin upper edge, from 0 to 1 of the picture's height
 * @param xMax right edge
 * @param yMax lower edge
 * @param confidence the model's, from 0 to 1; null where it gave none
 * @param requestId the request that it is an answer to
 */
public record FoundBox(
    int entity,
    String phrase,
    double xMin,
    double yMin,
    double xMax,
    double yMax,
    @Nullable Double confidence,
    String requestId) {}
