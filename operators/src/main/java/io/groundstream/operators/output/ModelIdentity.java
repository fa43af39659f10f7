package io.groundstream.operators.output;

/**
 * The model as every record names it.
 *
 * @param dtype the number format that it computes in
 */
public record ModelIdentity(String name, String revision, String dtype) {}
