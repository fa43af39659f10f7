package io.groundstream.console.embedded;

import java.nio.file.Path;

/** A process that starts a registry, prints its child's id, and waits to be killed. */
final class RegistryHolder {
  private RegistryHolder() {}

  public static void main(String[] arguments) throws Exception {
    LocalRegistry registry = LocalRegistry.start(Path.of(arguments[0]), Path.of(arguments[1]), 0);
    System.out.println(registry.process().pid());
    Thread.currentThread().join();
  }
}
