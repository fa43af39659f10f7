package io.groundstream.kosmos2.engine;

import java.security.AccessController;
import java.security.PrivilegedAction;
import org.apiguardian.api.API;

/**
 * Makes the threads of a model, which outlive those who asked for it. In a process that runs many
 * jobs, each with its own class loader, none of these may stay alive through a thread: not as its
 * context class loader, nor in its inherited thread locals, nor through the protection domains of
 * whoever is on the stack when the thread is made.
 */
@API(status = API.Status.INTERNAL)
public final class ModelThreads {
  private ModelThreads() {}

  /** Returns a daemon thread that keeps nothing of its maker alive; it is not started yet. */
  @SuppressWarnings("removal") // Java 17's threads inherit an access control context, whatever for.
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
