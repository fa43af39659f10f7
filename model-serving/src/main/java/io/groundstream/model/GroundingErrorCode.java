package io.groundstream.model;

/** The codes of everything that can be wrong with a picture, a request or its inference. */
public enum GroundingErrorCode implements ErrorCode {
  /** There are no bytes. */
  IMAGE_EMPTY(Stage.DECODE_IMAGE, "image-empty", false),
  /** The bytes are of no image format that is supported. */
  IMAGE_FORMAT_UNKNOWN(Stage.DECODE_IMAGE, "image-format-unknown", false),
  /** The bytes are of an image format that is known by name, and not decoded. */
  IMAGE_FORMAT_UNSUPPORTED(Stage.DECODE_IMAGE, "image-format-unsupported", false),
  /** The picture ends before all of its pixels. */
  IMAGE_TRUNCATED(Stage.DECODE_IMAGE, "image-truncated", false),
  /** The picture's bytes contradict its format. */
  IMAGE_CORRUPT(Stage.DECODE_IMAGE, "image-corrupt", false),
  /** The encoded picture has more bytes than allowed. */
  IMAGE_TOO_LARGE(Stage.DECODE_IMAGE, "image-too-large", false),
  /** The picture has more pixels than allowed. */
  IMAGE_TOO_MANY_PIXELS(Stage.DECODE_IMAGE, "image-too-many-pixels", false),
  /** Decoding the picture takes longer than allowed. */
  DECODING_TIMEOUT(Stage.DECODE_IMAGE, "decoding-timeout", false),
  /** There was not enough memory to decode the picture, not at that moment at least. */
  DECODING_OUT_OF_MEMORY(Stage.DECODE_IMAGE, "decoding-out-of-memory", true),
  /** The picture broke the process that decodes AVIF and HEIC. */
  DECODER_FAILED(Stage.DECODE_IMAGE, "decoder-failed", false),
  /** The process that decodes AVIF and HEIC could not be started. */
  DECODER_UNAVAILABLE(Stage.DECODE_IMAGE, "decoder-unavailable", true),

  /** The task is none that the model can do. */
  UNKNOWN_TASK(Stage.REQUEST, "unknown-task", false),
  /** The task needs a text and there is none. */
  TEXT_MISSING(Stage.REQUEST, "text-missing", false),
  /** The task takes no text and there is one. */
  TEXT_UNEXPECTED(Stage.REQUEST, "text-unexpected", false),
  /** The text is not of the form that the task takes: no marked phrase, or half a character. */
  TEXT_INVALID(Stage.REQUEST, "text-invalid", false),
  /** The task needs a box and there is none. */
  BOX_MISSING(Stage.REQUEST, "box-missing", false),
  /** The task takes no box and there is one. */
  BOX_UNEXPECTED(Stage.REQUEST, "box-unexpected", false),
  /** A box is outside [0, 1], is inverted, has no area, or is no number. */
  BOX_INVALID(Stage.REQUEST, "box-invalid", false),
  /** The task needs a picture and there is none. */
  IMAGE_MISSING(Stage.REQUEST, "image-missing", false),
  /** Prompt and new tokens together exceed the model's positions. */
  PROMPT_TOO_LONG(Stage.REQUEST, "prompt-too-long", false),
  /** A generation option is out of its range. */
  OPTION_INVALID(Stage.REQUEST, "option-invalid", false),
  /** The model had no place for the request before its deadline. */
  ADMISSION_DEADLINE_EXCEEDED(Stage.REQUEST, "admission-deadline-exceeded", false),

  /** The model failed on this request. */
  INFERENCE_FAILED(Stage.INFERENCE, "inference-failed", true),
  /** The model's answer to this request is not finite. */
  LOGITS_NOT_FINITE(Stage.INFERENCE, "logits-not-finite", false),
  /** The device's memory does not suffice even for this request alone. */
  OUT_OF_MEMORY(Stage.INFERENCE, "out-of-memory", true);

  private final Stage stage;
  private final String code;
  private final boolean retryable;

  GroundingErrorCode(Stage stage, String code, boolean retryable) {
    this.stage = stage;
    this.code = code;
    this.retryable = retryable;
  }

  @Override
  public Stage stage() {
    return stage;
  }

  @Override
  public String code() {
    return code;
  }

  @Override
  public boolean retryable() {
    return retryable;
  }
}
