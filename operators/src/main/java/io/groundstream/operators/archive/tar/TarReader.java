package io.groundstream.operators.archive.tar;

import io.groundstream.operators.archive.tar.TarEntry.Kind;
import io.groundstream.schemas.text.Texts;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar file entry by entry; GNU's and POSIX's long names and sizes too.
 *
 * <p>Whatever the bytes are, the outcome is entries and then an end or one {@link
 * TarDamageException}: every header's checksum is checked, no size is believed that the file cannot
 * hold, and what is kept of headers is bounded. An {@link IOException} is always the file system's.
 *
 * <p>Made for this and not taken from a library, because reading has to go on at any entry's
 * offset, and because the libraries at hand pass over wrong checksums and take as much memory as a
 * header asks for. For one thread at a time.
 */
public final class TarReader implements Closeable {
  /** The most bytes that headers before an entry may have: long names and attributes. */
  private static final int MOST_HEADER_BYTES = 1 << 20;

  /** After so many zeros nobody looks any further. */
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
   * @param in at the beginning of an entry's first header
   * @param entriesBefore how many entries are before that
   */
  public TarReader(TarInput in, int entriesBefore) {
    this.in = in;
    this.number = entriesBefore;
  }

  /** Returns the offset of the next entry, when all content of the one before was read. */
  public long position() {
    return in.position() + contentLeft + paddingLeft;
  }

  /** Returns the offset of the current entry's content, while nothing of it was read. */
  public long contentPosition() {
    return in.position();
  }

  /** Returns the number of the entry that was read last, from 1; 0 if there is none. */
  public int number() {
    return number;
  }

  /**
   * Returns the next entry, passing over what is left of the one before.
   *
   * @return the entry, or null at the end of the archive
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
            "at most that; is the archive damaged?");
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
          throw damage(offset, "a pax header that is none", "lines of length, name and value");
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
              + " bytes, but the file only "
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

  /** Returns the next header, or null at the mark of the archive's end. */
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
      throw damage(at, "no header of an entry (its checksum is wrong)", "entry " + (number + 1));
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
   * Reads all content of the current entry; to be called once for an entry.
   *
   * @throws TarDamageException if the file ends before
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

  /** GNU tar stops at the end's mark whatever follows; but then what was appended is lost. */
  private void checkNothingFollows() throws IOException, TarDamageException {
    long end = in.position() + MOST_TRAILING_BYTES;
    while (in.position() < end) {
      long at = in.position();
      int got = in.read(block, 0, TarHeader.BLOCK);
      if (!isZero(block, got)) {
        throw damage(
            at,
            "data after the archive's end",
            "nothing; archives that were put together have to be taken apart");
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
