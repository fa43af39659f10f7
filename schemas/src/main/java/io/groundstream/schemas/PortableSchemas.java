package io.groundstream.schemas;

import org.apache.avro.Schema;

/** Makes schemas that are fit for other languages. */
public final class PortableSchemas {
  // The code generator adds this property, so that Java reads strings as java.lang.String.
  private static final String JAVA_ONLY = ",\"avro.java.string\":\"String\"";

  private PortableSchemas() {}

  /** Returns the schema as the source files have it, without the properties that only Java uses. */
  public static Schema of(Schema generated) {
    String text = generated.toString();
    // Quotes within JSON strings are escaped, so this text can only be the property itself.
    return new Schema.Parser().parse(text.replace(JAVA_ONLY, ""));
  }
}
