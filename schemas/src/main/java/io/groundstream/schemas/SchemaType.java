package io.groundstream.schemas;

import org.jspecify.annotations.Nullable;

/** The types of schemas in a registry, with the names of Confluent's API. */
public enum SchemaType {
  /** Every version reads every other. */
  AVRO("FULL_TRANSITIVE"),
  /**
   * Records of every later version are valid by every earlier one, since objects may have further
   * properties. Registries reject the other direction for such objects: an earlier record might
   * have the new property with another meaning.
   */
  JSON("FORWARD_TRANSITIVE"),
  /**
   * Every version reads all earlier ones. In the other direction registries reject messages that
   * are new, although readers skip them.
   */
  PROTOBUF("BACKWARD_TRANSITIVE");

  private final String compatibility;

  SchemaType(String compatibility) {
    this.compatibility = compatibility;
  }

  /** Returns the compatibility level of subjects whose contracts only grow. */
  public String compatibility() {
    return compatibility;
  }

  /**
   * Returns the type that a registry names.
   *
   * @param name the name; null or empty stands for Avro
   * @return null if the type is unknown
   */
  public static @Nullable SchemaType find(@Nullable String name) {
    if (name == null || name.isEmpty()) {
      return AVRO;
    }
    for (SchemaType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    return null;
  }
}
