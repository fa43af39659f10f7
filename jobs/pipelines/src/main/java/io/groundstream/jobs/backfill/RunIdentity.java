package io.groundstream.jobs.backfill;

import io.groundstream.jobs.configuration.BackfillSettings;
import io.groundstream.operators.archive.settings.ArchiveOptions;
import io.groundstream.operators.grounding.GroundingOptions;
import io.groundstream.operators.grounding.ModelOptions;
import io.groundstream.operators.grounding.RequestOptions;
import io.groundstream.operators.grounding.RequestTemplate;
import io.groundstream.operators.kafka.KafkaOptions;
import io.groundstream.operators.output.FileOutput;
import io.groundstream.operators.output.KafkaOutput;
import io.groundstream.operators.output.OutputOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The identity of a run: the settings that determine its results. */
final class RunIdentity {
  private RunIdentity() {}

  static Map<String, String> of(BackfillSettings settings) {
    Map<String, String> identity = new TreeMap<>();
    identity.put(ArchiveOptions.PATHS.key(), String.join(";", settings.archive().paths()));
    String root = settings.archive().root();
    if (root != null) {
      identity.put(ArchiveOptions.ROOT.key(), root);
    }
    identity.put(ModelOptions.CHECKPOINT.key(), settings.model().checkpoint());
    String adapter = settings.model().adapter();
    if (adapter != null) {
      identity.put(ModelOptions.ADAPTER.key(), adapter);
    }
    identity.put(
        GroundingOptions.DEFAULT_TASKS.key(),
        settings.grounding().requests().otherwise().defaults().stream()
            .map(RequestTemplate::toString)
            .collect(Collectors.joining(";")));
    if (!settings.grounding().requests().otherwise().rules().isEmpty()) {
      identity.put(
          RequestOptions.RULES_PREFIX + "*",
          settings.grounding().requests().otherwise().rules().toString());
    }
    identity.putAll(settings.grounding().ofAnswers());
    if (settings.output() instanceof FileOutput files) {
      identity.put(OutputOptions.DIRECTORY.key(), files.directory());
      identity.put(OutputOptions.FORMAT.key(), files.format().toString());
    } else if (settings.output() instanceof KafkaOutput to) {
      identity.put(KafkaOptions.BOOTSTRAP_SERVERS.key(), to.kafka().bootstrapServers());
      identity.put(KafkaOptions.IMAGES_TOPIC.key(), to.kafka().imagesTopic());
      identity.put(KafkaOptions.TRANSACTIONAL_ID_PREFIX.key(), to.kafka().transactionalIdPrefix());
    }
    return identity;
  }

  /**
   * Compares settings with those with which a run began.
   *
   * @throws BackfillException if they differ; it reports all differences together
   */
  static void check(BackfillSettings settings, Map<String, String> began) throws BackfillException {
    Map<String, String> now = of(settings);
    if (!began.containsKey(GroundingOptions.MAX_NEW_TOKENS.key())) {
      // It began with a version that did not record them.
      now.keySet().removeAll(settings.grounding().ofAnswers().keySet());
    }
    TreeSet<String> keys = new TreeSet<>(now.keySet());
    keys.addAll(began.keySet());
    List<String> differences = new ArrayList<>();
    for (String key : keys) {
      String before = began.getOrDefault(key, "not set");
      String value = now.getOrDefault(key, "not set");
      if (!before.equals(value)) {
        differences.add("\n  " + key + ": " + value + " (expected: " + before + ")");
      }
    }
    if (!differences.isEmpty()) {
      throw new BackfillException(
          "run "
              + settings.name()
              + " began with other settings, so it cannot be resumed with these (another --name"
              + " makes another run):"
              + String.join("", differences));
    }
  }
}
