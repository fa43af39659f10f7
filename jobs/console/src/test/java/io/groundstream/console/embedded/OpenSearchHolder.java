package io.groundstream.console.embedded;

import java.nio.file.Path;

/** A process that starts a node, prints its child's id, and waits to be killed. */
final class OpenSearchHolder {
  private OpenSearchHolder() {}

  public static void main(String[] arguments) throws Exception {
    LocalOpenSearch node = LocalOpenSearch.start(Path.of(arguments[0]), Path.of(arguments[1]), 0);
    System.out.println(node.process().pid());
    Thread.currentThread().join();
  }
}
