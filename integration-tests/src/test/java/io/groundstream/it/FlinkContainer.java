package io.groundstream.it;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.utility.DockerImageName;

/**
 * A JVM in a container of Flink's image, with that image's jars. It shares this machine's network
 * and folders, under the same names, so that addresses and paths are the same inside and outside.
 * Container engines without host networking (on other systems than Linux) are not supported.
 */
final class FlinkContainer extends FlinkProcess {
  private static final String FLINK_JARS = "/opt/flink/lib/*";
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

  private final GenericContainer<?> container;

  private FlinkContainer(GenericContainer<?> container, Path log) {
    super(log);
    this.container = container;
  }

  /**
   * Starts {@code mainClass} with the configuration in a folder, beside the folders that the
   * cluster writes to.
   *
   * @param log the file for standard output and error
   * @param classPath the class path after the image's own jars
   */
  static FlinkContainer start(
      Path configuration,
      Path log,
      List<Path> classPath,
      List<String> jvmOptions,
      String mainClass,
      List<String> arguments)
      throws IOException {
    Path written = configuration.toAbsolutePath().normalize().resolveSibling(".").normalize();
    Path project = Path.of("..").toAbsolutePath().normalize();
    StringBuilder path = new StringBuilder(FLINK_JARS);
    classPath.forEach(jar -> path.append(':').append(jar.toAbsolutePath().normalize()));
    List<String> command = new ArrayList<>(List.of("java"));
    command.addAll(jvmOptions);
    // The container's user has no home folder, into which the engine unpacks its natives.
    command.add("-Duser.home=" + Files.createDirectories(written.resolve("home")));
    command.addAll(List.of("-cp", path.toString(), mainClass));
    command.addAll(arguments);
    String user =
        Files.getAttribute(written, "unix:uid") + ":" + Files.getAttribute(written, "unix:gid");
    Files.deleteIfExists(log);
    Files.createFile(log);
    GenericContainer<?> container =
        new GenericContainer<>(
                DockerImageName.parse("flink")
                    .withTag(EnvironmentInformation.getVersion() + "-java17"))
            .withNetworkMode("host")
            .withEnv("FLINK_CONF_DIR", configuration.toAbsolutePath().toString())
            .withEnv("GOMP_SPINCOUNT", "2000")
            .withLogConsumer(frame -> append(log, frame))
            .withCreateContainerCmdModifier(
                create -> {
                  create.withUser(user).withEntrypoint(command).withCmd(List.of());
                  create
                      .getHostConfig()
                      .withBinds(Stream.of(written, project).map(FlinkContainer::shared).toList());
                });
    container.start();
    return new FlinkContainer(container, log);
  }

  private static Bind shared(Path folder) {
    return new Bind(folder.toString(), new Volume(folder.toString()));
  }

  private static void append(Path log, OutputFrame frame) {
    byte[] bytes = frame.getBytes();
    if (bytes != null) {
      try {
        Files.write(log, bytes, StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private DockerClient engine() {
    return container.getDockerClient();
  }

  private ContainerState state() {
    return engine().inspectContainerCmd(container.getContainerId()).exec().getState();
  }

  @Override
  boolean isAlive() {
    return Boolean.TRUE.equals(state().getRunning());
  }

  @Override
  void freeze() {
    engine().pauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  void thaw() {
    engine().unpauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  void kill() throws InterruptedException {
    engine().killContainerCmd(container.getContainerId()).withSignal("KILL").exec();
    if (!endsWithin(Duration.ofMinutes(1))) {
      throw new AssertionError("Still there after SIGKILL: " + this);
    }
  }

  @Override
  boolean endsWithin(Duration time) throws InterruptedException {
    long deadline = System.nanoTime() + time.toNanos();
    while (isAlive()) {
      if (System.nanoTime() >= deadline) {
        return false;
      }
      Thread.sleep(BETWEEN_LOOKS.toMillis());
    }
    return true;
  }

  @Override
  int exitStatus() {
    Long status = state().getExitCodeLong();
    if (status == null) {
      throw new IllegalStateException(name() + " has not ended");
    }
    return status.intValue();
  }

  @Override
  public void close() {
    container.stop();
  }
}
