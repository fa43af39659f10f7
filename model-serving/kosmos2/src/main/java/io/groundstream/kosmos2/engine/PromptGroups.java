package io.groundstream.kosmos2.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Groups sequences whose prompts can be prefilled in one call. */
final class PromptGroups {
  /** Prompts in one group differ in length by less than this, to limit padding. */
  private static final int BUCKET = 32;

  /** The common properties of a group's prompts. */
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
   * Returns groups of up to {@code maxSize} sequences whose prompts have the same form and similar
   * lengths. Within a group, sequences with the same image are adjacent.
   */
  static List<List<Sequence>> of(Collection<Sequence> sequences, int maxSize) {
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
      for (int begin = 0; begin < ordered.size(); begin += maxSize) {
        groups.add(ordered.subList(begin, Math.min(ordered.size(), begin + maxSize)));
      }
    }
    return groups;
  }
}
