package io.groundstream.operators.archive.tar;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Assigns unique identifiers to the images of a shard. The first image with a stem gets the stem;
 * further ones get their suffix, too. Images in a run, with only entries of their key between them,
 * are ordered by their suffixes. A repeated name is a duplicate.
 *
 * <p>Holds hashes of names, and the images of one run. For one thread.
 */
public final class ImageIds {
  /** The form of an image's identifier. */
  public enum Choice {
    STEM(0),
    NAME(1),
    DUPLICATE(2);

    /** The number of choices. */
    public static final int COUNT = 3;

    private final int code;

    Choice(int code) {
      this.code = code;
    }

    /** Returns the code of this choice in checkpoints. */
    public int code() {
      return code;
    }

    /** Returns the choice with a code. */
    public static Choice ofCode(int code) {
      for (Choice choice : values()) {
        if (choice.code == code) {
          return choice;
        }
      }
      throw new IllegalArgumentException("code of an image's identifier: " + code);
    }
  }

  /** Receives the choice for an image. */
  @FunctionalInterface
  public interface Listener<T> {
    void chosen(T image, Choice choice);
  }

  /** The maximum number of entries in a run. */
  private static final int MOST_ENTRIES = 1000;

  /** The size of a run's images, in bytes, beyond which the run ends. */
  private static final long MOST_BYTES = 64L << 20;

  private record Waiting<T>(T image, EntryName name, String fullName) {}

  /** A run of adjacent entries of one key, whose images wait for their identifiers. */
  public static final class Run<T> {
    private final ImageIds ids;
    private final Listener<T> listener;
    private final List<Waiting<T>> waiting = new ArrayList<>();
    private @Nullable String key;
    private int entries;
    private long bytes;
    private long number;

    public Run(ImageIds ids, Listener<T> listener) {
      this.ids = ids;
      this.listener = listener;
    }

    /** Returns the number of the current run. */
    public long number() {
      return number;
    }

    /** Takes an entry with a name; if its key is another, the run before ends. */
    public void enter(EntryName name) {
      if (!name.key().equals(key) || entries >= MOST_ENTRIES || bytes > MOST_BYTES) {
        end();
        key = name.key();
      }
      entries++;
    }

    /** Takes an entry that is irrelevant to identifiers. */
    public void pass() {
      entries++;
      if (entries >= MOST_ENTRIES) {
        end();
      }
    }

    /** Adds the image whose name was entered last. */
    public void add(T image, EntryName name, String fullName, long size) {
      waiting.add(new Waiting<>(image, name, fullName));
      bytes += size;
    }

    /** Ends the run and chooses the identifiers of its images. */
    public void end() {
      waiting.sort(Comparator.comparing((Waiting<T> one) -> one.name().suffix()));
      for (Waiting<T> one : waiting) {
        listener.chosen(one.image(), ids.choose(one.name(), one.fullName()));
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
