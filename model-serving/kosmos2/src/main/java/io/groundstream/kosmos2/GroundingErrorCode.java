package io.groundstream.kosmos2;

import static java.util.Objects.requireNonNull;

import io.groundstream.images.ImageErrorCode;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The error codes of images, requests and inference. */
public enum GroundingErrorCode implements ErrorCode {
  /** There are no bytes. */
  IMAGE_EMPTY(ImageErrorCode.IMAGE_EMPTY),
  /** The bytes are not in a supported image format. */
  IMAGE_FORMAT_UNKNOWN(ImageErrorCode.IMAGE_FORMAT_UNKNOWN),
  /** The bytes are in a known image format that is not supported. */
  IMAGE_FORMAT_UNSUPPORTED(ImageErrorCode.IMAGE_FORMAT_UNSUPPORTED),
  /** The image ends before all of its pixels are read. */
  IMAGE_TRUNCATED(ImageErrorCode.IMAGE_TRUNCATED),
  /** The image's bytes contradict its format. */
  IMAGE_CORRUPT(ImageErrorCode.IMAGE_CORRUPT),
  /** The encoded image has more bytes than allowed. */
  IMAGE_TOO_LARGE(ImageErrorCode.IMAGE_TOO_LARGE),
  /** The image has more pixels than allowed. */
  IMAGE_TOO_MANY_PIXELS(ImageErrorCode.IMAGE_TOO_MANY_PIXELS),
  /** Decoding the image takes longer than allowed. */
  DECODING_TIMEOUT(ImageErrorCode.DECODING_TIMEOUT),
  /** There was not enough memory to decode the image; a retry may succeed. */
  DECODING_OUT_OF_MEMORY(ImageErrorCode.DECODING_OUT_OF_MEMORY),
  /** The process that decodes AVIF and HEIC failed on the image. */
  DECODER_FAILED(ImageErrorCode.DECODER_FAILED),
  /** The process that decodes AVIF and HEIC could not be started. */
  DECODER_UNAVAILABLE(ImageErrorCode.DECODER_UNAVAILABLE),

  /** The model does not support the task. */
  UNKNOWN_TASK(Stage.REQUEST, "unknown-task", false),
  /** The task requires a text, and the request has none. */
  TEXT_MISSING(Stage.REQUEST, "text-missing", false),
  /** The task takes no text, and the request has one. */
  TEXT_UNEXPECTED(Stage.REQUEST, "text-unexpected", false),
  /** The text is not in the form that the task requires: no marked phrase, or a lone surrogate. */
  TEXT_INVALID(Stage.REQUEST, "text-invalid", false),
  /** The task requires a box, and the request has none. */
  BOX_MISSING(Stage.REQUEST, "box-missing", false),
  /** The task takes no box, and the request has one. */
  BOX_UNEXPECTED(Stage.REQUEST, "box-unexpected", false),
  /** A box is outside [0, 1], is inverted, has no area, or contains NaN. */
  BOX_INVALID(Stage.REQUEST, "box-invalid", false),
  /** The task requires an image, and the request has none. */
  IMAGE_MISSING(Stage.REQUEST, "image-missing", false),
  /** A prompt has more images than allowed, those of demonstrations included. */
  TOO_MANY_IMAGES(Stage.REQUEST, "too-many-images", false),
  /** A demonstration has no image or no text, or its boxes do not suit its text. */
  DEMONSTRATION_INVALID(Stage.REQUEST, "demonstration-invalid", false),
  /** The task requires candidates and has none or too many, or one is empty; or it takes none. */
  CANDIDATES_INVALID(Stage.REQUEST, "candidates-invalid", false),
  /** The prompt and the new tokens together exceed the model's positions. */
  PROMPT_TOO_LONG(Stage.REQUEST, "prompt-too-long", false),
  /** A generation option is out of its range. */
  OPTION_INVALID(Stage.REQUEST, "option-invalid", false),
  /** The request's deadline passed before the model had a slot for it. */
  ADMISSION_DEADLINE_EXCEEDED(Stage.REQUEST, "admission-deadline-exceeded", false),

  /** The model failed on this request. */
  INFERENCE_FAILED(Stage.INFERENCE, "inference-failed", true),
  /** The model's logits for this request are not finite. */
  LOGITS_NOT_FINITE(Stage.INFERENCE, "logits-not-finite", false),
  /** The device has too little memory even for this request alone. */
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

  /** Returns the code that corresponds to an image's error code. */
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
