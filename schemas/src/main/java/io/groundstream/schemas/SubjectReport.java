package io.groundstream.schemas;

import org.jspecify.annotations.Nullable;

/**
 * What a subject of the registry holds, compared with one schema.
 *
 * @param id the identifier of the version that is the schema; 0 unless {@code REGISTERED}
 * @param version that version's number; 0 unless {@code REGISTERED}
 * @param compatibility the subject's own compatibility level; null if it has none
 * @param detail in words, what the state does not say
 */
public record SubjectReport(
    String subject,
    State state,
    int id,
    int version,
    @Nullable String compatibility,
    String detail) {

  /** How a subject and a schema stand to each other. */
  public enum State {
    /** A version of the subject is the schema, whatever its text looks like. */
    REGISTERED("registered"),
    /** No version is the schema; all of them read what it writes, and it reads theirs. */
    COMPATIBLE("compatible"),
    /** There is no such subject. */
    MISSING("missing"),
    /** No version is the schema, and one of them is not compatible with it. */
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

  /** Returns whether the subject's compatibility level is the one that contracts need. */
  public boolean isProtected() {
    return SchemaRegistry.COMPATIBILITY.equals(compatibility);
  }

  /**
   * Checks that the schema can be registered beside the versions that there are.
   *
   * @throws SchemaRegistrationException if one of them is not compatible with it
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
