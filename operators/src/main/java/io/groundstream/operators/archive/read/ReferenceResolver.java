package io.groundstream.operators.archive.read;

import io.groundstream.operators.uri.FileUri;
import java.net.URI;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.Path;

/**
 * Makes URIs of what manifests and Parquet files refer to. What begins with a scheme and a slash,
 * or is a {@code data:} URI, is one as it is; anything else is a path in which every character is
 * itself, absolute or relative to the folder of the file that it is in, on that file's file system.
 * So a colon in a name is no scheme. Whether it may be read is not decided here. Immutable.
 */
final class ReferenceResolver {
  /** A single letter would be a drive. */
  private static final Pattern IS_URI =
      Pattern.compile("(?:[A-Za-z][A-Za-z0-9+.-]+:/|(?i:data):[^,]*,).*", Pattern.DOTALL);

  private final URI folder;

  ReferenceResolver(String file) {
    Path parent = new Path(file).getParent();
    this.folder = (parent == null ? new Path(file) : parent).toUri();
  }

  /** Returns the URI, with escapes for whatever may not stand in one. */
  String resolve(String reference) {
    if (IS_URI.matcher(reference).matches()) {
      return reference;
    }
    String path = reference.startsWith("/") ? reference : folder.getPath() + "/" + reference;
    String scheme = folder.getScheme() == null ? "file" : folder.getScheme();
    String authority = folder.getAuthority();
    return FileUri.of(scheme, authority == null ? "" : authority, path).toString();
  }
}
