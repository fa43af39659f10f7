package io.groundstream.operators.index;

import java.time.Duration;
import javax.net.ssl.SSLException;

/** Messages about an index that cannot be used, with what to do about it. */
final class IndexAdvice {
  private IndexAdvice() {}

  static IndexSetupException notAllowed(String where, int status) {
    return new IndexSetupException(
        "OpenSearch at "
            + where
            + " answers "
            + status
            + " (expected: credentials that may write; set index.username and index.password, or"
            + " index.authorization, of a user with the right to index into the alias)");
  }

  static IndexSetupException notTrusted(String where, SSLException cause) {
    return new IndexSetupException(
        "OpenSearch at "
            + where
            + ": no TLS connection: "
            + cause.getMessage()
            + " (expected: a certificate of an authority that this JVM trusts, or that is in the"
            + " file of index.ca-certificates; and https in index.url only where the node uses"
            + " TLS)",
        cause);
  }

  static String unavailable(
      String where, String alias, int documents, Duration patience, String reason) {
    return "index "
        + alias
        + " at "
        + where
        + ": accepted none of "
        + documents
        + " documents for "
        + patience.toSeconds()
        + " s: "
        + reason
        + " (expected: "
        + whatToDo(alias, reason)
        + "; nothing is lost, the job resumes from its last checkpoint)";
  }

  /** Returns what to do about an error, by what OpenSearch says. */
  static String whatToDo(String alias, String reason) {
    if (reason.contains("read-only / allow delete")) {
      return "space on its nodes' disks; free some, then PUT "
          + alias
          + "/_settings {\"index.blocks.read_only_allow_delete\":null}";
    }
    if (reason.contains("cluster_block_exception")) {
      return "a writable index; remove its blocks with PUT "
          + alias
          + "/_settings {\"index.blocks.write\":null,\"index.blocks.read_only\":null}";
    }
    if (reason.contains("index_closed_exception")) {
      return "an open index; POST the index's name with /_open";
    }
    if (reason.contains("index_not_found_exception") || reason.contains("require_alias")) {
      return "an alias with an index; restart the job with index.create: true, or restore the"
          + " index";
    }
    if (reason.contains("no write index is defined")) {
      return "an alias with one index, or with one that is_write_index";
    }
    if (reason.contains("unavailable_shards_exception")
        || reason.contains("primary shard is not active")) {
      return "an index that is not red; GET _cluster/allocation/explain says why its shards are"
          + " missing";
    }
    if (reason.startsWith("429") || reason.contains("rejected_execution_exception")) {
      return "a cluster that keeps up; give it more nodes, or make index.bulk.max-in-flight or"
          + " job.parallelism smaller";
    }
    return "a cluster that answers; see its log, and index.url";
  }
}
