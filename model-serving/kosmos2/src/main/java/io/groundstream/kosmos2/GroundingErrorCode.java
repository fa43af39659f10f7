package io.groundstream.kosmos2;

import static java.util.Objects.requireNonNull;

import io.groundstream.images.ImageErrorCode;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The codes of everything that can be wrong with an image, a request or its inference. */
public enum GroundingErrorCode implements ErrorCode {
  /** There are no bytes. */
  IMAGE_EMPTY(ImageErrorCode.IMAGE_EMPTY),
  /** The bytes are of no image format that is supported. */
  IMAGE_FORMAT_UNKNOWN(ImageErrorCode.IMAGE_FORMAT_UNKNOWN),
  /** The bytes are of an image format that is known by name, and not decoded. */
  IMAGE_FORMAT_UNSUPPORTED(ImageErrorCode.IMAGE_FORMAT_UNSUPPORTED),
  /** The image ends before all of its pixels. */
  IMAGE_TRUNCATED(ImageErrorCode.IMAGE_TRUNCATED),
  /** The image's bytes contradict its format. */
  IMAGE_CORRUPT(ImageErrorCode.IMAGE_CORRUPT),
  /** The encoded image has more bytes than allowed. */
  IMAGE_TOO_LARGE(ImageErrorCode.IMAGE_TOO_LARGE),
  /** The image has more pixels than allowed. */
  IMAGE_TOO_MANY_PIXELS(ImageErrorCode.IMAGE_TOO_MANY_PIXELS),
  /** Decoding the image takes longer than allowed. */
  DECODING_TIMEOUT(ImageErrorCode.DECODING_TIMEOUT),
  /** There was not enough memory to decode the image, not at that moment at least. */
  DECODING_OUT_OF_MEMORY(ImageErrorCode.DECODING_OUT_OF_MEMORY),
  /** The image broke the process that decodes AVIF and HEIC. */
  DECODER_FAILED(ImageErrorCode.DECODER_FAILED),
  /** The process that decodes AVIF and HEIC could not be started. */
  DECODER_UNAVAILABLE(ImageErrorCode.DECODER_UNAVAILABLE),

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
  /** The task needs an image and there is none. */
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

  private static final Map<ImageErrorCode, GroundingErrorCode> OF_IMAGES = ofImages();

  private final Stage stage;
  private final String code;
  private final boolean retryable;
  private final @Nullable ImageErrorCode image;

  GroundingErrorCode(Stage stage, String code, boolean retryable) {
    this(stage, code, retryable, null);
  }

  GroundingErrorCode(ImageErrorCode image) {
    this(Stage.DECODE_IMAGE, image.code(), image.retryable(), image);
  }

  GroundingErrorCode(Stage stage, String code, boolean retryable, @Nullable ImageErrorCode image) {
    this.stage = stage;
    this.code = code;
    this.retryable = retryable;
    this.image = image;
  }

  /** Returns the code of an image's failure; each has one. */
  public static GroundingErrorCode of(ImageErrorCode image) {
    return requireNonNull(OF_IMAGES.get(image));
  }

  private static Map<ImageErrorCode, GroundingErrorCode> ofImages() {
    Map<ImageErrorCode, GroundingErrorCode> codes = new EnumMap<>(ImageErrorCode.class);
    for (GroundingErrorCode code : values()) {
      if (code.image != null) {
        codes.put(code.image, code);
      }
    }
    return codes;
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
