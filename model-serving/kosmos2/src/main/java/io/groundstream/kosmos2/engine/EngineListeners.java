package io.groundstream.kosmos2.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells all listeners of an engine, and lets none of them disturb it. Thread-safe. */
final class EngineListeners {
  private static final Logger LOG = LoggerFactory.getLogger(EngineListeners.class);

  private final List<EngineListener> listeners = new CopyOnWriteArrayList<>();

  void add(EngineListener listener) {
    listeners.add(listener);
  }

  void tell(Consumer<EngineListener> what) {
    for (EngineListener listener : listeners) {
      try {
        what.accept(listener);
      } catch (RuntimeException | LinkageError e) {
        // The latter from those whose class loader was closed.
        LOG.warn("{} failed", listener, e);
      }
    }
  }
}
