package io.groundstream.operators.fetch;

/**
 * The bytes of a picture, for as long as they are needed: while they are open they count among what
 * the process may hold of fetched pictures. Closing is thread-safe, and may be repeated.
 */
public final class FetchedImage implements AutoCloseable {
  private final byte[] bytes;
  private final Runnable giveBack;

  /**
   * @param giveBack runs when it is closed; may run again
   */
  FetchedImage(byte[] bytes, Runnable giveBack) {
    this.bytes = bytes;
    this.giveBack = giveBack;
  }

  /** Returns a picture that counts nowhere. */
  public static FetchedImage of(byte[] bytes) {
    return new FetchedImage(bytes, () -> {});
  }

  /** Returns the bytes themselves, not a copy. */
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public void close() {
    giveBack.run();
  }
}
