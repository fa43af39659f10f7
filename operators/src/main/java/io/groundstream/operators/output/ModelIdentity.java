package io.groundstream.operators.output;

/**
 * The identity of the model, as stated in every record.
 *
 * @param dtype the number format in which it computes
 */
public record ModelIdentity(String name, String revision, String dtype) {}
