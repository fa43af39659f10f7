package io.groundstream.operators.fetch;

import io.groundstream.model.GroundingException;
import io.groundstream.operators.config.HttpFetchSettings;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Fetches by the scheme of the URI: {@code https} (and {@code http} where that is allowed) from the
 * allowed hosts, {@code data} from the URI itself, all others from file systems below the allowed
 * roots. Thread-safe.
 */
public final class ImageFetchers implements ImageFetcher, AutoCloseable {
  private static final String DATA = "data";

  private final FileSystemFetcher files;
  private final HttpFetchSettings http;

  /** Null where no link is followed: it has threads of its own. */
  private final @Nullable HttpFetcher links;

  private final DataUris data;

  private ImageFetchers(
      FileSystemFetcher files, HttpFetchSettings http, @Nullable HttpFetcher links, DataUris data) {
    this.files = files;
    this.http = http;
    this.links = links;
    this.data = data;
  }

  /**
   * Returns fetchers for all schemes; to be closed.
   *
   * @param roots the folders below which files may be read: absolute paths, or URIs such as
   *     s3://bucket/pictures
   * @param maxBytes the largest picture
   * @throws IOException if a root is no directory that can be found
   */
  public static ImageFetchers open(List<String> roots, HttpFetchSettings http, int maxBytes)
      throws IOException {
    return new ImageFetchers(
        FileSystemFetcher.open(roots, maxBytes),
        http,
        http.allowedHosts().isEmpty() ? null : new HttpFetcher(http, maxBytes, NameResolver.SYSTEM),
        new DataUris(maxBytes));
  }

  @Override
  public CompletableFuture<byte[]> fetch(String uri, @Nullable Instant deadline) {
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
          scheme.equals(DATA) ? data.decode(uri) : files.fetch(uri));
    } catch (GroundingException e) {
      return CompletableFuture.failedFuture(e);
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
    if (links != null) {
      links.close();
    }
  }
}
