package io.groundstream.operators.archive.zip;

import io.groundstream.operators.archive.tar.EntryText;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.apache.flink.core.fs.FSDataInputStream;

/**
 * Reads the directory at the end of a zip file, including zip64. Names are decoded as UTF-8, with
 * or without the flag for it, otherwise as code page 437.
 */
public final class ZipDirectory {
  /**
   * The maximum size of a directory, which is held in memory; that of a million entries has about
   * 100 MB.
   */
  private static final long MOST_DIRECTORY_BYTES = 128L << 20;

  private static final int END_BYTES = 22;
  private static final int MOST_COMMENT_BYTES = 0xffff;
  private static final int END_MARK = 0x06054b50;
  private static final int LOCATOR_BYTES = 20;
  private static final int LOCATOR_MARK = 0x07064b50;
  private static final int END64_BYTES = 56;
  private static final int END64_MARK = 0x06064b50;
  private static final int ENTRY_MARK = 0x02014b50;
  private static final int UTF_8_FLAG = 1 << 11;
  private static final int ZIP64_FIELD = 0x0001;
  private static final int UNICODE_PATH_FIELD = 0x7075;
  private static final long NOT_HERE = 0xffffffffL;
  private static final int NOT_HERE_SHORT = 0xffff;
  private static final String CODE_PAGE = "IBM437";

  private ZipDirectory() {}

  /** Returns the entries of a file, in the directory's order. */
  public static List<ZipEntryInfo> read(FSDataInputStream in, long length)
      throws IOException, ZipDamageException {
    int tailLength = (int) Math.min(length, END_BYTES + MOST_COMMENT_BYTES + LOCATOR_BYTES);
    long tailAt = length - tailLength;
    ByteBuffer tail = bytes(in, tailAt, tailLength);
    int end = tailLength - END_BYTES;
    while (end >= 0 && tail.getInt(end) != END_MARK) {
      end--;
    }
    if (end < 0) {
      throw new ZipDamageException(
          "no directory at the end (expected: a whole zip file; is it cut off?)");
    }
    long count = tail.getShort(end + 10) & NOT_HERE_SHORT;
    long size = tail.getInt(end + 12) & NOT_HERE;
    long offset = tail.getInt(end + 16) & NOT_HERE;
    boolean oneDisk = tail.getShort(end + 4) == 0 && tail.getShort(end + 6) == 0;
    long directoryEnd = tailAt + end;
    int locator = end - LOCATOR_BYTES;
    if (locator >= 0 && tail.getInt(locator) == LOCATOR_MARK) {
      long at = tail.getLong(locator + 8);
      if (at < 0 || at > length - END64_BYTES) {
        throw new ZipDamageException("a zip64 directory beyond the file (expected: within it)");
      }
      ByteBuffer end64 = bytes(in, at, END64_BYTES);
      if (end64.getInt(0) != END64_MARK) {
        throw new ZipDamageException("no zip64 directory at its stated position");
      }
      count = end64.getLong(32);
      size = end64.getLong(40);
      offset = end64.getLong(48);
      directoryEnd = at;
    } else if (!oneDisk) {
      throw new ZipDamageException("one part of several (expected: a zip file in one part)");
    }
    if (size < 0 || size > directoryEnd || size > MOST_DIRECTORY_BYTES) {
      throw new ZipDamageException(
          "a directory of " + size + " bytes (expected: at most " + MOST_DIRECTORY_BYTES + ")");
    }
    // Data before the first entry, such as a self-extracting program, shifts all offsets.
    long moved = directoryEnd - size - offset;
    return entries(bytes(in, directoryEnd - size, (int) size), count, moved, length);
  }

  private static List<ZipEntryInfo> entries(ByteBuffer in, long count, long moved, long length)
      throws ZipDamageException {
    List<ZipEntryInfo> entries = new ArrayList<>();
    try {
      while (in.hasRemaining() && entries.size() < count) {
        if (in.getInt() != ENTRY_MARK) {
          throw new ZipDamageException(
              "no entry " + (entries.size() + 1) + " in the directory (expected: " + count + ")");
        }
        ZipEntryInfo entry = entry(in, entries.size() + 1, moved);
        if (entry.headerOffset() < 0
            || entry.headerOffset() > length
            || entry.compressedSize() < 0
            || entry.compressedSize() > length
            || entry.size() < 0) {
          throw new ZipDamageException(
              "entry " + entry.number() + " lies beyond the file (expected: within it)");
        }
        entries.add(entry);
      }
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new ZipDamageException("the directory ends within entry " + (entries.size() + 1));
    }
    if (entries.size() < count) {
      throw new ZipDamageException(
          "the directory has " + entries.size() + " entries (expected: " + count + ")");
    }
    return entries;
  }

