package io.groundstream.operators.archive.tar;

import org.jspecify.annotations.Nullable;

/**
 * An entry, as described by its headers.
 *
 * @param number the number of the entry, from 1
 * @param offset the offset of its first header, in bytes
 * @param name its path
 * @param size the size of its content, in bytes, if the content can be read as it is
 * @param modificationTime in milliseconds since 1970
 * @param linkName the name of the linked entry if this is a hard link; otherwise null
 */
public record TarEntry(
    int number,
    long offset,
    String name,
    Kind kind,
    long size,
    long modificationTime,
    @Nullable String linkName) {

  /** The kind of an entry. */
  public enum Kind {
    /** A file whose content follows the header. */
    FILE,
    /** A link; its content is elsewhere. */
    LINK,
    /** A sparse file, or another kind whose content is not the bytes that follow. */
    OTHER,
    /** A directory, device or similar entry without content. */
    WITHOUT_CONTENT
  }
}
