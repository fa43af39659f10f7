package io.groundstream.operators.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.operators.concurrent.SharedResources.Lease;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedResourcesTest {
  private final List<String> events = new ArrayList<>();
  private boolean fails;

  private final SharedResources<String, StringBuilder, IOException> resources =
      new SharedResources<>(this::open, resource -> events.add("close " + resource));

  private StringBuilder open(String key) throws IOException {
    events.add("open " + key);
    if (fails) {
      throw new IOException(key);
    }
    return new StringBuilder(key);
  }

  @Test
  void usersOfAKeyShareAndTheLastOneCloses() throws Exception {
    Lease<StringBuilder> first = resources.acquire("a");
    Lease<StringBuilder> second = resources.acquire("a");
    Lease<StringBuilder> other = resources.acquire("b");

    assertThat(second.get()).isSameAs(first.get()).isNotSameAs(other.get());
    first.close();
    assertThat(events).containsExactly("open a", "open b");
    second.close();
    assertThat(events).containsExactly("open a", "open b", "close a");
    other.close();
    assertThat(events).endsWith("close b");
  }

  @Test
  void aLeaseThatIsClosedTwiceCountsOnce() throws Exception {
    Lease<StringBuilder> first = resources.acquire("a");
    Lease<StringBuilder> second = resources.acquire("a");

    first.close();
    first.close();
    assertThat(events).containsExactly("open a");
    assertThat(resources.acquire("a").get()).isSameAs(second.get());
  }

  @Test
  void aLateSecondCloseLeavesTheNextResourceAlone() throws Exception {
    Lease<StringBuilder> first = resources.acquire("a");
    first.close();
    Lease<StringBuilder> next = resources.acquire("a");
    first.close();

    assertThat(events).containsExactly("open a", "close a", "open a");
    assertThat(resources.acquire("a").get()).isSameAs(next.get());
  }

  @Test
  void whatCannotBeOpenedIsTriedAgain() throws Exception {
    fails = true;
    assertThatThrownBy(() -> resources.acquire("a")).isInstanceOf(IOException.class);
    fails = false;
    resources.acquire("a").close();

    assertThat(events).containsExactly("open a", "open a", "close a");
  }
}
