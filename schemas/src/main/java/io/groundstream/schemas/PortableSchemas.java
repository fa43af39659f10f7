package io.groundstream.schemas;

import org.apache.avro.Schema;

/** Schemas as other languages should see them. */
public final class PortableSchemas {
  // What the code generator adds, so that Java reads strings as java.lang.String.
  private static final String JAVA_ONLY = ",\"avro.java.string\":\"String\"";

  private PortableSchemas() {}

  /** Returns the schema without what concerns Java alone: what is in the source files. */
  public static Schema of(Schema generated) {
    String text = generated.toString();
    // A quote within a JSON string is escaped, so that this text can only be the property.
    return new Schema.Parser().parse(text.replace(JAVA_ONLY, ""));
  }
}
