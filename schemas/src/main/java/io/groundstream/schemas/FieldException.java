package io.groundstream.schemas;

/** Thrown when a field of a writer's schema, or a value in it, cannot be read as the contract's. */
final class FieldException extends Exception {
  private static final long serialVersionUID = 1L;

  FieldException(String path, String found, String expected) {
    super(path + ": " + found + " (expected: " + expected + ")");
  }
}
