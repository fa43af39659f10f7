package io.groundstream.schemas;

/**
 * Thrown when the registry answers, but does not have or does not accept the schema of the records
 * to write. No record can be written until the registry or the configuration is changed.
 */
public final class SchemaRegistrationException extends Exception {
  private static final long serialVersionUID = 1L;

  // The client's exception is not the cause: our message contains its message and says what to do.
  SchemaRegistrationException(String message) {
    super(message);
  }
}
