package io.groundstream.images;

import java.io.DataInputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the answers of a process that decodes HEIF. An image may have taken over that process, so
 * every value is checked.
 */
final class HeifAnswer {
  private static final int LONGEST_TEXT = 300;

  private HeifAnswer() {}

  /** Thrown when an answer violates the protocol. */
  static final class GarbageException extends IOException {
    private static final long serialVersionUID = 1L;

    GarbageException(String message) {
      super(message);
    }
  }

  /**
   * Reads one complete answer.
   *
   * @throws ImageException if the process rejected the image; the process can be used again
   * @throws IOException if the process ended or violated the protocol; it must not be used again
   */
  static StoredImage read(DataInputStream in, ImageOptions options)
      throws ImageException, IOException {
    expect(in.readInt(), HeifProtocol.ANSWER, "answer");
    int status = in.readUnsignedByte();
    int width = in.readInt();
    int height = in.readInt();
    if (status != HeifProtocol.OK) {
      throw refusal(status, width, height, text(in), options.limits());
    }
    try {
      options.limits().checkSize(width, height);
    } catch (ImageException e) {
      // An intact process checks this itself before it decodes anything.
      throw new GarbageException(String.valueOf(e.getMessage()));
    }
    int pixels = width * height;
    int orientation = in.readInt();
    int alphaLength = in.readInt();
    int profileLength = in.readInt();
    if (alphaLength != 0 && (alphaLength != pixels || !options.keepsAlpha())) {
      throw new GarbageException("alpha: " + alphaLength + " (expected: one byte per pixel)");
    }
    if (profileLength < 0
        || profileLength > ColorProfile.MAX_BYTES
        || (profileLength > 0 && !options.appliesColorProfiles())) {
      throw new GarbageException("profile: " + profileLength + " bytes (expected: fewer)");
    }
    byte[] rgb = bytes(in, 3 * pixels);
    byte[] alpha = alphaLength == 0 ? null : bytes(in, alphaLength);
    byte[] profile = profileLength == 0 ? null : bytes(in, profileLength);
    expect(in.readInt(), HeifProtocol.END, "end");
    return new StoredImage(new DecodedImage(width, height, rgb), orientation, alpha, profile);
  }

  /** Reads a text, and replaces characters that could be control sequences in a terminal or log. */
  static String text(DataInputStream in) throws IOException {
    String text = in.readUTF();
    StringBuilder plain = new StringBuilder();
    for (int index = 0; index < Math.min(text.length(), LONGEST_TEXT); index++) {
      char letter = text.charAt(index);
      plain.append(letter >= ' ' && letter < 0x7f ? letter : '?');
    }
    return plain.toString();
  }

  static void expect(int number, int expected, String what) throws GarbageException {
    if (number != expected) {
      throw new GarbageException(
          what + ": " + Integer.toHexString(number) + " (expected: " + what + ")");
    }
  }

  private static byte[] bytes(DataInputStream in, int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }

  private static ImageException refusal(
      int status, int width, int height, @Nullable String text, ImageLimits limits)
      throws GarbageException {
    return switch (status) {
      case HeifProtocol.CORRUPT -> Failures.corrupt(text + " (expected: an undamaged image)");
      case HeifProtocol.TRUNCATED -> Failures.truncated(text + " (expected: a complete image)");
      case HeifProtocol.TOO_MANY_PIXELS -> tooManyPixels(width, height, limits);
      case HeifProtocol.OUT_OF_MEMORY ->
          new ImageException(
              ImageErrorCode.DECODING_OUT_OF_MEMORY,
              text + " (expected: a smaller image; or raise model.heif-memory)");
      case HeifProtocol.UNSUPPORTED ->
          Failures.unknownFormat(text + " (expected: what the library on this machine can decode)");
      default -> throw new GarbageException("status: " + status + " (expected: 0 to 5)");
    };
  }

  private static ImageException tooManyPixels(int width, int height, ImageLimits limits)
      throws GarbageException {
    try {
      limits.checkSize(Integer.toUnsignedLong(width), Integer.toUnsignedLong(height));
    } catch (ImageException e) {
      return e;
    }
    throw new GarbageException("size: " + width + " x " + height + " (expected: too many pixels)");
  }
}
