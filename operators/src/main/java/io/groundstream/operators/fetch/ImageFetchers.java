package io.groundstream.operators.fetch;

import io.groundstream.model.GroundingException;
import io.groundstream.operators.config.HttpFetchSettings;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Fetches by the scheme of the URI: {@code https} (and {@code http} where that is allowed) from the
 * allowed hosts, {@code data} from the URI itself, all others from file systems below the allowed
 * roots. Thread-safe.
 */
public final class ImageFetchers implements ImageFetcher, AutoCloseable {
  private static final String DATA = "data";
  private static final int FILE_ATTEMPTS = 3;
  private static final long FIRST_PAUSE_MILLIS = 100;

  private static final Map<Sharing, ImageFetchers> SHARED = new HashMap<>();

  /** What those have in common who share fetchers. */
  private record Sharing(List<String> roots, HttpFetchSettings http, int maxBytes) {}

  private final Sharing sharing;

  private final FileSystemFetcher files;
  private final HttpFetchSettings http;

  /** Null where no link is followed: it has threads of its own. */
  private final @Nullable HttpFetcher links;

  private final DataUris data;

  /** Guarded by {@link #SHARED}. */
  private int users;

  private ImageFetchers(Sharing sharing) throws IOException {
    this.sharing = sharing;
    this.files = FileSystemFetcher.open(sharing.roots(), sharing.maxBytes());
    this.http = sharing.http();
    this.links =
        http.allowedHosts().isEmpty()
            ? null
            : new HttpFetcher(http, sharing.maxBytes(), NameResolver.SYSTEM);
    this.data = new DataUris(sharing.maxBytes());
  }

  /**
   * Returns the process's fetchers for all schemes, so that limits of connections and of memory
   * hold for all subtasks together; to be closed as often as they are opened.
   *
   * @param roots the folders below which files may be read: absolute paths, or URIs such as
   *     s3://bucket/pictures
   * @param maxBytes the largest picture
   * @throws IOException if a root is no directory that can be found
   */
  public static ImageFetchers open(List<String> roots, HttpFetchSettings http, int maxBytes)
      throws IOException {
    Sharing sharing = new Sharing(List.copyOf(roots), http, maxBytes);
    synchronized (SHARED) {
      ImageFetchers shared = SHARED.get(sharing);
      if (shared == null) {
        shared = new ImageFetchers(sharing);
        SHARED.put(sharing, shared);
      }
      shared.users++;
      return shared;
    }
  }

  @Override
  public CompletableFuture<FetchedImage> fetch(String uri, @Nullable Instant deadline) {
    int colon = uri.indexOf(':');
    String scheme = colon < 0 ? "" : uri.substring(0, colon).toLowerCase(Locale.ROOT);
    try {
      if (Link.isFor(scheme)) {
        if (links == null) {
          // Not allowed, as no host is; the link itself may be worse.
          throw notAllowed(uri);
        }
        return links.fetch(uri, deadline);
      }
      return CompletableFuture.completedFuture(
          FetchedImage.of(scheme.equals(DATA) ? data.decode(uri) : read(uri, deadline)));
    } catch (GroundingException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** Reads a file, again where that may help and the event's deadline allows it. */
  private byte[] read(String uri, @Nullable Instant deadline) throws GroundingException {
    for (int attempt = 1; ; attempt++) {
      try {
        return files.fetch(uri);
      } catch (GroundingException e) {
        long pause = FIRST_PAUSE_MILLIS << (2 * (attempt - 1));
        if (e.errorCode() != OperatorErrorCode.IMAGE_UNREADABLE
            || attempt == FILE_ATTEMPTS
            || (deadline != null && Instant.now().plusMillis(pause).isAfter(deadline))) {
          throw e;
        }
        try {
          TimeUnit.MILLISECONDS.sleep(pause);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw e;
        }
      }
    }
  }

  private GroundingException notAllowed(String uri) {
    try {
      Link link = Link.parse(uri, http);
      throw new IllegalStateException(link + " is allowed although no host is");
    } catch (GroundingException e) {
      return e;
    }
  }

  @Override
  public void close() {
    synchronized (SHARED) {
      users--;
      if (users > 0) {
        return;
      }
      SHARED.remove(sharing);
    }
    if (links != null) {
      links.close();
    }
  }
}
