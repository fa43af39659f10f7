package io.groundstream.console.embedded;

import java.nio.file.Path;

/** The folders from which the tests of this module start services. */
public final class LocalServices {
  /** The folder to which the build unpacks the registry. */
  public static final Path REGISTRY_HOME =
      Path.of(System.getProperty(LocalRegistry.HOME_PROPERTY, "target/apicurio-registry"));

  /** The folder to which the build copies the jars of the OpenSearch node. */
  public static final Path OPENSEARCH_HOME =
      Path.of(System.getProperty(LocalOpenSearch.HOME_PROPERTY, "../opensearch-node/target"));

  private LocalServices() {}
}
