package io.groundstream.schemas;

/**
 * The registry answered, but does not have or does not accept the schema that is to be written.
 * Nothing can be written until somebody changes the registry or the configuration.
 */
public final class SchemaRegistrationException extends Exception {
  private static final long serialVersionUID = 1L;

  // Without the client's exception as cause: its message is in ours, which says what to do.
  SchemaRegistrationException(String message) {
    super(message);
  }
}
