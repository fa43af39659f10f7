package io.groundstream.kosmos2.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Groups sequences whose prompts can be prefilled in one call. */
final class PromptGroups {
  /** Prompts in one group differ in length by less than this, to limit padding. */
  private static final int BUCKET = 32;

  /**
   * The common properties of a group's prompts. All have no image, or one at the same index, or
   * several at any.
   *
   * @param images 0, 1, or 2 for several
   * @param imageAt the index of the first place if there is one image, else 0
   * @param prefix what they begin with; null unless it is shared
   */
  private record Form(int images, int imageAt, int bucket, @Nullable PrefixKey prefix) {
    static Form of(Sequence sequence) {
      int images = Math.min(2, sequence.images().size());
      return new Form(
          images,
          images == 1 ? sequence.images().get(0).at() : 0,
          (sequence.request().promptIds().length - 1) / BUCKET,
          sequence.prefix());
    }
  }

  private PromptGroups() {}

  /**
   * Returns groups of up to {@code maxSize} sequences whose prompts have the same form and similar
   * lengths, with at most as many images unless there is one prompt. Within a group, sequences with
   * the same single image are adjacent.
   */
  static List<List<Sequence>> of(Collection<Sequence> sequences, int maxSize) {
    Map<Form, Map<Object, List<Sequence>>> byForm = new LinkedHashMap<>();
    for (Sequence sequence : sequences) {
      byForm
          .computeIfAbsent(Form.of(sequence), any -> new LinkedHashMap<>())
          .computeIfAbsent(
              sequence.images().size() == 1 ? sequence.images().get(0).key() : sequence,
              any -> new ArrayList<>())
          .add(sequence);
    }
    List<List<Sequence>> groups = new ArrayList<>();
    for (Map<Object, List<Sequence>> byImage : byForm.values()) {
      List<Sequence> ordered = byImage.values().stream().flatMap(List::stream).toList();
      int begin = 0;
      int load = 0;
      for (int end = 0; end < ordered.size(); end++) {
        int next = Math.max(1, ordered.get(end).images().size());
        if (end > begin && load + next > maxSize) {
          groups.add(ordered.subList(begin, end));
          begin = end;
          load = 0;
        }
        load += next;
      }
      groups.add(ordered.subList(begin, ordered.size()));
    }
    return groups;
  }
}
