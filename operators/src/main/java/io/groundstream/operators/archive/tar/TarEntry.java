package io.groundstream.operators.archive.tar;

import org.jspecify.annotations.Nullable;

/**
 * What the headers of an entry say.
 *
 * @param number its place among the entries, from 1
 * @param offset where its first header begins, in bytes
 * @param name its path
 * @param size how many bytes of content it has, as far as these can be read as they are
 * @param modificationTime in milliseconds since 1970
 * @param linkName of which entry it is a second name, where it is a hard link; else null
 */
public record TarEntry(
    int number,
    long offset,
    String name,
    Kind kind,
    long size,
    long modificationTime,
    @Nullable String linkName) {

  /** What sort of entry it is. */
  public enum Kind {
    /** A file whose content is what follows. */
    FILE,
    /** A link, whose content is elsewhere. */
    LINK,
    /** A file with holes, or of another kind whose content is not what follows. */
    OTHER,
    /** A directory, device or the like, which has no content. */
    WITHOUT_CONTENT
  }
}
