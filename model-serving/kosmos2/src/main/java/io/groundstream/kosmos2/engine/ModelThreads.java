package io.groundstream.kosmos2.engine;

import java.security.AccessController;
import java.security.PrivilegedAction;
import org.apiguardian.api.API;

/**
 * Creates the threads of a model, which outlive the jobs that use it. In a process that runs many
 * jobs, each with its own class loader, a thread must not keep a job's class loader alive: neither
 * as its context class loader, nor by inherited thread locals, nor by the protection domains of the
 * callers on the stack when the thread is created.
 */
@API(status = API.Status.INTERNAL)
public final class ModelThreads {
  private ModelThreads() {}

  /** Returns an unstarted daemon thread that has no references to its creator's class loader. */
  @SuppressWarnings("removal") // Threads of Java 17 inherit an access control context.
  public static Thread create(Runnable task, String name) {
    PrivilegedAction<Thread> make =
        () -> {
          Thread thread = new Thread(null, task, name, 0, false);
          thread.setContextClassLoader(ModelThreads.class.getClassLoader());
          thread.setDaemon(true);
          return thread;
        };
    return AccessController.doPrivileged(make);
  }
}
