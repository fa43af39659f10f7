package io.groundstream.operators.archive.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PushbackInputStream;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * The text of a manifest, in UTF-8. A file with the byte order mark of UTF-16, such as Excel's
 * "Unicode text" and PowerShell's output, is converted; offsets then refer to the converted text,
 * which can only be read from its beginning.
 *
 * @param in the text
 * @param converted whether its bytes differ from those of the file
 */
public record ManifestText(InputStream in, boolean converted) {
  private static final int MARK_BYTES = 2;

  /** Opens the text of a file whose stream is at its beginning. */
  public static ManifestText open(InputStream file) throws IOException {
    PushbackInputStream in = new PushbackInputStream(file, MARK_BYTES);
    byte[] mark = in.readNBytes(MARK_BYTES);
    if (mark.length == MARK_BYTES) {
      int both = ((mark[0] & 0xff) << 8) | (mark[1] & 0xff);
      if (both == 0xfeff) {
        return converted(in, StandardCharsets.UTF_16BE);
      }
      if (both == 0xfffe) {
        return converted(in, StandardCharsets.UTF_16LE);
      }
    }
    in.unread(mark);
    return new ManifestText(in, false);
  }

  private static ManifestText converted(InputStream in, Charset charset) {
    return new ManifestText(new Converted(new InputStreamReader(in, charset)), true);
  }

  /** Re-encodes text as UTF-8 while it is read. */
  private static final class Converted extends InputStream {
    private static final int LETTERS = 8192;

    private final Reader reader;
    private final char[] letters = new char[LETTERS + 1];
    private byte[] bytes = new byte[0];
    private int next;
    private int kept;

    Converted(Reader reader) {
      this.reader = reader;
    }

    private boolean fill() throws IOException {
      while (next == bytes.length) {
        int count = reader.read(letters, kept, LETTERS);
        int all = kept + Math.max(0, count);
        if (all == 0) {
          return false;
        }
        // A surrogate pair has to be encoded together.
        kept = count > 0 && Character.isHighSurrogate(letters[all - 1]) ? 1 : 0;
        bytes = new String(letters, 0, all - kept).getBytes(StandardCharsets.UTF_8);
        next = 0;
        letters[0] = letters[all - 1];
      }
      return true;
    }

    @Override
    public int read() throws IOException {
      if (!fill()) {
        return -1;
      }
      next++;
      return bytes[next - 1] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (!fill()) {
        return -1;
      }
      int count = Math.min(length, bytes.length - next);
      System.arraycopy(bytes, next, target, offset, count);
      next += count;
      return count;
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }
}
