package io.groundstream.operators.archive.read;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.Path;

/**
 * Makes URIs of what manifests and Parquet files refer to. What begins with a scheme is one as it
 * is; anything else is a path, absolute or relative to the folder of the file that it is in, on
 * that file's file system. Whether it may be read is not decided here. Immutable.
 */
final class ReferenceResolver {
  /** A single letter would be a drive. */
  private static final Pattern HAS_SCHEME =
      Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:.*", Pattern.DOTALL);

  private final URI folder;

  ReferenceResolver(String file) {
    Path parent = new Path(file).getParent();
    this.folder = (parent == null ? new Path(file) : parent).toUri();
  }

  /**
   * Returns the URI.
   *
   * @throws URISyntaxException if there is none
   */
  String resolve(String reference) throws URISyntaxException {
    if (HAS_SCHEME.matcher(reference).matches()) {
      return reference;
    }
    String path = reference.startsWith("/") ? reference : folder.getPath() + "/" + reference;
    String scheme = folder.getScheme() == null ? "file" : folder.getScheme();
    String authority = folder.getAuthority();
    return new URI(scheme, authority == null ? "" : authority, path, null, null)
        .normalize()
        .toString();
  }
}
