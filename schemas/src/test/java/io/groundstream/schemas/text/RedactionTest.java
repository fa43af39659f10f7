package io.groundstream.schemas.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RedactionTest {
  private static final String MESSAGE =
      "GET https://ann:secret@example.org/a.jpg?signature=1#x: see 'http://example.org/b'";

  @Test
  void usersAreHidden() {
    assertThat(Redaction.withoutUsers(MESSAGE))
        .isEqualTo("GET https://…@example.org/a.jpg?signature=1#x: see 'http://example.org/b'");
  }

  @Test
  void queriesAreHiddenWithTheirFragments() {
    assertThat(Redaction.withoutUsersAndQueries(MESSAGE))
        .isEqualTo("GET https://…@example.org/a.jpg?… see 'http://example.org/b'");
  }

  @Test
  void aTextWithoutUrisIsNotChanged() {
    assertThat(Redaction.withoutUsersAndQueries("what? ann@example.org # 1"))
        .isEqualTo("what? ann@example.org # 1");
  }
}
