package io.groundstream.operators.concurrent;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Resources that users in a process share by key: the first user opens the resource of a key, and
 * the last one closes it. Thread-safe.
 *
 * <p>Each user has a {@link Lease} of its own, which counts once, however often it is closed: a
 * user that closes twice does not close the resource of another user.
 *
 * <p>A resource is opened under a lock, so users that start together get the same one. It is closed
 * outside of the lock, since closing may take a while; a user that comes meanwhile gets a new one.
 *
 * @param <K> what the users of a resource have in common
 * @param <R> the resource
 * @param <E> what opening a resource may throw; {@link RuntimeException} for nothing
 */
public final class SharedResources<K, R, E extends Exception> {
  private final Opener<K, R, E> opener;
  private final Consumer<R> closer;

  /** The resources in use; guarded by itself. */
  private final Map<K, Shared<R>> open = new HashMap<>();

  /** Opens a resource. */
  @FunctionalInterface
  public interface Opener<K, R, E extends Exception> {
    R open(K key) throws E;
  }

  private static final class Shared<R> {
    private final R resource;
    private int leases;

    Shared(R resource) {
      this.resource = resource;
    }
  }

  /**
   * @param opener opens the resource of a key
   * @param closer closes a resource after its last lease; must not throw
   */
  public SharedResources(Opener<K, R, E> opener, Consumer<R> closer) {
    this.opener = opener;
    this.closer = closer;
  }

  /**
   * Returns a lease of the resource of a key, which is opened unless another user has it open.
   *
   * @throws E if the resource cannot be opened; the next call tries again
   */
  public Lease<R> acquire(K key) throws E {
    synchronized (open) {
      Shared<R> shared = open.get(key);
      if (shared == null) {
        shared = new Shared<>(opener.open(key));
        open.put(key, shared);
      }
      shared.leases++;
      return new CountedLease(key, shared);
    }
  }

  /** One user's share in a resource. */
  public interface Lease<R> extends AutoCloseable {
    /** Returns the resource, which may be closed once this lease is. */
    R get();

    /** Gives the share back, and closes the resource with its last share; idempotent. */
    @Override
    void close();
  }

  private final class CountedLease implements Lease<R> {
    private final K key;
    private final Shared<R> shared;
    private boolean closed;

    CountedLease(K key, Shared<R> shared) {
      this.key = key;
      this.shared = shared;
    }

    @Override
    public R get() {
      return shared.resource;
    }

    @Override
    public void close() {
      synchronized (open) {
        if (closed) {
          return;
        }
        closed = true;
        shared.leases--;
        if (shared.leases > 0) {
          return;
        }
        open.remove(key);
      }
      closer.accept(shared.resource);
    }
  }
}