  private static ZipEntryInfo entry(ByteBuffer in, int number, long moved) {
    in.getInt();
    int flags = in.getShort() & NOT_HERE_SHORT;
    int method = in.getShort() & NOT_HERE_SHORT;
    int time = in.getShort() & NOT_HERE_SHORT;
    int date = in.getShort() & NOT_HERE_SHORT;
    long checksum = in.getInt() & NOT_HERE;
    long compressedSize = in.getInt() & NOT_HERE;
    long size = in.getInt() & NOT_HERE;
    int nameLength = in.getShort() & NOT_HERE_SHORT;
    int extraLength = in.getShort() & NOT_HERE_SHORT;
    int commentLength = in.getShort() & NOT_HERE_SHORT;
    in.position(in.position() + 8);
    long offset = in.getInt() & NOT_HERE;
    byte[] nameBytes = new byte[nameLength];
    in.get(nameBytes);
    String name = name(nameBytes, (flags & UTF_8_FLAG) != 0);
    int extraEnd = in.position() + extraLength;
    while (extraEnd - in.position() >= 4) {
      int field = in.getShort() & NOT_HERE_SHORT;
      int fieldEnd = in.position() + 2 + (in.getShort(in.position()) & NOT_HERE_SHORT);
      in.getShort();
      if (fieldEnd > extraEnd) {
        break;
      }
      if (field == ZIP64_FIELD) {
        // Only values that do not fit above are here, in this order.
        size = size == NOT_HERE && fieldEnd - in.position() >= 8 ? in.getLong() : size;
        compressedSize =
            compressedSize == NOT_HERE && fieldEnd - in.position() >= 8
                ? in.getLong()
                : compressedSize;
        offset = offset == NOT_HERE && fieldEnd - in.position() >= 8 ? in.getLong() : offset;
      } else if (field == UNICODE_PATH_FIELD && fieldEnd - in.position() > 5) {
        name = unicodePath(in, fieldEnd, nameBytes, name);
      }
      in.position(fieldEnd);
    }
    in.position(extraEnd);
    in.position(in.position() + commentLength);
    return new ZipEntryInfo(
        number,
        name,
        flags,
        method,
        checksum,
        compressedSize,
        size,
        offset + moved,
        millis(date, time));
  }

  /**
   * Info-ZIP's extra field for names in an unknown encoding; valid while its checksum matches the
   * name.
   */
  private static String unicodePath(ByteBuffer in, int end, byte[] nameBytes, String name) {
    in.get();
    long expected = in.getInt() & NOT_HERE;
    CRC32 checksum = new CRC32();
    checksum.update(nameBytes);
    if (checksum.getValue() != expected) {
      return name;
    }
    byte[] path = new byte[end - in.position()];
    in.get(path);
    return EntryText.of(path, 0, path.length);
  }

  private static String name(byte[] bytes, boolean utf8) {
    if (utf8) {
      return EntryText.of(bytes, 0, bytes.length);
    }
    try {
      // macOS writes UTF-8 without setting the flag.
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return Charset.isSupported(CODE_PAGE)
          ? new String(bytes, Charset.forName(CODE_PAGE))
          : EntryText.of(bytes, 0, bytes.length);
    }
  }

  /**
   * Converts a local time without a zone. It is read as UTC, so that the result is the same
   * everywhere.
   */
  private static long millis(int date, int time) {
    try {
      return LocalDateTime.of(
              1980 + (date >> 9),
              date >> 5 & 0xf,
              date & 0x1f,
              time >> 11,
              time >> 5 & 0x3f,
              (time & 0x1f) * 2)
          .toInstant(ZoneOffset.UTC)
          .toEpochMilli();
    } catch (DateTimeException e) {
      return 0;
    }
  }

  private static ByteBuffer bytes(FSDataInputStream in, long at, int length)
      throws IOException, ZipDamageException {
    in.seek(at);
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new ZipDamageException("the file ends early, at byte " + (at + bytes.length));
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
