package io.groundstream.operators.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostsTest {
  private static final int MOST_REMEMBERED = 10_000;

  private final Hosts hosts = new Hosts(1, Runnable::run);
  private final List<String> entered = new ArrayList<>();

  private void keepBusy(int count) {
    for (int i = 0; i < count; i++) {
      hosts.host("host-" + i).enter(() -> {});
    }
  }

  @Test
  void neverForgetsTheHostThatIsAskedFor() {
    // All others are busy: the new one is the only idle host.
    keepBusy(MOST_REMEMBERED);

    Hosts.Host first = hosts.host("new");
    Hosts.Host second = hosts.host("new");
    first.enter(() -> entered.add("first"));
    second.enter(() -> entered.add("second"));

    assertThat(second).isSameAs(first);
    assertThat(entered).as("one at a time").containsExactly("first");
    first.leave();
    assertThat(entered).containsExactly("first", "second");
  }

  @Test
  void forgetsTheEldestIdleHostOnly() {
    Hosts.Host eldest = hosts.host("eldest");
    Hosts.Host younger = hosts.host("younger");
    keepBusy(MOST_REMEMBERED - 1);

    assertThat(hosts.host("younger")).as("used lately").isSameAs(younger);
    assertThat(hosts.host("eldest")).isNotSameAs(eldest);
  }
}
