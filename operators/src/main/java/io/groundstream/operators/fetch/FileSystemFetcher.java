package io.groundstream.operators.fetch;

import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.uri.FileUri;
import io.groundstream.operators.uri.UriException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;
import org.jspecify.annotations.Nullable;

/**
 * Reads URIs of any file system that Flink knows below some folders, and refuses all others: {@code
 * file:} URIs as {@link FileFetcher} does, others by their text, as object stores have no links.
 */
final class FileSystemFetcher {
  /** The file system of file: URIs. */
  static final String LOCAL = "file";

  private final FileFetcher local;
  private final List<Place> roots;
  private final long maxBytes;

  private FileSystemFetcher(FileFetcher local, List<Place> roots, long maxBytes) {
    this.local = local;
    this.roots = roots;
    this.maxBytes = maxBytes;
  }

  /**
   * Returns a fetcher.
   *
   * @param roots the folders below which it may read: absolute paths, or URIs such as
   *     s3://bucket/images
   * @param maxBytes the largest file that is read
   * @throws IOException if a local root is not a directory that exists
   */
  static FileSystemFetcher open(List<String> roots, long maxBytes) throws IOException {
    return new FileSystemFetcher(FileFetcher.open(paths(roots), maxBytes), places(roots), maxBytes);
  }

  /** Returns a fetcher that only {@linkplain #check checks} URIs; the roots need not exist. */
  static FileSystemFetcher ofNames(List<String> roots) {
    return new FileSystemFetcher(FileFetcher.ofNames(paths(roots)), places(roots), 0);
  }

  private static List<String> paths(List<String> roots) {
    return roots.stream().filter(root -> root.startsWith("/")).toList();
  }

  private static List<Place> places(List<String> roots) {
    return roots.stream().filter(root -> !root.startsWith("/")).map(Place::ofRoot).toList();
  }

  /**
   * Checks a URI without access to its file system.
   *
   * @throws GroundingException if it is invalid or not allowed
   */
  void check(String text) throws GroundingException {
    FileUri uri = elsewhere(text);
    if (uri == null) {
      local.check(text);
    } else {
      Place unused = place(text, uri);
    }
  }

  /**
   * Returns the file system of a URI: the scheme and authority of one of the roots, or {@link
   * #LOCAL} for all others. Accesses no file system.
   */
  String fileSystem(String text) {
    FileUri uri = elsewhere(text);
    return uri == null || !isAllowed(uri) ? LOCAL : uri.scheme() + "://" + uri.authority();
  }

  /**
   * Reads a file.
   *
   * @param memory the memory for its bytes
   * @throws GroundingException with a code of stage {@code fetch}
   * @throws SizedBody.OverBudgetException if that does not suffice
   */
  byte[] fetch(String text, ByteBudget.Grant memory)
      throws GroundingException, SizedBody.OverBudgetException {
    FileUri uri = elsewhere(text);
    if (uri == null) {
      return local.fetch(text, memory);
    }
    Place place = place(text, uri);
    return read(text, uri, new Path(place.scheme(), place.authority(), place.path()), memory);
  }

  private Place place(String text, FileUri uri) throws GroundingException {
    String authority = String.valueOf(uri.authority());
    if (authority.indexOf('@') >= 0) {
      throw new GroundingException(
          OperatorErrorCode.URI_INVALID,
          "image_uri: " + ShownUri.of(text) + " (expected: no user before the bucket or host)");
    }
    Place place = Place.of(uri);
    if (place == null || !isAllowed(uri)) {
      throw new GroundingException(
          OperatorErrorCode.URI_NOT_ALLOWED,
          "image_uri: "
              + ShownUri.of(text)
              + " (expected: below one of the directories of fetch.allowed-roots)");
    }
    return place;
  }

  /** Returns the URI if a root has its scheme; all others are left to the local fetcher. */
  private @Nullable FileUri elsewhere(String text) {
    try {
      FileUri uri = FileUri.parse(text);
      return roots.stream().anyMatch(root -> root.scheme().equals(uri.scheme())) ? uri : null;
    } catch (UriException e) {
      return null;
    }
  }

  private boolean isAllowed(FileUri uri) {
    Place place = Place.of(uri);
    return place != null && roots.stream().anyMatch(root -> root.contains(place));
  }

  /**
   * A folder or file, without escapes, as its file system gets it.
   *
   * @param authority null if there is none
   */
  private record Place(String scheme, @Nullable String authority, String path) {
    static Place ofRoot(String root) {
      try {
        FileUri uri = FileUri.parse(root);
        Place place = of(uri);
        if (place != null) {
          return place;
        }
      } catch (UriException e) {
        // Reported below.
      }
      throw new IllegalArgumentException(
          "fetch.allowed-roots: " + root + " (expected: a URI such as s3://bucket/images)");
    }

    /** Returns null if the path is invalid, or leads elsewhere than its text says. */
    static @Nullable Place of(FileUri uri) {
      try {
        String path = uri.plainPath();
        // Flink's paths read a backslash as a slash, which could lead upwards.
        boolean straight =
            path.indexOf('\0') < 0
                && path.indexOf('\\') < 0
                && Arrays.stream(path.split("/", -1))
                    .noneMatch(part -> part.equals("..") || part.equals("."));
        return straight ? new Place(uri.scheme(), uri.authority(), path) : null;
      } catch (UriException e) {
        return null;
      }
    }

    boolean contains(Place file) {
      String folder = path.endsWith("/") ? path : path + "/";
      return scheme.equals(file.scheme)
          && Objects.equals(authority, file.authority)
          && file.path.startsWith(folder);
    }
  }

  private byte[] read(String text, FileUri uri, Path path, ByteBudget.Grant memory)
      throws GroundingException, SizedBody.OverBudgetException {
    try (InputStream in = path.getFileSystem().open(path)) {
      return GrantedRead.read(in, text, maxBytes, memory);
    } catch (SizedBody.OverBudgetException e) {
      throw e;
    } catch (UnsupportedFileSystemSchemeException e) {
      throw new GroundingException(
          OperatorErrorCode.SCHEME_UNSUPPORTED,
          "image_uri: "
              + ShownUri.of(text)
              + " (expected: a file system that this Flink has a plugin for)",
          e);
    } catch (FileNotFoundException e) {
      if (uri.isAmbiguous()) {
        throw new GroundingException(
            OperatorErrorCode.URI_INVALID,
            "image_uri: "
                + ShownUri.of(text)
                + " (expected: no query or fragment; in a file's name those characters are written"
                + " as %3F and %23)",
            e);
      }
      throw new GroundingException(
          OperatorErrorCode.IMAGE_NOT_FOUND,
          "image_uri: " + ShownUri.of(text) + " (expected: a file that exists)",
          e);
    } catch (IOException e) {
      throw FileFetcher.unreadable(text, e);
    }
  }
}
