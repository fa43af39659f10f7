package io.groundstream.operators.archive.read;

import io.groundstream.operators.uri.FileUri;
import java.net.URI;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.Path;

/**
 * Resolves references in manifests and Parquet files to URIs. A reference that begins with a scheme
 * and a slash, or is a {@code data:} URI, is taken as it is; any other is a literal path, absolute
 * or relative to the folder of the referring file, on that file's file system. So a colon in a name
 * does not make a scheme. Does not check whether the URI may be read. Immutable.
 */
final class ReferenceResolver {
  /** A scheme has at least two letters; a single one would be a drive. */
  private static final Pattern IS_URI =
      Pattern.compile("(?:[A-Za-z][A-Za-z0-9+.-]+:/|(?i:data):[^,]*,).*", Pattern.DOTALL);

  private final URI folder;

  ReferenceResolver(String file) {
    Path parent = new Path(file).getParent();
    this.folder = (parent == null ? new Path(file) : parent).toUri();
  }

  /** Returns the URI, in which characters that are not allowed are escaped. */
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
