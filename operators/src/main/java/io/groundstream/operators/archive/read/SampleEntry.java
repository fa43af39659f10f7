package io.groundstream.operators.archive.read;

import io.groundstream.operators.archive.tar.EntryName;
import io.groundstream.operators.archive.tar.PictureIds.Choice;
import io.groundstream.operators.archive.tar.TarEntry;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import org.jspecify.annotations.Nullable;

/** An entry of a tar shard that waits for what may belong to it. For one thread. */
final class SampleEntry {
  private static final int NO_RUN = -1;
  private static final EntryName NAMELESS =
      new EntryName("", "", "", /* isPicture= */ false, /* mayBePart= */ false);

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

  /** Returns an entry that is neither a picture nor a sidecar. */
  static SampleEntry skipped(TarEntry entry, long after) {
    return new SampleEntry(entry, NAMELESS, after, 0, null, null, "");
  }

  /**
   * Returns an entry whose content is not wanted, but others may want to know of it.
   *
   * @param contentOffset where the content can be read; 0 if nowhere
   */
  static SampleEntry seen(TarEntry entry, EntryName name, long after, long contentOffset) {
    return new SampleEntry(entry, name, after, contentOffset, null, null, "it was not read");
  }

  /**
   * @param contentOffset where the content can be read again; 0 if nowhere
   */
  static SampleEntry read(
      TarEntry entry, EntryName name, long after, long contentOffset, byte[] bytes) {
    return new SampleEntry(entry, name, after, contentOffset, bytes, null, "");
  }

  /** Returns a picture that cannot be read. */
  static SampleEntry failed(
      TarEntry entry, EntryName name, long after, OperatorErrorCode code, String message) {
    return new SampleEntry(entry, name, after, 0, null, code, message);
  }

  /** Returns a sidecar that cannot be read. */
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

  /** Returns why there are no bytes, for people. */
  String message() {
    return message;
  }

  boolean isPicture() {
    return name.isPicture();
  }

  boolean isSkipped() {
    return name.suffix().isEmpty();
  }

  /** Returns which entries of one key it lies among; a negative number for none. */
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
