package io.groundstream.kosmos2;

import io.groundstream.kosmos2.text.Demonstration;
import java.util.List;

/**
 * The demonstrations before a request's own image.
 *
 * @param list the demonstrations, in order; each has an image of its own
 * @param shared whether other requests have the same ones. The model then reads them once, and
 *     keeps what it read for the next request. Without that, requests with different ones are
 *     faster.
 */
public record Demonstrations(List<Demonstration> list, boolean shared) {
  /** No demonstrations. */
  public static final Demonstrations NONE = new Demonstrations(List.of(), false);

  public Demonstrations {
    list = List.copyOf(list);
  }
}
