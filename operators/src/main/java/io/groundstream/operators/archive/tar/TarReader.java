package io.groundstream.operators.archive.tar;

import io.groundstream.operators.archive.tar.TarEntry.Kind;
import io.groundstream.schemas.text.Texts;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar file entry by entry, including the long names and sizes of GNU and POSIX.
 *
 * <p>Any sequence of bytes yields entries and then an end or one {@link TarDamageException}: the
 * checksum of every header is verified, a size beyond the end of the file is rejected, and the
 * memory for headers is bounded. An {@link IOException} is always a failure of the file system.
 *
 * <p>Not taken from a library, because reading has to resume at the offset of any entry, and
 * because the available libraries ignore wrong checksums and allocate as much memory as a header
 * requests. For one thread at a time.
 */
public final class TarReader implements Closeable {
  /** The maximum size of the headers before an entry: long names and attributes. */
  private static final int MOST_HEADER_BYTES = 1 << 20;

  /** The maximum number of zeros that are checked after the end. */
  private static final int MOST_TRAILING_BYTES = 16 << 20;

  private static final int EXTENSION_MORE_AT = 504;
  private static final int LONGEST_SHOWN = 200;

  private static final byte HARD_LINK = '1';

  private final TarInput in;
  private final byte[] block = new byte[TarHeader.BLOCK];
  private int number;
  private long contentLeft;
  private int paddingLeft;
  private boolean ended;

  /**
   * @param in the input, at the beginning of an entry's first header
   * @param entriesBefore the number of entries before that offset
   */
  public TarReader(TarInput in, int entriesBefore) {
    this.in = in;
    this.number = entriesBefore;
  }

  /** Returns the offset of the next entry, once the content of the current one was read. */
  public long position() {
    return in.position() + contentLeft + paddingLeft;
  }

  /** Returns the offset of the current entry's content, before any of it was read. */
  public long contentPosition() {
    return in.position();
  }

  /** Returns the number of the entry that was read last, from 1; 0 if there is none. */
  public int number() {
    return number;
  }

  /**
   * Returns the next entry, skipping the unread content of the current one.
   *
   * @return the entry; null at the end of the archive
   */
  public @Nullable TarEntry next() throws IOException, TarDamageException {
    if (ended) {
      return null;
    }
    skipContent();
    long offset = in.position();
    @Nullable String longName = null;
    @Nullable String longLink = null;
    PaxRecords pax = PaxRecords.NONE;
    int headerBytes = 0;
    while (true) {
      TarHeader header = header(offset);
      if (header == null) {
        ended = true;
        checkNothingFollows();
        return null;
      }
      if (header.type() != 'L' && header.type() != 'K' && !isPax(header.type())) {
        number++;
        return entry(header, offset, longName, longLink, pax);
      }
      if (header.size() > MOST_HEADER_BYTES - headerBytes) {
        throw damage(
            offset,
            "headers of more than " + MOST_HEADER_BYTES + " bytes",
            "at most that many; is the archive damaged?");
      }
      headerBytes += (int) header.size() + TarHeader.BLOCK;
      byte[] content = content(header, offset);
      if (header.type() == 'L') {
        longName = untilNul(content);
      } else if (header.type() == 'K') {
        longLink = untilNul(content);
      } else if (header.type() == 'x') {
        pax = PaxRecords.parse(content);
        if (pax == null) {
          throw damage(offset, "an invalid pax header", "lines of length, name and value");
        }
      }
    }
  }

  private static boolean isPax(byte type) {
    return type == 'x' || type == 'X' || type == 'g';
  }

  private TarEntry entry(
      TarHeader header,
      long offset,
      @Nullable String longName,
      @Nullable String longLink,
      PaxRecords pax)
      throws IOException, TarDamageException {
    String name = header.name();
    if (pax.path() != null) {
      name = pax.path();
    } else if (longName != null) {
      name = longName;
    }
    Kind kind = kind(header, name, pax);
    long size = pax.size() >= 0 ? pax.size() : header.size();
    if (kind == Kind.LINK || kind == Kind.WITHOUT_CONTENT) {
      size = 0;
    }
    if (kind == Kind.OTHER && header.type() == 'S') {
      skipHoles(header, offset);
    }
    if (size > in.remaining()) {
      throw new TarDamageException(
          true,
          "entry "
              + number
              + " ("
              + shown(name)
              + ") at byte "
              + offset
              + " has "
              + size
              + " bytes, but the file has only "
              + in.remaining()
              + " more");
    }
    contentLeft = size;
    paddingLeft = padding(size);
    return new TarEntry(
        number,
        offset,
        name,
        kind,
        size,
        header.modificationTime(),
        header.type() == HARD_LINK ? linkName(header, longLink, pax) : null);
  }

