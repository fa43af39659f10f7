package io.groundstream.schemas;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was made of the schemas with which records were written, such as readers.
 *
 * <p>A schema is requested once and then cached, up to 1000 of them, also if nothing can be made of
 * it. Unknown identifiers are cached separately and for at most 10 seconds, so that a stream of bad
 * records neither floods the registry with requests nor evicts good schemas. Thread-safe.
 *
 * @param <R> what is made of a schema; used by several threads
 */
public final class SchemaCache<R> {
  /** Asks for a schema and makes something of it. */
  @FunctionalInterface
  public interface Opener<R> {
    /**
     * Returns what is made of the schema that a record names.
     *
     * @throws RecordException UNKNOWN_SCHEMA_ID if the schema is unknown, another code if nothing
     *     can be made of it
     */
    R open(WireFormat format) throws RecordException, RegistryUnavailableException;
  }

  private static final int MAX_REMEMBERED = 1000;
  private static final int MAX_UNKNOWN = 10_000;

  /** How long a replica of the registry may take to learn of a new identifier. */
  private static final long FRESH_NANOS = 30_000_000_000L;

  private static final long ASK_FRESH_NANOS = 500_000_000L;
  private static final long ASK_OLD_NANOS = 10_000_000_000L;

  private final Opener<R> opener;
  private final Map<Object, Remembered<R>> remembered = new Bounded<>(MAX_REMEMBERED);
  private final Map<Object, Unknown> unknown = new Bounded<>(MAX_UNKNOWN);

  /**
   * @param opener called outside of locks, so that a slow registry does not delay records of other
   *     schemas; rarely twice for one schema
   */
  public SchemaCache(Opener<R> opener) {
    this.opener = opener;
  }

  /**
   * Returns what was made of a schema.
   *
   * @throws RecordException if the schema is unknown, or nothing can be made of it
   * @throws RegistryUnavailableException if the registry is needed and does not answer
   */
  public R get(WireFormat format) throws RecordException, RegistryUnavailableException {
    Object key = format.key();
    Remembered<R> known;
    Unknown before;
    long now = System.nanoTime();
    synchronized (remembered) {
      known = remembered.get(key);
      before = unknown.get(key);
    }
    if (known == null && before != null && !before.isOver(now)) {
      throw before.failure(now);
    }
    if (known == null) {
      try {
        known = new Remembered<>(opener.open(format), null);
      } catch (RecordException e) {
        if (e.errorCode() != RecordErrorCode.UNKNOWN_SCHEMA_ID) {
          known = new Remembered<>(null, e);
        } else {
          Unknown still = new Unknown(e, before == null ? now : before.sinceNanos, now);
          synchronized (remembered) {
            unknown.put(key, still);
          }
          throw still.failure(now);
        }
      }
      synchronized (remembered) {
        remembered.put(key, known);
        unknown.remove(key);
      }
    }
    return known.madeOrThrow();
  }

  /** The cached result for a schema's identifier: what was made of it, or why there is nothing. */
  private record Remembered<R>(@Nullable R made, @Nullable RecordException failure) {
    R madeOrThrow() throws RecordException {
      if (made != null) {
        return made;
      }
      if (failure == null) {
        throw new IllegalStateException("neither a result nor a failure");
      }
      // A new exception each time, so that the stack trace belongs to the current record.
      throw new RecordException(failure.errorCode(), String.valueOf(failure.getMessage()), failure);
    }
  }

  /** An identifier that the registry did not know at the last request. */
  private record Unknown(RecordException asked, long sinceNanos, long askedNanos) {
    boolean isOver(long now) {
      return now - askedNanos > (now - sinceNanos < FRESH_NANOS ? ASK_FRESH_NANOS : ASK_OLD_NANOS);
    }

    RecordException failure(long now) {
      return new RecordException(
          asked.errorCode(),
          String.valueOf(asked.getMessage()),
          asked,
          Duration.ofNanos(now - sinceNanos));
    }
  }

  /** A map of bounded size that evicts the least recently used entry. */
  private static final class Bounded<V> extends LinkedHashMap<Object, V> {
    private static final long serialVersionUID = 1L;
    private final int most;

    Bounded(int most) {
      super(16, 0.75f, true);
      this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Object, V> eldest) {
      return size() > most;
    }
  }
}
