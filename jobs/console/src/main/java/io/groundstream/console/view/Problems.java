package io.groundstream.console.view;

import org.jspecify.annotations.Nullable;

/** Receives what is wrong with the services that a reader needs. */
@FunctionalInterface
interface Problems {
  /** Sets the problem of a part, or, with null, that it has none. */
  void set(Health.Part part, @Nullable String problem);
}
