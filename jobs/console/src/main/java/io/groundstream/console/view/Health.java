package io.groundstream.console.view;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The current problems, for the banner of the page. Thread-safe. */
final class Health implements Problems {
  private final EventLog log;
  private final Map<String, String> problems = new TreeMap<>();

  /** A service that may have a problem. */
  enum Part {
    KAFKA,
    REGISTRY
  }

  record Problem(String part, String message) {}

  Health(EventLog log) {
    this.log = log;
    publish();
  }

  /** Sets the problem of a part, or, with null, that it has none. */
  @Override
  public synchronized void set(Part part, @Nullable String problem) {
    String name = part.name();
    String before = problem == null ? problems.remove(name) : problems.put(name, problem);
    if (!Objects.equals(before, problem)) {
      publish();
    }
  }

  private void publish() {
    List<Problem> all =
        problems.entrySet().stream()
            .map(problem -> new Problem(problem.getKey(), problem.getValue()))
            .toList();
    log.appendState("status", Map.of("problems", all));
  }
}
