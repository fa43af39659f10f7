package io.groundstream.operators.fetch;

/**
 * The encoded bytes of an image. Until they are closed, they count against the memory for fetched
 * images. Closing is thread-safe and idempotent.
 */
public final class FetchedImage implements AutoCloseable {
  private final byte[] bytes;
  private final Runnable giveBack;

  /**
   * @param giveBack runs at each close
   */
  FetchedImage(byte[] bytes, Runnable giveBack) {
    this.bytes = bytes;
    this.giveBack = giveBack;
  }

  /** Returns an image that counts against no memory. */
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
