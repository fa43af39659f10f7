package io.groundstream.operators.fetch;

import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.uri.FileUri;
import io.groundstream.operators.uri.UriException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads {@code file:} URIs below some directories, and refuses all others.
 *
 * <p>A path is checked after all links and {@code ..} in it are resolved, so that an event cannot
 * read other files that the job can read.
 */
final class FileFetcher {
  private static final String SCHEME = "file";
  private static final String THIS_MACHINE = "localhost";

  /** The roots without links, which decide what may be read. */
  private final List<Path> roots;

  /** The roots as URIs may name them: with links, and without. */
  private final List<Path> names;

  private final long maxBytes;

  private FileFetcher(List<Path> roots, List<Path> names, long maxBytes) {
    this.roots = roots;
    this.names = names;
    this.maxBytes = maxBytes;
  }

  /**
   * Returns a fetcher.
   *
   * @param roots the directories to read below; without any, no file is read
   * @param maxBytes the largest file that is read
   * @throws IOException if a root is not a directory that exists
   */
  static FileFetcher open(List<String> roots, long maxBytes) throws IOException {
    List<Path> real = new ArrayList<>();
    List<Path> names = new ArrayList<>();
    for (String root : roots) {
      Path path = Path.of(root);
      if (!Files.isDirectory(path)) {
        throw new NoSuchFileException(
            root,
            null,
            "fetch.allowed-roots names a directory that does not exist (expected: one that"
                + " exists)");
      }
      real.add(path.toRealPath());
      names.add(path.toAbsolutePath().normalize());
    }
    names.addAll(real);
    return new FileFetcher(List.copyOf(real), List.copyOf(names), maxBytes);
  }

  /** Returns a fetcher that only {@linkplain #check checks} URIs; the roots need not exist. */
  static FileFetcher ofNames(List<String> roots) {
    List<Path> names = new ArrayList<>();
    for (String root : roots) {
      Path path = Path.of(root);
      names.add(path.toAbsolutePath().normalize());
      try {
        names.add(path.toRealPath());
      } catch (IOException e) {
        // Then only its name is known.
      }
    }
    return new FileFetcher(List.of(), List.copyOf(names), 0);
  }

  /**
   * Checks a URI without access to the file.
   *
   * @throws GroundingException if it is invalid, or names no file below a root
   */
  void check(String uri) throws GroundingException {
    if (!isBelow(names, path(uri, parse(uri)).normalize())) {
      throw notAllowed(uri);
    }
  }

  /**
   * Reads a file.
   *
   * @param memory the memory for its bytes
   * @throws GroundingException with a code of stage {@code fetch}
   * @throws SizedBody.OverBudgetException if that does not suffice
   */
  byte[] fetch(String uri, ByteBudget.Grant memory)
      throws GroundingException, SizedBody.OverBudgetException {
    FileUri parsed = parse(uri);
    Path path = path(uri, parsed);
    // Checked before the file system is used, so that the answer reveals nothing about other files.
    Path real = isBelow(names, path.normalize()) ? real(uri, parsed, path) : null;
    if (real == null || !isBelow(roots, real)) {
      throw notAllowed(uri);
    }
    return read(uri, real, memory);
  }

  private static GroundingException notAllowed(String uri) {
    return new GroundingException(
        OperatorErrorCode.URI_NOT_ALLOWED,
        "image_uri: "
            + ShownUri.of(uri)
            + " (expected: below one of the directories of fetch.allowed-roots)");
  }

  private static FileUri parse(String text) throws GroundingException {
    FileUri uri;
    try {
      uri = FileUri.parse(text);
    } catch (UriException e) {
      throw new GroundingException(
          OperatorErrorCode.URI_INVALID,
          "image_uri: "
              + ShownUri.of(text)
              + " (expected: a URI with a scheme, such as file:///a.jpg)");
    }
    if (!uri.scheme().equals(SCHEME)) {
      throw new GroundingException(
          OperatorErrorCode.SCHEME_UNSUPPORTED,
          "image_uri: scheme "
              + ShownUri.of(uri.scheme())
              + " (expected: https, data, file, or that of one of fetch.allowed-roots)");
    }
    return uri;
  }

  private static Path path(String text, FileUri uri) throws GroundingException {
    String host = uri.authority();
    if (host != null && !host.isEmpty() && !host.equalsIgnoreCase(THIS_MACHINE)) {
      throw invalid(text, "it names another machine");
    }
    if (!uri.path().startsWith("/")) {
      throw invalid(text, "it has no absolute path");
    }
    try {
      // By its bytes: a name may not be text in this JVM's encoding.
      return Path.of(URI.create(SCHEME + "://" + uri.escapedPath()));
    } catch (IllegalArgumentException e) {
      // It has a NUL.
      throw invalid(text, "no file has such a name");
    }
  }

  private static GroundingException invalid(String text, String reason) {
    return new GroundingException(
        OperatorErrorCode.URI_INVALID,
        "image_uri: "
            + ShownUri.of(text)
            + " (expected: a URI such as file:///archive/1.jpg): "
            + reason);
  }

  private static boolean isBelow(List<Path> roots, Path path) {
    return roots.stream().anyMatch(path::startsWith);
  }

  private static Path real(String uri, FileUri parsed, Path path) throws GroundingException {
    try {
      return path.toRealPath();
    } catch (NoSuchFileException e) {
      if (parsed.isAmbiguous()) {
        throw invalid(uri, "no file has that name; ? and # in a name are written as %3F and %23");
      }
      throw new GroundingException(
          OperatorErrorCode.IMAGE_NOT_FOUND,
          "image_uri: " + ShownUri.of(uri) + " (expected: a file that exists)",
          e);
    } catch (IOException e) {
      throw unreadable(uri, e);
    }
  }

  private byte[] read(String uri, Path real, ByteBudget.Grant memory)
      throws GroundingException, SizedBody.OverBudgetException {
    // Devices and pipes may never end.
    if (!Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
      throw new GroundingException(
          OperatorErrorCode.IMAGE_UNREADABLE,
          "image_uri: "
              + ShownUri.of(uri)
              + " is not a regular file (expected: a file with an image)");
    }
    try (InputStream in = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS)) {
      return GrantedRead.read(in, uri, maxBytes, memory);
    } catch (SizedBody.OverBudgetException e) {
      throw e;
    } catch (IOException e) {
      throw unreadable(uri, e);
    }
  }

  static GroundingException tooLarge(String uri, long maxBytes) {
    return new GroundingException(
        OperatorErrorCode.FETCH_TOO_LARGE,
        "image_uri: "
            + ShownUri.of(uri)
            + " has more than "
            + maxBytes
            + " bytes (expected: at most model.max-image-bytes)");
  }

  static GroundingException unreadable(String uri, IOException cause) {
    return new GroundingException(
        OperatorErrorCode.IMAGE_UNREADABLE,
        "image_uri: " + ShownUri.of(uri) + " cannot be read: " + cause,
        cause);
  }
}
