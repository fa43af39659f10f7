package io.groundstream.console.embedded;

import java.nio.file.Path;

/** What the tests of this module start services with. */
public final class LocalServices {
  /** Where the build unpacks the registry. */
  public static final Path REGISTRY_HOME =
      Path.of(System.getProperty(LocalRegistry.HOME_PROPERTY, "target/apicurio-registry"));

  /** Where the build puts the jars of the OpenSearch node. */
  public static final Path OPENSEARCH_HOME =
      Path.of(System.getProperty(LocalOpenSearch.HOME_PROPERTY, "../opensearch-node/target"));

  private LocalServices() {}
}
