package io.groundstream.schemas;

import io.groundstream.avro.DecodingOptions;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.PromptPart;
import io.groundstream.avro.RequestBox;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Computes the identifiers that are derived from content. They are part of the contract: any
 * language can compute them from the descriptions below, and they never change for the same input.
 *
 * <p>All of them are SHA-256 hashes in lower-case hexadecimal digits. {@link #contentSha256} is the
 * plain hash of the bytes, 64 digits. The others hash a sequence of parts and keep the first 16
 * bytes of the hash, 32 digits. Integers are 4 bytes in two's complement and floating-point numbers
 * are IEEE 754 binary64, 8 bytes, both with the most significant byte first; negative zero counts
 * as zero and every NaN as {@code 7ff8000000000000}. A string is the integer number of its UTF-8
 * bytes followed by these bytes, without any normalisation; an absent string is the integer −1
 * alone.
 */
public final class Ids {
  private static final String REQUEST = "groundstream.request.v1";
  private static final String PHRASE = "groundstream.phrase.v1";
  private static final String ARCHIVED_EVENT = "groundstream.archived-event.v1";
  private static final String PROMPT = "groundstream.prompt.v1";
  private static final String OPTIONS = "groundstream.options.v1";
  private static final DecodingOptions NO_OPTIONS = DecodingOptions.newBuilder().build();
  private static final int ID_BYTES = 16;
  private static final int ABSENT = -1;

  private Ids() {}

  /**
   * Returns the identifier of a plain request that came without one: the hash of the string {@code
   * groundstream.request.v1}, the string {@code task}, the string {@code text} (which may be
   * absent), the integer number of boxes, and for each box the numbers x_min, y_min, x_max, y_max.
   */
  public static String requestId(String task, @Nullable String text, List<RequestBox> boxes) {
    return identifier(plainRequest(task, text, boxes));
  }

  /**
   * Returns the identifier of a request. It begins as that of a plain request. If it has parts,
   * candidates or a ranking, or a box has a phrase, the hash continues with the string {@code
   * groundstream.prompt.v1}, for each box the string phrase, the integer number of parts, for each
   * part the string text and the integer image (−1 if it is absent), the integer number of
   * candidates, the candidates as strings, and the string ranking. If any option is set, it
   * continues with the string {@code groundstream.options.v1} and the fields of {@code
   * DecodingOptions} in the order of the schema: an absent one is the integer −1; a number is the
   * integer 1 and the number, but a seed is a string of its decimal digits, as the constraint is a
   * string; a list is the integer number of its texts and the strings.
   */
  public static String requestId(ImageRequest request) {
    MessageDigest digest = plainRequest(request.getTask(), request.getText(), request.getBoxes());
    boolean named = request.getBoxes().stream().anyMatch(box -> box.getPhrase() != null);
    if (named
        || !request.getParts().isEmpty()
        || !request.getCandidates().isEmpty()
        || request.getRanking() != null) {
      string(digest, PROMPT);
      request.getBoxes().forEach(box -> string(digest, box.getPhrase()));
      integer(digest, request.getParts().size());
      for (PromptPart part : request.getParts()) {
        string(digest, part.getText());
        integer(digest, part.getImage() == null ? ABSENT : part.getImage());
      }
      texts(digest, request.getCandidates());
      string(digest, request.getRanking());
    }
    DecodingOptions options = request.getOptions();
    if (options != null && !options.equals(NO_OPTIONS)) {
      string(digest, OPTIONS);
      options(digest, options);
    }
    return identifier(digest);
  }

  private static MessageDigest plainRequest(
      String task, @Nullable String text, List<RequestBox> boxes) {
    MessageDigest digest = sha256();
    string(digest, REQUEST);
    string(digest, task);
    string(digest, text);
    integer(digest, boxes.size());
    for (RequestBox box : boxes) {
      number(digest, box.getXMin());
      number(digest, box.getYMin());
      number(digest, box.getXMax());
      number(digest, box.getYMax());
    }
    return digest;
  }

  private static void options(MessageDigest digest, DecodingOptions options) {
    optional(digest, options.getMaxNewTokens());
    optional(digest, options.getNoRepeatNgramSize());
    optional(digest, options.getMinNewTokens());
    optional(digest, options.getRepetitionPenalty());
    optional(digest, options.getBeams());
    optional(digest, options.getLengthPenalty());
    optional(digest, options.getTemperature());
    optional(digest, options.getTopK());
    optional(digest, options.getTopP());
    // A floating-point number does not hold every seed.
    string(digest, options.getSeed() == null ? null : String.valueOf(options.getSeed()));
    texts(digest, options.getStop());
    texts(digest, options.getBadWords());
    string(digest, options.getConstraint());
    optional(digest, options.getMaxBoxes());
    texts(digest, options.getChoices());
    texts(digest, options.getPhrases());
  }

  private static void optional(MessageDigest digest, @Nullable Number value) {
    integer(digest, value == null ? ABSENT : 1);
    if (value != null) {
      number(digest, value.doubleValue());
    }
  }

  private static void texts(MessageDigest digest, List<String> texts) {
    integer(digest, texts.size());
    texts.forEach(text -> string(digest, text));
  }

  /**
   * Returns the identifier of a phrase: the hash of the string {@code groundstream.phrase.v1}, the
   * strings {@code imageId} and {@code requestId}, and the integer {@code ordinal}.
   */
  public static String phraseId(String imageId, String requestId, int ordinal) {
    MessageDigest digest = sha256();
    string(digest, PHRASE);
    string(digest, imageId);
    string(digest, requestId);
    integer(digest, ordinal);
    return identifier(digest);
  }

  /**
   * Returns the identifier of the event made from an archived image: the hash of the string {@code
   * groundstream.archived-event.v1}, and the strings {@code name} and {@code position} of its
   * origin.
   */
  public static String archivedEventId(String name, String position) {
    MessageDigest digest = sha256();
    string(digest, ARCHIVED_EVENT);
    string(digest, name);
    string(digest, position);
    return identifier(digest);
  }

  /** Returns the SHA-256 of the bytes of an encoded image as 64 lower-case hexadecimal digits. */
  public static String contentSha256(byte[] content) {
    return HexFormat.of().formatHex(sha256().digest(content));
  }

  private static void string(MessageDigest digest, @Nullable String value) {
    if (value == null) {
      integer(digest, ABSENT);
      return;
    }
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    integer(digest, bytes.length);
    digest.update(bytes);
  }

  private static void integer(MessageDigest digest, int value) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
  }

  private static void number(MessageDigest digest, double value) {
    // Adding zero turns negative zero into zero; doubleToLongBits maps every NaN to one.
    long bits = Double.doubleToLongBits(value + 0.0);
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(bits).array());
  }

  private static String identifier(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest(), 0, ID_BYTES);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
