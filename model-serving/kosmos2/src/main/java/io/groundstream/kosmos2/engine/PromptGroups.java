package io.groundstream.kosmos2.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Puts sequences together whose prompts can be read in one call. */
final class PromptGroups {
  /** Prompts are read together if their lengths differ by less than this, for want of padding. */
  private static final int BUCKET = 32;

  /** What prompts of a group have in common. */
  private record Form(boolean imaged, int imageAt, int bucket) {
    static Form of(Sequence sequence) {
      boolean imaged = sequence.image() != null;
      return new Form(
          imaged,
          imaged ? sequence.request().imageAt() : 0,
          (sequence.request().promptIds().length - 1) / BUCKET);
    }
  }

  private PromptGroups() {}

  /**
   * Returns groups of up to {@code most} sequences, whose prompts are of one form and of about one
   * length. Within a group those on an image are neighbours.
   */
  static List<List<Sequence>> of(Collection<Sequence> sequences, int most) {
    Map<Form, Map<Object, List<Sequence>>> byForm = new LinkedHashMap<>();
    for (Sequence sequence : sequences) {
      ImageKey image = sequence.image();
      byForm
          .computeIfAbsent(Form.of(sequence), any -> new LinkedHashMap<>())
          .computeIfAbsent(image == null ? sequence : image, any -> new ArrayList<>())
          .add(sequence);
    }
    List<List<Sequence>> groups = new ArrayList<>();
    for (Map<Object, List<Sequence>> byImage : byForm.values()) {
      List<Sequence> ordered = byImage.values().stream().flatMap(List::stream).toList();
      for (int begin = 0; begin < ordered.size(); begin += most) {
        groups.add(ordered.subList(begin, Math.min(ordered.size(), begin + most)));
      }
    }
    return groups;
  }
}
