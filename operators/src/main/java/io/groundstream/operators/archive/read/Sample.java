package io.groundstream.operators.archive.read;

import io.groundstream.operators.archive.tar.TarEntry;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a tar shard that lie beside each other and have a key in common. For one thread.
 */
final class Sample {
  /**
   * One entry.
   *
   * @param bytes null where it was not read
   * @param code what becomes of it; null where it was read, and for sidecars
   * @param message that for people
   */
  record Member(
      TarEntry entry, byte @Nullable [] bytes, @Nullable OperatorErrorCode code, String message) {
    static Member of(TarEntry entry, byte[] bytes) {
      return new Member(entry, bytes, null, "");
    }

    /** Returns a sidecar that is not read. */
    static Member leftOut(TarEntry entry, String message) {
      return new Member(entry, null, null, message);
    }

    static Member failed(TarEntry entry, OperatorErrorCode code, String message) {
      return new Member(entry, null, code, message);
    }
  }

  private final String key;
  private final TarEntry first;
  private final boolean duplicate;
  private final SortedMap<String, Member> pictures = new TreeMap<>();
  private final SortedMap<String, Member> sidecars = new TreeMap<>();
  private final List<Member> repeated = new ArrayList<>();

  /**
   * @param first its first entry
   * @param duplicate whether there was a sample of this key before
   */
  Sample(String key, TarEntry first, boolean duplicate) {
    this.key = key;
    this.first = first;
    this.duplicate = duplicate;
  }

  String key() {
    return key;
  }

  TarEntry first() {
    return first;
  }

  boolean isDuplicate() {
    return duplicate;
  }

  /** Returns the pictures by their suffixes. */
  SortedMap<String, Member> pictures() {
    return pictures;
  }

  /** Returns what lies beside the pictures, by suffix. */
  SortedMap<String, Member> sidecars() {
    return sidecars;
  }

  /** Returns what came with a suffix that the sample had already. */
  List<Member> repeated() {
    return repeated;
  }

  long pictureBytes() {
    long bytes = 0;
    for (Member picture : pictures.values()) {
      byte[] held = picture.bytes();
      bytes += held == null ? 0 : held.length;
    }
    return bytes;
  }
}
