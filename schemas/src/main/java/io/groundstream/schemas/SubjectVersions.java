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
  private static final String NO_VERSIONS = "the subject has no versions";

  /** Returns the newest version that equals the schema, or null if none does. */
  @Nullable RegisteredVersion find(Schema schema) {
    for (RegisteredVersion version : newestFirst) {
      if (version.schema() != null && SchemaMeaning.isSame(schema, version.schema())) {
        return version;
      }
    }
    return null;
  }

  /** Returns the newest version that equals a schema of any type, or null if none does. */
  @Nullable RegisteredVersion find(SchemaText schema) {
    if (schema.type() == SchemaType.AVRO) {
      return find(new Schema.Parser().parse(schema.text()));
    }
    for (RegisteredVersion version : newestFirst) {
      if (version.text() != null && SchemaTexts.isSame(schema, version.text())) {
        return version;
      }
    }
    return null;
  }

  /** Describes what the subject holds instead of a schema of any type. */
  String describe(SchemaText schema) {
    if (schema.type() == SchemaType.AVRO) {
      return describe(new Schema.Parser().parse(schema.text()));
    }
    if (newestFirst.isEmpty()) {
      return NO_VERSIONS;
    }
    RegisteredVersion newest = newestFirst.get(0);
    SchemaText text = newest.text();
    String newestVersion = "its newest version, " + newest.version() + ", ";
    return text == null || text.type() != schema.type()
        ? newestVersion + "is not " + schema.type()
        : newestVersion + "differs";
  }

  /**
   * Compares the versions with a schema of any type.
   *
   * @param conflict why the registry would reject the schema, or null if it would not; unused for
   *     Avro, which is compared here
   */
  SubjectReport report(
      SchemaText schema, @Nullable String compatibility, @Nullable String conflict) {
    if (schema.type() == SchemaType.AVRO) {
      return report(new Schema.Parser().parse(schema.text()), compatibility);
    }
    if (newestFirst.isEmpty()) {
      return new SubjectReport(subject, schema.type(), MISSING, 0, 0, compatibility, "");
    }
    RegisteredVersion same = find(schema);
    if (same != null) {
      return new SubjectReport(
          subject, schema.type(), REGISTERED, same.id(), same.version(), compatibility, "");
    }
    return new SubjectReport(
        subject,
        schema.type(),
        conflict == null ? COMPATIBLE : DIFFERS,
        0,
        0,
        compatibility,
        conflict == null ? describe(schema) : conflict);
  }

  /** Describes what the subject holds instead of a schema. */
  String describe(Schema schema) {
    if (newestFirst.isEmpty()) {
      return NO_VERSIONS;
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
      return new SubjectReport(subject, SchemaType.AVRO, MISSING, 0, 0, compatibility, "");
    }
    RegisteredVersion same = find(schema);
    if (same != null) {
      return new SubjectReport(
          subject, SchemaType.AVRO, REGISTERED, same.id(), same.version(), compatibility, "");
    }
    for (RegisteredVersion version : newestFirst) {
      String conflict = conflict(schema, version);
      if (conflict != null) {
        return new SubjectReport(
            subject,
            SchemaType.AVRO,
            DIFFERS,
            0,
            0,
            compatibility,
            "version " + version.version() + ": " + conflict);
      }
    }
    return new SubjectReport(
        subject, SchemaType.AVRO, COMPATIBLE, 0, 0, compatibility, describe(schema));
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
