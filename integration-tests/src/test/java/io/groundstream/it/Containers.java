package io.groundstream.it;

import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;

/**
 * Selects where the brokers, registries and clusters of tests run: as processes of this machine,
 * which need only Maven Central, or, with {@code -Dgroundstream.containers=true}, in containers of
 * the images that their projects publish. The tests are the same.
 */
final class Containers {
  private static final String SWITCH = "groundstream.containers";

  private Containers() {}

  /**
   * Returns whether to start a container. If containers are requested and no engine runs, the
   * calling test is skipped with a message.
   */
  static boolean areWanted() {
    if (!Boolean.getBoolean(SWITCH)) {
      return false;
    }
    Assumptions.assumeTrue(
        DockerClientFactory.instance().isDockerAvailable(),
        () ->
            SWITCH
                + ": true, but no container engine answers (expected: a running Docker, or another"
                + " engine with its API at DOCKER_HOST)");
    return true;
  }
}
