package io.groundstream.operators.fetch;

import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.concurrent.SharedResources;
import io.groundstream.operators.uri.Uri;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Fetches by the scheme of the URI: {@code https} (and {@code http} where that is allowed) from the
 * allowed hosts, {@code data} from the URI itself, all others from file systems below the allowed
 * roots. All users in a process share connections, threads and memory. Thread-safe.
 */
public final class ImageFetchers implements ImageFetcher, AutoCloseable {
  private static final String DATA = "data";

  private static final SharedResources<Sharing, Fetchers, IOException> SHARED =
      new SharedResources<>(Fetchers::new, Fetchers::close);

  /** What users must have in common to share fetchers. */
  private record Sharing(FetchSettings settings, int maxBytes) {}

  /**
   * What is under way at a moment, in the whole process.
   *
   * @param memoryBytes what images take that are being fetched, or are fetched and not decoded yet
   * @param memoryWaiting how many images wait for some of that memory
   * @param transfers how many transfers from hosts are under way
   * @param transfersWaiting how many transfers wait for others from their host
   * @param hostsUnavailable how many hosts get no requests for a while, since they failed so often
   * @param reads how many files are being read
   * @param readsWaiting how many files wait for others of their file system
   */
  public record Levels(
      long memoryBytes,
      int memoryWaiting,
      int transfers,
      int transfersWaiting,
      int hostsUnavailable,
      int reads,
      int readsWaiting) {}

  private final SharedResources.Lease<Fetchers> lease;

  private ImageFetchers(SharedResources.Lease<Fetchers> lease) {
    this.lease = lease;
  }

  /**
   * Returns fetchers for all schemes. Those that are opened with the same settings share the limits
   * of connections and of memory, and each has to be closed.
   *
   * @param maxBytes the largest image
   * @throws IOException if a root is not a directory that exists, or the file with headers cannot
   *     be read
   */
  public static ImageFetchers open(FetchSettings settings, int maxBytes) throws IOException {
    return new ImageFetchers(SHARED.acquire(new Sharing(settings, maxBytes)));
  }

  /**
   * Checks what can be known of a URI without following it: its form, its scheme, and whether its
   * host or folder is allowed. Accesses neither network nor the file.
   *
   * @throws GroundingException with the code with which fetching it would fail
   */
  public static void check(String uri, FetchSettings settings) throws GroundingException {
    String scheme = Objects.requireNonNullElse(Uri.schemeOf(uri), "");
    if (Link.isFor(scheme)) {
      Link unused = Link.parse(uri, settings.links());
    } else if (!scheme.equals(DATA)) {
      FileSystemFetcher.ofNames(settings.allowedRoots()).check(uri);
    }
  }

  @Override
  public CompletableFuture<FetchedImage> fetch(String uri, @Nullable Instant deadline) {
    return lease.get().fetch(uri, deadline);
  }

  /** Returns what is under way. */
  public Levels levels() {
    return lease.get().levels();
  }

  /** Ends this use; the last one in the process ends what is under way. */
  @Override
  public void close() {
    lease.close();
  }

  /** The fetchers that users share. */
  private static final class Fetchers implements ImageFetcher {
    private final FetchSettings settings;
    private final ByteBudget memory;
    private final FileReads files;

    /** Null where no host is allowed: it has threads of its own. */
    private final @Nullable HttpFetcher links;

    private final DataUris data;

    Fetchers(Sharing sharing) throws IOException {
      this.settings = sharing.settings();
      this.memory = new ByteBudget(settings.memoryBytes());
      FileSystemFetcher fileSystems =
          FileSystemFetcher.open(settings.allowedRoots(), sharing.maxBytes());
      this.links =
          settings.links().allowedHosts().isEmpty()
              ? null
              : new HttpFetcher(settings.links(), sharing.maxBytes(), memory, NameResolver.SYSTEM);
      this.files =
          new FileReads(
              fileSystems,
              sharing.maxBytes(),
              settings.maxReadsPerFileSystem(),
              settings.fileTimeout(),
              memory);
      this.data = new DataUris(sharing.maxBytes());
    }

    @Override
    public CompletableFuture<FetchedImage> fetch(String uri, @Nullable Instant deadline) {
      String scheme = Objects.requireNonNullElse(Uri.schemeOf(uri), "");
      try {
        if (Link.isFor(scheme)) {
          if (links == null) {
            // Not allowed, as no host is; the link itself may have a worse fault.
            throw notAllowed(uri);
          }
          return links.fetch(uri, deadline);
        }
        if (scheme.equals(DATA)) {
          return CompletableFuture.completedFuture(FetchedImage.of(data.decode(uri)));
        }
        return files.fetch(uri, deadline);
      } catch (GroundingException e) {
        return CompletableFuture.failedFuture(e);
      }
    }

    private GroundingException notAllowed(String uri) {
      try {
        Link link = Link.parse(uri, settings.links());
        throw new IllegalStateException(link + " is allowed although no host is");
      } catch (GroundingException e) {
        return e;
      }
    }

    Levels levels() {
      Hosts.Levels hosts = links == null ? Hosts.Levels.NONE : links.hosts().levels();
      return new Levels(
          memory.held(),
          memory.waiting(),
          hosts.underWay(),
          hosts.waiting(),
          hosts.unavailable(),
          files.underWay(),
          files.waiting());
    }

    void close() {
      files.close();
      if (links != null) {
        links.close();
      }
    }
  }
}
