package io.groundstream.operators.fetch;

import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.uri.Uri;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Fetches by the scheme of the URI: {@code https} (and {@code http} where that is allowed) from the
 * allowed hosts, {@code data} from the URI itself, all others from file systems below the allowed
 * roots. Thread-safe.
 */
public final class ImageFetchers implements ImageFetcher, AutoCloseable {
  private static final String DATA = "data";

  private static final Map<Sharing, ImageFetchers> SHARED = new HashMap<>();

  /** What those have in common who share fetchers. */
  private record Sharing(FetchSettings settings, int maxBytes) {}

  /**
   * What is under way at a moment, in the whole process.
   *
   * @param memoryBytes what pictures hold that are on their way, or fetched and not decoded yet
   * @param memoryWaiting how many wait for some of that memory
   * @param transfers from hosts
   * @param transfersWaiting for other transfers from their host
   * @param hostsUnavailable how many hosts are left alone for a while, since they failed so often
   * @param reads of files
   * @param readsWaiting for other reads from their file system
   */
  public record Levels(
      long memoryBytes,
      int memoryWaiting,
      int transfers,
      int transfersWaiting,
      int hostsUnavailable,
      int reads,
      int readsWaiting) {}

  private final Sharing sharing;
  private final ByteBudget memory;
  private final FileReads files;

  /** Null where no link is followed: it has threads of its own. */
  private final @Nullable HttpFetcher links;

  private final DataUris data;

  /** Guarded by {@link #SHARED}. */
  private int users;

  private ImageFetchers(Sharing sharing) throws IOException {
    FetchSettings settings = sharing.settings();
    this.sharing = sharing;
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

  /**
   * Returns the process's fetchers for all schemes, so that limits of connections and of memory
   * hold for all subtasks together; to be closed as often as they are opened.
   *
   * @param maxBytes the largest picture
   * @throws IOException if a root is no directory that can be found, or the file with headers none
   */
  public static ImageFetchers open(FetchSettings settings, int maxBytes) throws IOException {
    Sharing sharing = new Sharing(settings, maxBytes);
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
    String scheme = Objects.requireNonNullElse(Uri.schemeOf(uri), "");
    try {
      if (Link.isFor(scheme)) {
        if (links == null) {
          // Not allowed, as no host is; the link itself may be worse.
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
      Link link = Link.parse(uri, sharing.settings().links());
      throw new IllegalStateException(link + " is allowed although no host is");
    } catch (GroundingException e) {
      return e;
    }
  }

  /** Returns what is under way. */
  public Levels levels() {
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

  @Override
  public void close() {
    synchronized (SHARED) {
      users--;
      if (users > 0) {
        return;
      }
      SHARED.remove(sharing);
    }
    files.close();
    if (links != null) {
      links.close();
    }
  }
}
