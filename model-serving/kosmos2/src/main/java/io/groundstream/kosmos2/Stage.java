package io.groundstream.kosmos2;

/**
 * The stage at which an image or a request failed. The identifiers are part of the record schemas.
 */
public enum Stage {
  /** The bytes of the record are not a valid image event. */
  DECODE_RECORD("decode-record"),
  /** The image that the event refers to could not be read. */
  FETCH("fetch"),
  /** The bytes are not an image that can be decoded within the limits. */
  DECODE_IMAGE("decode-image"),
  /** The request about the image is invalid. */
  REQUEST("request"),
  /** The model failed on this request. */
  INFERENCE("inference"),
  /** The result could not be written. */
  EMIT("emit"),
  /** The result could not be written to the search index. */
  INDEX("index");

  private final String id;

  Stage(String id) {
    this.id = id;
  }

  /** Returns the stable identifier, such as {@code decode-image}. */
  public String id() {
    return id;
  }
}
