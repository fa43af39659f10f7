package io.groundstream.operators.grounding;

import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.schemas.Ids;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The pictures that were prepared lately, by URI and by content, so that what comes again is
 * fetched and decoded once. Who asks for a URI that is being fetched, or for bytes that are being
 * decoded, waits for that.
 *
 * <p>Failures are shared by those who wait for them, and never remembered. What is remembered is
 * bounded in bytes, and forgotten after a while. Nothing of it is part of checkpoints. Thread-safe.
 */
final class PictureCache {
  private static final int ENTRY_BYTES = 500;

  /** Decodes and preprocesses a picture. */
  @FunctionalInterface
  interface Decoder {
    PreparedImage decode(byte[] bytes) throws GroundingException;
  }

  /** What something is remembered under. */
  private sealed interface Key {
    record Uri(String uri) implements Key {}

    record Content(String sha256) implements Key {}
  }

  /**
   * What became of questions for pictures since the start.
   *
   * @param reused answered with a picture that was prepared before
   * @param shared waited for another question's picture
   * @param loaded fetched or decoded
   * @param bytes what the pictures take that are remembered now
   */
  record Counts(long reused, long shared, long loaded, long bytes) {}

  private record Entry(Picture picture, long bytes, long endNanos) {}

  private final long windowNanos;
  private final long maxBytes;
  private final LongSupplier nanoTime;

  /** In the order of their last use. */
  private final LinkedHashMap<Key, Entry> remembered = new LinkedHashMap<>(16, 0.75f, true);

  private final Map<Key, CompletableFuture<Picture>> underWay = new HashMap<>();
  private long bytes;
  private long reused;
  private long shared;
  private long loaded;

  /**
   * @param window for how long a picture serves again
   * @param maxBytes what all of them may take
   */
  PictureCache(Duration window, long maxBytes, LongSupplier nanoTime) {
    this.windowNanos = window.toNanos();
    this.maxBytes = maxBytes;
    this.nanoTime = nanoTime;
  }

  /**
   * Returns the picture at a URI.
   *
   * @param load fetches and decodes it, if nobody has or does
   */
  CompletableFuture<Picture> atUri(String uri, Supplier<CompletableFuture<Picture>> load) {
    Key key = new Key.Uri(uri);
    CompletableFuture<Picture> own = new CompletableFuture<>();
    CompletableFuture<Picture> other;
    synchronized (this) {
      Picture known = find(key);
      if (known != null) {
        return CompletableFuture.completedFuture(known);
      }
      other = start(key, own);
    }
    if (other != null) {
      CompletableFuture<Picture> shared = new CompletableFuture<>();
      CompletableFuture<?> unused =
          other.whenComplete(
              (picture, failure) -> {
                if (picture == null && isOwn(failure)) {
                  pass(load, shared);
                } else {
                  settle(shared, picture, failure);
                }
              });
      return shared;
    }
    CompletableFuture<Picture> loading;
    try {
      loading = load.get();
    } catch (RuntimeException | Error e) {
      end(key, own, null);
      own.completeExceptionally(e);
      throw e;
    }
    CompletableFuture<Picture> unused =
        loading.whenComplete(
            (picture, failure) -> {
              end(key, own, picture);
              settle(own, picture, failure);
            });
    // The loading one itself, so that whoever cancels it ends the transfer.
    return loading;
  }

  private static void pass(
      Supplier<CompletableFuture<Picture>> load, CompletableFuture<Picture> to) {
    try {
      CompletableFuture<?> unused =
          load.get().whenComplete((picture, failure) -> settle(to, picture, failure));
    } catch (RuntimeException | Error e) {
      to.completeExceptionally(e);
    }
  }

  private static void settle(
      CompletableFuture<Picture> answer, @Nullable Picture picture, @Nullable Throwable failure) {
    if (picture != null) {
      answer.complete(picture);
    } else {
      answer.completeExceptionally(
          failure == null ? new IllegalStateException("no picture") : unwrapped(failure));
    }
  }

  /** Returns the picture in some bytes; waits while another thread decodes the same. */
  Picture of(byte[] encoded, Decoder decoder) throws GroundingException {
    String sha256 = Ids.contentSha256(encoded);
    Key key = new Key.Content(sha256);
    CompletableFuture<Picture> own = new CompletableFuture<>();
    CompletableFuture<Picture> other;
    synchronized (this) {
      Picture known = find(key);
      if (known != null) {
        return known;
      }
      other = start(key, own);
    }
    if (other != null) {
      Picture shared = await(other);
      return shared == null ? new Picture(decoder.decode(encoded), sha256) : shared;
    }
    Picture picture = null;
    Throwable failure = null;
    try {
      picture = new Picture(decoder.decode(encoded), sha256);
      return picture;
    } catch (GroundingException | RuntimeException | Error e) {
      failure = e;
      throw e;
    } finally {
      end(key, own, picture);
      if (failure == null) {
        own.complete(picture);
      } else {
        own.completeExceptionally(failure);
      }
    }
  }

  /** Returns null where the other one failed for a reason that need not be ours. */
  private static @Nullable Picture await(CompletableFuture<Picture> other)
      throws GroundingException {
    try {
      return other.join();
    } catch (RuntimeException e) {
      if (unwrapped(e) instanceof GroundingException shared) {
        throw shared;
      }
      return null;
    }
  }

  /** Whether a failure is about the one who met it, and not about what was to be had. */
  private static boolean isOwn(Throwable failure) {
    return !(unwrapped(failure) instanceof GroundingException e)
        || e.errorCode() == OperatorErrorCode.DEADLINE_EXCEEDED;
  }

  /** Returns who is at it already, if anybody is. */
  private synchronized @Nullable CompletableFuture<Picture> start(
      Key key, CompletableFuture<Picture> own) {
    CompletableFuture<Picture> other = underWay.putIfAbsent(key, own);
    if (other == null) {
      loaded++;
    } else {
      shared++;
    }
    return other;
  }

  synchronized Counts counts() {
    return new Counts(reused, shared, loaded, bytes);
  }

  private synchronized void end(
      Key key, CompletableFuture<Picture> own, @Nullable Picture picture) {
    boolean unused = underWay.remove(key, own);
    if (picture != null && windowNanos > 0) {
      remember(key, picture);
    }
  }

  private @Nullable Picture find(Key key) {
    Entry entry = remembered.get(key);
    if (entry == null) {
      return null;
    }
    if (nanoTime.getAsLong() - entry.endNanos() >= 0) {
      forget(key);
      return null;
    }
    reused++;
    return entry.picture();
  }

  private void remember(Key key, Picture picture) {
    forget(key);
    long size = (long) ENTRY_BYTES + picture.image().levels().length;
    if (key instanceof Key.Uri uri) {
      size += 2L * uri.uri().length();
    }
    remembered.put(key, new Entry(picture, size, nanoTime.getAsLong() + windowNanos));
    bytes += size;
    Iterator<Entry> eldest = remembered.values().iterator();
    while (bytes > maxBytes) {
      bytes -= eldest.next().bytes();
      eldest.remove();
    }
  }

  private void forget(Key key) {
    Entry entry = remembered.remove(key);
    if (entry != null) {
      bytes -= entry.bytes();
    }
  }

  private static Throwable unwrapped(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}
