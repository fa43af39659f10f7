package io.groundstream.operators.archive.tar;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Decodes names, which are bytes to a file system. They are nearly always UTF-8; an invalid byte
 * becomes {@code \x} and two hexadecimal digits, so that names which differ in one byte stay
 * different and readable.
 */
public final class EntryText {
  private EntryText() {}

  /** Decodes a range of an array. */
  public static String of(byte[] bytes, int from, int length) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes, from, length);
    CharBuffer out = CharBuffer.allocate(length + 1);
    StringBuilder text = new StringBuilder(length);
    while (true) {
      CoderResult result = decoder.decode(in, out, /* endOfInput= */ true);
      text.append(out.flip());
      out.clear();
      if (!result.isError()) {
        return text.toString();
      }
      for (int i = 0; i < result.length(); i++) {
        text.append(String.format("\\x%02X", in.get() & 0xff));
      }
      decoder.reset();
    }
  }
}
