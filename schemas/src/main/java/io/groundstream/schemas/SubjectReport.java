package io.groundstream.schemas;

import org.jspecify.annotations.Nullable;

/**
 * The result of comparing a subject of the registry with one schema.
 *
 * @param type the type of the schema
 * @param id the identifier of the version that equals the schema; 0 unless {@code REGISTERED}
 * @param version that version's number; 0 unless {@code REGISTERED}
 * @param compatibility the subject's own compatibility level, or null if it has none
 * @param detail an explanation of the state; may be empty
 */
public record SubjectReport(
    String subject,
    SchemaType type,
    State state,
    int id,
    int version,
    @Nullable String compatibility,
    String detail) {

  /** The relation of a subject to a schema. */
  public enum State {
    /** A version of the subject equals the schema, though its text may differ. */
    REGISTERED("registered"),
    /** No version equals the schema, but all are compatible with it in both directions. */
    COMPATIBLE("compatible"),
    /** The subject does not exist. */
    MISSING("missing"),
    /** No version equals the schema, and at least one is not compatible with it. */
    DIFFERS("differs");

    private final String id;

    State(String id) {
      this.id = id;
    }

    @Override
    public String toString() {
      return id;
    }
  }

  /** Returns whether the subject has the compatibility level that contracts need. */
  public boolean isProtected() {
    return type.compatibility().equals(compatibility);
  }

  /**
   * Checks that the schema can be registered beside the existing versions.
   *
   * @throws SchemaRegistrationException if a version is not compatible with it
   */
  public void throwIfDifferent() throws SchemaRegistrationException {
    if (state == State.DIFFERS) {
      throw new SchemaRegistrationException(
          "Subject "
              + subject
              + " holds a version that is not compatible with this version's schema (expected: a"
              + " subject whose versions are all compatible with it; choose another topic, or"
              + " delete the subject's foreign versions): "
              + detail);
    }
  }
}
