package io.groundstream.console.embedded;

import static io.groundstream.console.embedded.LocalServices.REGISTRY_HOME;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.groundstream.avro.GroundedPhrase;
import io.groundstream.jobs.cli.LocalServiceException;
import io.groundstream.schemas.SchemaRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LocalRegistryITCase {
  @TempDir Path folder;

  @Test
  void answersUntilItIsClosed() throws Exception {
    ProcessHandle child;
    try (LocalRegistry registry = LocalRegistry.start(REGISTRY_HOME, folder, 0)) {
      child = registry.process();
      HttpRequest request = HttpRequest.newBuilder(URI.create(registry.url() + "/config")).build();
      assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body())
          .contains("FULL_TRANSITIVE");
      assertThat(registry.url()).startsWith("http://127.0.0.1:");
      assertThat(folder.resolve("registry.log")).isNotEmptyFile();
    }
    assertThat(child.isAlive()).isFalse();
  }

  /** Registers concurrently, as the subtasks of a job do at its first start. */
  @Test
  void manyWritersRegisterTheSameSchemaAtTheSameTime() throws Exception {
    int writers = 4;
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try (LocalRegistry local = LocalRegistry.start(REGISTRY_HOME, folder, 0);
        SchemaRegistry registry = SchemaRegistry.connect(List.of(local.url()), Map.of())) {
      Schema schema = GroundedPhrase.getClassSchema();
      for (int round = 0; round < 20; round++) {
        String subject = "subject-" + round;
        CyclicBarrier together = new CyclicBarrier(writers);
        Callable<Integer> register =
            () -> {
              together.await();
              return registry.register(subject, schema);
            };
        Set<Integer> ids = new HashSet<>();
        for (Future<Integer> id : threads.invokeAll(Collections.nCopies(writers, register))) {
          ids.add(id.get());
        }
        assertThat(ids).hasSize(1);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void diesWithAParentThatIsKilled() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                RegistryHolder.class.getName(),
                REGISTRY_HOME.toString(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
      ProcessHandle child = ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();
      assertThat(child.isAlive()).isTrue();
      parent.destroyForcibly();
      // Throws if the child is still running.
      child.onExit().get(20, TimeUnit.SECONDS);
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void aTakenPortIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatExceptionOfType(LocalServiceException.class)
          .isThrownBy(() -> LocalRegistry.start(REGISTRY_HOME, folder, taken.getLocalPort()))
          .withMessageContaining("port of schema registry: " + taken.getLocalPort() + " is taken");
    }
  }

  @Test
  void aFolderWithoutARegistryIsNamed() {
    assertThatExceptionOfType(LocalServiceException.class)
        .isThrownBy(() -> LocalRegistry.start(folder.resolve("none"), folder, 0))
        .withMessageContaining("holds no *-runner.jar");
  }

  @Test
  void aRegistryThatEndsShowsItsLog() throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "no.such.Registry");
    Path broken = Files.createDirectories(folder.resolve("broken"));
    new JarOutputStream(Files.newOutputStream(broken.resolve("a-runner.jar")), manifest).close();
    assertThatExceptionOfType(LocalServiceException.class)
        .isThrownBy(() -> LocalRegistry.start(broken, folder, 0))
        .withMessageContaining("ended with status 1")
        .withMessageContaining("ClassNotFoundException: no.such.Registry");
  }
}
