package io.groundstream.operators.archive.tar;

import java.util.Arrays;

/**
 * The set of a shard's keys, as hashes of 64 bits: eight to sixteen bytes per key, and one wrong
 * answer in billions of shards. For one thread.
 */
public final class KeySet {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private long[] table = new long[1024];
  private int size;

  /** Adds a key, and returns whether it is new. */
  public boolean add(String key) {
    long hash = hash(key);
    if (2 * size >= table.length) {
      grow();
    }
    return insert(hash);
  }

  private boolean insert(long hash) {
    int mask = table.length - 1;
    int at = (int) (hash >>> 32) & mask;
    while (table[at] != 0) {
      if (table[at] == hash) {
        return false;
      }
      at = (at + 1) & mask;
    }
    table[at] = hash;
    size++;
    return true;
  }

  private void grow() {
    long[] old = table;
    table = new long[old.length * 2];
    size = 0;
    Arrays.stream(old).filter(hash -> hash != 0).forEach(this::insert);
  }

  /** FNV-1a over the characters, then mixed so that similar keys do not cluster; never 0. */
  private static long hash(String key) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < key.length(); i++) {
      hash = (hash ^ key.charAt(i)) * FNV_PRIME;
    }
    hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
    hash ^= hash >>> 33;
    return hash == 0 ? 1 : hash;
  }
}
