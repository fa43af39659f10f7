package io.groundstream.operators.index;

/** The relations that {@link BoxRelations} defines. The identifiers are those in documents. */
public enum BoxRelation {
  LEFT_OF("left-of"),
  RIGHT_OF("right-of"),
  ABOVE("above"),
  BELOW("below"),
  INSIDE("inside"),
  CONTAINS("contains"),
  OVERLAPPING("overlapping"),
  NEAR("near");

  private final String id;

  BoxRelation(String id) {
    this.id = id;
  }

  /** Returns the stable identifier, such as {@code left-of}. */
  public String id() {
    return id;
  }

  /** Returns the relation in which b is to a where a is to b in this one. */
  public BoxRelation inverse() {
    return switch (this) {
      case LEFT_OF -> RIGHT_OF;
      case RIGHT_OF -> LEFT_OF;
      case ABOVE -> BELOW;
      case BELOW -> ABOVE;
      case INSIDE -> CONTAINS;
      case CONTAINS -> INSIDE;
      case OVERLAPPING -> OVERLAPPING;
      case NEAR -> NEAR;
    };
  }
}
