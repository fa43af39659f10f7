package io.groundstream.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** A row of the table of rights in deploy/README.md. */
record DocumentedRight(
    ResourceType resource, String key, boolean prefixed, AclOperation operation) {
  private static final Path PAGE = Path.of("..", "deploy", "README.md");
  private static final Pattern ROW =
      Pattern.compile(
          "\\| `(\\w+)` \\| ([\\w ]+) \\| `(kafka[\\w.-]+)`(, prefixed)? \\| (\\w+) \\|");

  static List<DocumentedRight> of(String job) throws IOException {
    return Files.readAllLines(PAGE).stream()
        .map(ROW::matcher)
        .filter(row -> row.matches() && row.group(1).equals(job))
        .map(DocumentedRight::of)
        .toList();
  }

  private static DocumentedRight of(Matcher row) {
    return new DocumentedRight(
        ResourceType.fromString(row.group(2).toUpperCase(Locale.ROOT).replace(' ', '_')),
        row.group(3),
        row.group(4) != null,
        AclOperation.fromString(row.group(5).toUpperCase(Locale.ROOT)));
  }

  /** Returns the ACL that an administrator grants. */
  AclBinding grant(String user, Map<String, String> names) {
    return new AclBinding(
        new ResourcePattern(
            resource, name(names), prefixed ? PatternType.PREFIXED : PatternType.LITERAL),
        new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
  }

  String name(Map<String, String> names) {
    String name = names.get(key);
    if (name == null) {
      throw new AssertionError(key + " is not in " + names);
    }
    return name;
  }
}
