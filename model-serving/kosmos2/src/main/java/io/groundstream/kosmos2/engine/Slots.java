package io.groundstream.kosmos2.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The slots in use, which are the first ones. An ordinary sequence has one slot, a beam search one
 * for each beam; these need not be adjacent. Confined to the engine's thread.
 */
final class Slots {
  private final NetworkCalls network;

  /** Element {@code i} is the row in slot {@code i}. */
  private final List<Row> rows = new ArrayList<>();

  /** A sequence's slot. */
  record Row(Sequence sequence, int beam) {}

  Slots(NetworkCalls network) {
    this.network = network;
  }

  int size() {
    return rows.size();
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** Returns the rows in the order of their slots. */
  List<Row> rows() {
    return Collections.unmodifiableList(rows);
  }

  /** Returns each sequence once, in the order of their first slots. */
  List<Sequence> sequences() {
    Set<Sequence> sequences = new LinkedHashSet<>();
    rows.forEach(row -> sequences.add(row.sequence()));
    return List.copyOf(sequences);
  }

  /** Returns the sequences that have one of the slots from {@code slot} on. */
  List<Sequence> sequencesFrom(int slot) {
    Set<Sequence> sequences = new LinkedHashSet<>();
    rows.subList(Math.min(slot, rows.size()), rows.size())
        .forEach(row -> sequences.add(row.sequence()));
    return List.copyOf(sequences);
  }

  /** Adds sequences whose prompts are in the next slots, one each. Their copies are missing. */
  void add(List<Sequence> group) {
    for (Sequence sequence : group) {
      for (int beam = 0; beam < sequence.rows(); beam++) {
        rows.add(new Row(sequence, beam));
      }
    }
  }

  /**
   * Copies the prompts of a group to all its slots.
   *
   * @param first the slot of the first prompt, and of the group's first row
   */
  void spread(List<Sequence> group, int first) {
    int end = rows.size();
    for (int prompt = group.size() - 1; prompt >= 0; prompt--) {
      Sequence sequence = group.get(prompt);
      int begin = end - sequence.rows();
      // From the last one: no prompt is overwritten that is still to be copied.
      for (int slot = end - 1; slot >= begin; slot--) {
        if (slot != first + prompt) {
          network.copyPrompt(sequence, first + prompt, slot);
        }
      }
      end = begin;
    }
  }

  /**
   * Frees all slots of some sequences by moving the last rows into them.
   *
   * @param corrupt those whose slots contain non-finite numbers
   */
  void retire(Collection<Sequence> sequences, Collection<Sequence> corrupt) {
    Set<Sequence> all = Collections.newSetFromMap(new IdentityHashMap<>());
    all.addAll(sequences);
    for (int slot = rows.size() - 1; slot >= 0 && !all.isEmpty(); slot--) {
      Sequence sequence = rows.get(slot).sequence();
      if (all.contains(sequence)) {
        if (corrupt.contains(sequence)) {
          network.clear(slot);
        }
        retire(slot);
      }
    }
  }

  /** Frees a slot by moving the last row into it. Rows in higher slots remain. */
  private void retire(int slot) {
    int lastSlot = rows.size() - 1;
    if (slot < lastSlot) {
      Row last = rows.get(lastSlot);
      network.move(last.sequence(), lastSlot, slot);
      rows.set(slot, last);
    }
    rows.remove(lastSlot);
  }

  /** Removes sequences without filling their slots, when the keys and values of all are lost. */
  void forget(Collection<Sequence> sequences) {
    rows.removeIf(row -> sequences.contains(row.sequence()));
  }
}
