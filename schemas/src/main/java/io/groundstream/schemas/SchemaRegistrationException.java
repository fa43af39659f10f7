package io.groundstream.schemas;

import org.jspecify.annotations.Nullable;

/**
 * The registry answered, but does not have or does not accept the schema that is to be written.
 * Nothing can be written until somebody changes the registry or the configuration.
 */
public final class SchemaRegistrationException extends Exception {
  private static final long serialVersionUID = 1L;

  SchemaRegistrationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