  private static String linkName(TarHeader header, @Nullable String longLink, PaxRecords pax) {
    if (pax.linkPath() != null) {
      return pax.linkPath();
    }
    return longLink == null ? header.linkName() : longLink;
  }

  private static Kind kind(TarHeader header, String name, PaxRecords pax) {
    return switch (header.type()) {
      case 0, '0', '7' -> {
        if (pax.sparse()) {
          yield Kind.OTHER;
        }
        yield name.endsWith("/") ? Kind.WITHOUT_CONTENT : Kind.FILE;
      }
      case '1', '2' -> Kind.LINK;
      case '3', '4', '5', '6' -> Kind.WITHOUT_CONTENT;
      default -> Kind.OTHER;
    };
  }

  /** Returns the next header; null at the end-of-archive marker. */
  private @Nullable TarHeader header(long offset) throws IOException, TarDamageException {
    long at = in.position();
    int got = in.read(block, 0, TarHeader.BLOCK);
    if (got < TarHeader.BLOCK) {
      throw new TarDamageException(
          true,
          "the file ends at byte "
              + (at + got)
              + ", after "
              + number
              + " entries, without the archive's end");
    }
    if (isZero(block, TarHeader.BLOCK)) {
      if (at != offset) {
        throw damage(at, "the archive's end after the header of a long name", "its entry");
      }
      return null;
    }
    TarHeader header = TarHeader.parse(block);
    if (header == null) {
      throw damage(at, "an invalid entry header (its checksum is wrong)", "entry " + (number + 1));
    }
    return header;
  }

  private byte[] content(TarHeader header, long offset) throws IOException, TarDamageException {
    int size = (int) header.size();
    byte[] content = new byte[size];
    int got = in.read(content, 0, size);
    long padding = padding(size);
    if (got < size || in.skip(padding) < padding) {
      throw new TarDamageException(
          true, "the file ends within the headers of the entry at byte " + offset);
    }
    return content;
  }

  private void skipHoles(TarHeader header, long offset) throws IOException, TarDamageException {
    boolean more = header.extended();
    while (more) {
      if (in.read(block, 0, TarHeader.BLOCK) < TarHeader.BLOCK) {
        throw new TarDamageException(
            true, "the file ends within the headers of the entry at byte " + offset);
      }
      more = block[EXTENSION_MORE_AT] != 0;
    }
  }

  /**
   * Reads the whole content of the current entry. May be called once per entry.
   *
   * @throws TarDamageException if the file ends within the entry
   */
  public byte[] readContent() throws IOException, TarDamageException {
    if (contentLeft > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException("entry too large to be read: " + contentLeft);
    }
    byte[] content = new byte[(int) contentLeft];
    int got = in.read(content, 0, content.length);
    contentLeft -= got;
    if (got < content.length) {
      throw endsWithin();
    }
    return content;
  }

  private void skipContent() throws IOException, TarDamageException {
    long left = contentLeft + paddingLeft;
    boolean whole = in.skip(left) == left;
    contentLeft = 0;
    paddingLeft = 0;
    if (!whole) {
      throw endsWithin();
    }
  }

  private TarDamageException endsWithin() {
    ended = true;
    return new TarDamageException(
        true, "the file ends at byte " + in.position() + ", within entry " + number);
  }

  /**
   * Rejects data after the end marker. GNU tar stops there and ignores it, so appended entries
   * would be lost.
   */
  private void checkNothingFollows() throws IOException, TarDamageException {
    long end = in.position() + MOST_TRAILING_BYTES;
    while (in.position() < end) {
      long at = in.position();
      int got = in.read(block, 0, TarHeader.BLOCK);
      if (!isZero(block, got)) {
        throw damage(
            at, "data after the archive's end", "nothing; concatenated archives have to be split");
      }
      if (got < TarHeader.BLOCK) {
        return;
      }
    }
  }

  private TarDamageException damage(long at, String found, String expected) {
    ended = true;
    return new TarDamageException(
        false, "byte " + at + ": " + found + " (expected: " + expected + ")");
  }

  private static int padding(long size) {
    return (int) (-size & (TarHeader.BLOCK - 1));
  }

  private static boolean isZero(byte[] block, int length) {
    for (int i = 0; i < length; i++) {
      if (block[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static String untilNul(byte[] content) {
    int end = 0;
    while (end < content.length && content[end] != 0) {
      end++;
    }
    return EntryText.of(content, 0, end);
  }

  private static String shown(String name) {
    return Texts.shortened(name, LONGEST_SHOWN);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
