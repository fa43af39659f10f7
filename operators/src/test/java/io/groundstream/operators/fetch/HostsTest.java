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

  private Hosts.Host used(String name) {
    Hosts.Host host = hosts.host(name);
    host.enter(() -> {});
    host.leave();
    return host;
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
    Hosts.Host eldest = used("eldest");
    Hosts.Host younger = used("younger");
    keepBusy(MOST_REMEMBERED - 1);

    assertThat(hosts.host("younger")).as("used lately").isSameAs(younger);
    assertThat(hosts.host("eldest")).isNotSameAs(eldest);
  }

  @Test
  void hostsOfSimultaneousCallersAreNotForgottenBeforeTheyEnter() {
    keepBusy(MOST_REMEMBERED);

    Hosts.Host first = hosts.host("new");
    Hosts.Host other = hosts.host("other");
    Hosts.Host second = hosts.host("new");
    first.enter(() -> entered.add("first"));
    other.enter(() -> entered.add("other"));
    second.enter(() -> entered.add("second"));

    assertThat(second).isSameAs(first);
    assertThat(entered).as("one at a time").containsExactly("first", "other");
  }

  @Test
  void hostsThatAreLeftAloneAreForgottenToo() {
    for (int i = 0; i < 2 * MOST_REMEMBERED; i++) {
      Hosts.Host host = hosts.host("host-" + i);
      host.enter(() -> {});
      host.breaker().transitionToOpenState();
      host.leave();
    }

    assertThat(hosts.levels().unavailable()).isEqualTo(MOST_REMEMBERED);
  }

  @Test
  void busyHostsBeyondTheBoundAreForgottenWhenTheyAreIdle() {
    int busy = MOST_REMEMBERED + 10;
    keepBusy(busy);
    List<Hosts.Host> all = new ArrayList<>();
    for (int i = 0; i < busy; i++) {
      Hosts.Host host = hosts.host("host-" + i);
      host.breaker().transitionToOpenState();
      host.enter(() -> {});
      all.add(host);
    }
    assertThat(hosts.levels()).isEqualTo(new Hosts.Levels(busy, busy, busy));

    for (Hosts.Host host : all) {
      host.leave();
      host.leave();
    }
    assertThat(hosts.levels()).isEqualTo(new Hosts.Levels(0, 0, MOST_REMEMBERED));
  }
}
