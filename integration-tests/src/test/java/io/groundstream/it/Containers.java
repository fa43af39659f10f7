package io.groundstream.it;

import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;

/**
 * Where the brokers, registries and clusters of tests run: as processes of this machine, which need
 * nothing but Maven Central, or, with {@code -Dgroundstream.containers=true}, in containers from
 * the images that their projects publish. What the tests ask of them is the same.
 */
final class Containers {
  private static final String SWITCH = "groundstream.containers";

  private Containers() {}

  /**
   * Returns whether to start a container. Where there should be one and no engine runs, the test
   * that asks is skipped and says so.
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
