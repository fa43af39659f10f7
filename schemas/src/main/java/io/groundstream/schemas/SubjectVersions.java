package io.groundstream.schemas;

import static io.groundstream.schemas.SubjectReport.State.COMPATIBLE;
import static io.groundstream.schemas.SubjectReport.State.DIFFERS;
import static io.groundstream.schemas.SubjectReport.State.MISSING;
import static io.groundstream.schemas.SubjectReport.State.REGISTERED;

import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaCompatibility.SchemaPairCompatibility;
import org.jspecify.annotations.Nullable;

/**
 * The versions of one subject.
 *
 * @param newestFirst the versions, newest first; empty if the subject does not exist
 */
record SubjectVersions(String subject, List<RegisteredVersion> newestFirst) {
  /** Returns the newest version that equals the schema, or null if none does. */
  @Nullable RegisteredVersion find(Schema schema) {
    for (RegisteredVersion version : newestFirst) {
      if (version.schema() != null && SchemaMeaning.isSame(schema, version.schema())) {
        return version;
      }
    }
    return null;
  }

  /** Describes what the subject holds instead of a schema. */
  String describe(Schema schema) {
    if (newestFirst.isEmpty()) {
      return "the subject has no versions";
    }
    RegisteredVersion newest = newestFirst.get(0);
    return "its newest version, "
        + newest.version()
        + ", "
        + (newest.schema() == null
            ? newest.problem()
            : SchemaMeaning.difference(schema, newest.schema()));
  }

  SubjectReport report(Schema schema, @Nullable String compatibility) {
    if (newestFirst.isEmpty()) {
      return new SubjectReport(subject, MISSING, 0, 0, compatibility, "");
    }
    RegisteredVersion same = find(schema);
    if (same != null) {
      return new SubjectReport(subject, REGISTERED, same.id(), same.version(), compatibility, "");
    }
    for (RegisteredVersion version : newestFirst) {
      String conflict = conflict(schema, version);
      if (conflict != null) {
        return new SubjectReport(
            subject,
            DIFFERS,
            0,
            0,
            compatibility,
            "version " + version.version() + ": " + conflict);
      }
    }
    return new SubjectReport(subject, COMPATIBLE, 0, 0, compatibility, describe(schema));
  }

  private static @Nullable String conflict(Schema schema, RegisteredVersion version) {
    if (version.schema() == null) {
      return version.problem();
    }
    String forwards = conflict(schema, version.schema());
    if (forwards != null) {
      return "this version cannot read it: " + forwards;
    }
    String backwards = conflict(version.schema(), schema);
    return backwards == null ? null : "it cannot read this version: " + backwards;
  }

  private static @Nullable String conflict(Schema reader, Schema writer) {
    SchemaPairCompatibility pair =
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
    if (pair.getType() == SchemaCompatibilityType.COMPATIBLE) {
      return null;
    }
    return pair.getResult().getIncompatibilities().stream()
        .findFirst()
        .map(
            first ->
                first.getType().toString().toLowerCase(Locale.ROOT).replace('_', ' ')
                    + " at "
                    + first.getLocation())
        .orElse("incompatible");
  }
}
