package io.groundstream.evaluation.benchmark;

import io.groundstream.evaluation.dataset.DatasetException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** A dataset that has been read, what to ask a model about it, and how to judge its answers. */
public interface Benchmark {
  /** Returns the name on the command line, such as flickr30k-entities. */
  String name();

  /** Returns the split, such as testA; empty if unknown. */
  String split();

  /** Returns what to ask, in the order of the dataset's file. */
  List<Query> queries();

  /** Returns a text of the true answers, so that their change is noticed. */
  String truth();

  /**
   * Returns the figures of predictions.
   *
   * @param predictions one for each query, in the same order
   * @throws DatasetException if a figure needs a program that fails
   */
  List<Figure> figures(List<Prediction> predictions) throws DatasetException;

  /**
   * Returns the benchmark of the first queries alone. Its split says so, and the published figures,
   * which are of all of them, have no place beside its own.
   */
  Benchmark first(int count);

  /** Returns what a reader of the figures must know, in a sentence each. */
  List<String> remarks();

  /** Returns the name of the split of a benchmark's first queries. */
  static String partOf(String split, int count) {
    return split + ", first " + count;
  }

  /** Returns the SHA-256 of queries and truth, in hexadecimal digits. */
  default String hash() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Query query : queries()) {
        digest.update(query.toString().getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
      }
      digest.update(truth().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
