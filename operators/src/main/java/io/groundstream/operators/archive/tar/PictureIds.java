package io.groundstream.operators.archive.tar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives the pictures of a shard their identifiers, each its own. The first picture of a stem gets
 * the stem; further ones get their suffix too. Of pictures that lie beside each other, with nothing
 * but entries of their key between them, the one whose suffix comes first in the alphabet is first.
 * A name that came before is a duplicate.
 *
 * <p>Holds hashes of names, and the pictures of one key. For one thread.
 */
public final class PictureIds {
  /** What a picture's identifier is made of. */
  public enum Choice {
    STEM(0),
    NAME(1),
    DUPLICATE(2);

    /** How many there are. */
    public static final int COUNT = 3;

    private final int code;

    Choice(int code) {
      this.code = code;
    }

    /** Returns what stands for this choice in checkpoints. */
    public int code() {
      return code;
    }

    /** Returns the choice that a code stands for. */
    public static Choice ofCode(int code) {
      for (Choice choice : values()) {
        if (choice.code == code) {
          return choice;
        }
      }
      throw new IllegalArgumentException("code of a picture's identifier: " + code);
    }
  }

  /** Takes what was chosen for a picture. */
  @FunctionalInterface
  public interface Listener<T> {
    void chosen(T picture, Choice choice);
  }

  /** The most entries, and bytes of pictures, that are looked at together. */
  private static final int MOST_ENTRIES = 1000;

  private static final long MOST_BYTES = 64L << 20;

  private record Waiting<T>(T picture, EntryName name, String fullName) {}

  /** The pictures of the current key. */
  public static final class Run<T> {
    private final PictureIds ids;
    private final Listener<T> listener;
    private final List<Waiting<T>> waiting = new ArrayList<>();
    private @Nullable String key;
    private int entries;
    private long bytes;
    private long number;

    public Run(PictureIds ids, Listener<T> listener) {
      this.ids = ids;
      this.listener = listener;
    }

    /** Returns the number of the current run. */
    public long number() {
      return number;
    }

    /** Takes an entry that has a name; what came before with another key is chosen then. */
    public void enter(EntryName name) {
      if (!name.key().equals(key) || entries >= MOST_ENTRIES || bytes > MOST_BYTES) {
        end();
        key = name.key();
      }
      entries++;
    }

    /** Takes an entry that says nothing. */
    public void pass() {
      entries++;
      if (entries >= MOST_ENTRIES) {
        end();
      }
    }

    /** Takes the picture that was entered last. */
    public void add(T picture, EntryName name, String fullName, long size) {
      waiting.add(new Waiting<>(picture, name, fullName));
      bytes += size;
    }

    /** Ends the run, such as at the end of the shard. */
    public void end() {
      waiting.sort(Comparator.comparing((Waiting<T> one) -> one.name().suffix()));
      for (Waiting<T> one : waiting) {
        listener.chosen(one.picture(), ids.choose(one.name(), one.fullName()));
      }
      waiting.clear();
      key = null;
      entries = 0;
      bytes = 0;
      number++;
    }
  }

  private final KeySet names = new KeySet();
  private final KeySet ids = new KeySet();

  private Choice choose(EntryName name, String fullName) {
    if (!names.add(fullName)) {
      return Choice.DUPLICATE;
    }
    if (ids.add(name.stem())) {
      return Choice.STEM;
    }
    return ids.add(name.stem() + "." + name.suffix()) ? Choice.NAME : Choice.DUPLICATE;
  }
}
