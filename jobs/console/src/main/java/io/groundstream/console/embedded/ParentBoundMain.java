package io.groundstream.console.embedded;

import java.io.IOException;

/**
 * Runs the main class that is its first argument, in a process that ends when its parent does: the
 * parent holds the other end of standard input, which the operating system closes when the parent
 * ends, even by SIGKILL.
 *
 * <p>Uses no other class of this program, because the child's class path holds only this one.
 */
final class ParentBoundMain {
  /** The exit status of a process that lost its parent. */
  private static final int ORPHANED = 143;

  private ParentBoundMain() {}

  public static void main(String[] arguments) throws Exception {
    Thread watcher = new Thread(ParentBoundMain::endWithParent, "parent-watcher");
    watcher.setDaemon(true);
    watcher.start();
    String[] rest = new String[arguments.length - 1];
    System.arraycopy(arguments, 1, rest, 0, rest.length);
    Class.forName(arguments[0]).getMethod("main", String[].class).invoke(null, (Object) rest);
  }

  private static void endWithParent() {
    try {
      while (System.in.read() >= 0) {
        // The parent writes nothing; only the end matters.
      }
    } catch (IOException e) {
      // A failed read means the same as the end of the input.
    }
    // Halt and not exit: an orderly shutdown is not needed, and could hang.
    Runtime.getRuntime().halt(ORPHANED);
  }
}
