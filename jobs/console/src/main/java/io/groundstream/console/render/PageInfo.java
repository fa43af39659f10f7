package io.groundstream.console.render;

/**
 * What the page's head says.
 *
 * @param model the model's name
 * @param revision which weights, for example a hash
 * @param dtype the numbers that it computed in, such as {@code float32}
 * @param device where it ran, such as {@code cpu}
 */
public record PageInfo(String model, String revision, String dtype, String device) {}
