package io.groundstream.operators.archive.read;

import io.groundstream.operators.archive.tar.EntryName;
import io.groundstream.operators.archive.tar.ImageIds.Choice;
import io.groundstream.operators.archive.tar.TarEntry;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import org.jspecify.annotations.Nullable;

/** An entry of a shard that waits for entries that may belong to it. For one thread. */
final class SampleEntry {
  private static final int NO_RUN = -1;
  private static final EntryName NAMELESS =
      new EntryName("", "", "", /* isImage= */ false, /* mayBePart= */ false);

  private final TarEntry entry;
  private final EntryName name;
  private final long after;
  private final long contentOffset;
  private final @Nullable OperatorErrorCode code;
  private final String message;
  private byte @Nullable [] bytes;
  private long run = NO_RUN;
  private Choice choice = Choice.STEM;

  private SampleEntry(
      TarEntry entry,
      EntryName name,
      long after,
      long contentOffset,
      byte @Nullable [] bytes,
      @Nullable OperatorErrorCode code,
      String message) {
    this.entry = entry;
    this.name = name;
    this.after = after;
    this.contentOffset = contentOffset;
    this.bytes = bytes;
    this.code = code;
    this.message = message;
  }

  /** Creates an entry that is neither an image nor a sidecar. */
  static SampleEntry skipped(TarEntry entry, long after) {
    return new SampleEntry(entry, NAMELESS, after, 0, null, null, "");
  }

  /**
   * Creates an entry whose content is not read, but which other entries may refer to.
   *
   * @param contentOffset the offset at which the content can be read; 0 if it cannot
   */
  static SampleEntry seen(TarEntry entry, EntryName name, long after, long contentOffset) {
    return new SampleEntry(entry, name, after, contentOffset, null, null, "it was not read");
  }

  /**
   * @param contentOffset the offset at which the content can be read again; 0 if it cannot
   */
  static SampleEntry read(
      TarEntry entry, EntryName name, long after, long contentOffset, byte[] bytes) {
    return new SampleEntry(entry, name, after, contentOffset, bytes, null, "");
  }

  /** Creates the entry of an image that cannot be read. */
  static SampleEntry failed(
      TarEntry entry, EntryName name, long after, OperatorErrorCode code, String message) {
    return new SampleEntry(entry, name, after, 0, null, code, message);
  }

  /** Creates the entry of a sidecar that cannot be read. */
  static SampleEntry leftOut(TarEntry entry, EntryName name, long after, String message) {
    return new SampleEntry(entry, name, after, 0, null, null, message);
  }

  TarEntry entry() {
    return entry;
  }

  EntryName name() {
    return name;
  }

  /** Returns the offset of the next entry. */
  long after() {
    return after;
  }

  long contentOffset() {
    return contentOffset;
  }

  byte @Nullable [] bytes() {
    return bytes;
  }

  void dropBytes() {
    bytes = null;
  }

  @Nullable OperatorErrorCode code() {
    return code;
  }

  /** Returns a message why there are no bytes. */
  String message() {
    return message;
  }

  boolean isImage() {
    return name.isImage();
  }

  boolean isSkipped() {
    return name.suffix().isEmpty();
  }

  /**
   * Returns the number of the entry's run, that is of adjacent entries of one key; negative if
   * none.
   */
  long run() {
    return run;
  }

  void setRun(long number) {
    run = number;
  }

  Choice choice() {
    return choice;
  }

  void choose(Choice chosen) {
    choice = chosen;
  }
}
