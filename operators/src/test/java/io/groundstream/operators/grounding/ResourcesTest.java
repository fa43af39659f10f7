package io.groundstream.operators.grounding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourcesTest {
  private final List<String> closed = new ArrayList<>();

  private AutoCloseable resource(String name) {
    return () -> {
      closed.add(name);
      if (name.startsWith("failing")) {
        throw new IOException(name);
      }
    };
  }

  @Test
  void closesInReverseOrderEachEvenIfAnotherFails() throws Exception {
    Resources resources = new Resources();
    for (String name : List.of("first", "failing 1", "second", "failing 2", "third")) {
      AutoCloseable added = resources.add(resource(name));
      assertThat(added).isNotNull();
    }

    assertThatThrownBy(resources::close)
        .isInstanceOf(IOException.class)
        .hasMessage("failing 2")
        .satisfies(
            e -> assertThat(e.getSuppressed()).singleElement().isInstanceOf(IOException.class));

    assertThat(closed).containsExactly("third", "failing 2", "second", "failing 1", "first");
    closed.clear();
    resources.close();
    assertThat(closed).as("closed once").isEmpty();
  }
}
