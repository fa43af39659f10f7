package io.groundstream.operators.fetch;

import io.groundstream.model.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.UnsupportedFileSystemSchemeException;
import org.jspecify.annotations.Nullable;

/**
 * Reads URIs of any file system that Flink knows below some folders, and refuses all else: {@code
 * file:} URIs as {@link FileFetcher} does, others by what they say, as object stores have no links.
 */
final class FileSystemFetcher {
  /** Where file: URIs are. */
  static final String LOCAL = "file";

  private final FileFetcher local;
  private final List<URI> roots;
  private final long maxBytes;

  private FileSystemFetcher(FileFetcher local, List<URI> roots, long maxBytes) {
    this.local = local;
    this.roots = roots;
    this.maxBytes = maxBytes;
  }

  /**
   * Returns a fetcher.
   *
   * @param roots the folders below which it may read: absolute paths, or URIs such as
   *     s3://bucket/pictures
   * @param maxBytes the largest file that is read
   * @throws IOException if a local root is no directory that can be found
   */
  static FileSystemFetcher open(List<String> roots, long maxBytes) throws IOException {
    List<String> paths = new ArrayList<>();
    List<URI> uris = new ArrayList<>();
    for (String root : roots) {
      if (root.startsWith("/")) {
        paths.add(root);
      } else {
        uris.add(URI.create(root).normalize());
      }
    }
    return new FileSystemFetcher(FileFetcher.open(paths, maxBytes), List.copyOf(uris), maxBytes);
  }

  /**
   * Returns which file system a URI is of: the scheme and authority of one of the roots, or {@link
   * #LOCAL} for all else. Asks no file system.
   */
  String fileSystem(String text) {
    URI uri = elsewhere(text);
    return uri == null || !isAllowed(uri)
        ? LOCAL
        : uri.getScheme().toLowerCase(Locale.ROOT) + "://" + uri.getAuthority();
  }

  /**
   * Reads a file.
   *
   * @param memory what is set aside for it
   * @throws GroundingException with a code of stage {@code fetch}
   * @throws SizedBody.OverBudgetException if that is not enough
   */
  byte[] fetch(String text, ByteBudget.Grant memory)
      throws GroundingException, SizedBody.OverBudgetException {
    URI uri = elsewhere(text);
    if (uri == null) {
      return local.fetch(text, memory);
    }
    if (uri.getQuery() != null || uri.getFragment() != null || uri.getUserInfo() != null) {
      throw new GroundingException(
          OperatorErrorCode.URI_INVALID,
          "image_uri: "
              + ShownUri.of(text)
              + " (expected: no user, query or fragment; those characters are written as %3F,"
              + " %23)");
    }
    if (!isAllowed(uri)) {
      throw new GroundingException(
          OperatorErrorCode.URI_NOT_ALLOWED,
          "image_uri: "
              + ShownUri.of(text)
              + " (expected: below one of the directories of fetch.allowed-roots)");
    }
    return read(text, new Path(uri.getScheme(), uri.getAuthority(), uri.getPath()), memory);
  }

  /** Returns the URI if it is of a root's scheme; otherwise it is the local fetcher's to judge. */
  private @Nullable URI elsewhere(String text) {
    try {
      URI uri = new URI(text);
      String scheme = uri.getScheme();
      return scheme != null
              && uri.getPath() != null
              && roots.stream().anyMatch(root -> isOf(root, scheme))
          ? uri
          : null;
    } catch (URISyntaxException e) {
      return null;
    }
  }

  private static boolean isOf(URI root, String scheme) {
    return root.getScheme().equalsIgnoreCase(scheme);
  }

  private boolean isAllowed(URI uri) {
    // Decoded, as the file system gets it.
    String path = uri.getPath();
    if (Arrays.stream(path.split("/", -1)).anyMatch(part -> part.equals("..") || part.equals("."))
        || path.indexOf('\0') >= 0) {
      return false;
    }
    for (URI root : roots) {
      String folder = root.getPath().endsWith("/") ? root.getPath() : root.getPath() + "/";
      if (isOf(root, uri.getScheme())
          && String.valueOf(root.getAuthority()).equals(String.valueOf(uri.getAuthority()))
          && path.startsWith(folder)) {
        return true;
      }
    }
    return false;
  }

  private byte[] read(String text, Path path, ByteBudget.Grant memory)
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
      throw new GroundingException(
          OperatorErrorCode.IMAGE_NOT_FOUND,
          "image_uri: " + ShownUri.of(text) + " (expected: a file that exists)",
          e);
    } catch (IOException e) {
      throw FileFetcher.unreadable(text, e);
    }
  }
}
