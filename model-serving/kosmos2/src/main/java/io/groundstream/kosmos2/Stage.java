package io.groundstream.kosmos2;

/**
 * Where on its way an image or a request failed. The identifiers are part of the records' contract.
 */
public enum Stage {
  /** The bytes of the record are no valid image event. */
  DECODE_RECORD("decode-record"),
  /** The image that the event refers to could not be read. */
  FETCH("fetch"),
  /** The bytes are not an image that can be decoded within the limits. */
  DECODE_IMAGE("decode-image"),
  /** What was asked about the image cannot be asked. */
  REQUEST("request"),
  /** The model failed on this request. */
  INFERENCE("inference"),
  /** The result could not be written. */
  EMIT("emit"),
  /** The result could not be brought into the search index. */
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
