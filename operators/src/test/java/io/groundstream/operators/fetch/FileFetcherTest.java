package io.groundstream.operators.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.groundstream.kosmos2.ErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.uri.FileUri;
import io.groundstream.operators.uri.NastyNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFetcherTest {
  @TempDir Path folder;
  private Path root = Path.of("");
  private FileFetcher fetcher = noRoots();

  private static FileFetcher noRoots() {
    try {
      return FileFetcher.open(List.of(), 1);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @BeforeEach
  void makeFiles() throws IOException {
    root = Files.createDirectory(folder.resolve("root"));
    Files.writeString(Files.createDirectory(root.resolve("sub")).resolve("a b.jpg"), "inside");
    Files.writeString(folder.resolve("secret"), "outside");
    Files.createDirectory(folder.resolve("root-2"));
    Files.writeString(folder.resolve("root-2").resolve("x"), "beside");
    fetcher = FileFetcher.open(List.of(root.toString()), 10);
  }

  private void assertFails(String uri, ErrorCode code) {
    assertThatThrownBy(() -> fetcher.fetch(uri, Grants.large()))
        .asInstanceOf(type(GroundingException.class))
        .satisfies(e -> assertThat(e.errorCode()).as(e.getMessage()).isEqualTo(code));
  }

  @Test
  void readsFilesBelowARoot() throws Exception {
    String uri = root.resolve("sub/a b.jpg").toUri().toString();

    assertThat(fetcher.fetch(uri, Grants.large())).asString().isEqualTo("inside");
    assertThat(fetcher.fetch(uri.replace("file:///", "FILE:/"), Grants.large()))
        .asString()
        .isEqualTo("inside");
    assertThat(fetcher.fetch(uri.replace("/sub/", "/sub/../sub/./"), Grants.large()))
        .asString()
        .isEqualTo("inside");
  }

  @Test
  void refusesWhatIsElsewhere() {
    String base = folder.toUri().toString();
    assertFails(base + "secret", OperatorErrorCode.URI_NOT_ALLOWED);
    assertFails(base + "root/../secret", OperatorErrorCode.URI_NOT_ALLOWED);
    assertFails(base + "root/%2e%2e/secret", OperatorErrorCode.URI_NOT_ALLOWED);
    assertFails(base + "root-2/x", OperatorErrorCode.URI_NOT_ALLOWED);
    // The message must not reveal whether it exists.
    assertFails(base + "nothing", OperatorErrorCode.URI_NOT_ALLOWED);
  }

  @Test
  void followsLinksBeforeItDecides() throws Exception {
    Files.createSymbolicLink(root.resolve("way-out"), folder.resolve("secret"));
    Files.createSymbolicLink(root.resolve("folder-out"), folder);
    Files.createSymbolicLink(root.resolve("way-in"), root.resolve("sub/a b.jpg"));
    String base = root.toUri().toString();

    assertFails(base + "way-out", OperatorErrorCode.URI_NOT_ALLOWED);
    assertFails(base + "folder-out/secret", OperatorErrorCode.URI_NOT_ALLOWED);
    // Lexically below the root; really beside it.
    Files.createDirectory(folder.resolve("deep"));
    Files.createSymbolicLink(root.resolve("deep"), folder.resolve("deep"));
    assertFails(base + "deep/../secret", OperatorErrorCode.URI_NOT_ALLOWED);
    assertThat(fetcher.fetch(base + "way-in", Grants.large())).asString().isEqualTo("inside");
  }

  @Test
  void aRootMayBeALink() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), root);
    FileFetcher linked = FileFetcher.open(List.of(link.toString()), 10);

    assertThat(linked.fetch(link.resolve("sub/a b.jpg").toUri().toString(), Grants.large()))
        .asString()
        .isEqualTo("inside");
    assertThat(linked.fetch(root.resolve("sub/a b.jpg").toUri().toString(), Grants.large()))
        .asString()
        .isEqualTo("inside");
  }

  @Test
  void withoutRootsNothingIsRead() {
    fetcher = noRoots();
    assertFails(root.resolve("sub/a b.jpg").toUri().toString(), OperatorErrorCode.URI_NOT_ALLOWED);
  }

  @Test
  void tellsWhatIsWrong() throws Exception {
    Files.writeString(root.resolve("large"), "12345678901");
    String base = root.toUri().toString();

    assertFails(base + "missing.jpg", OperatorErrorCode.IMAGE_NOT_FOUND);
    assertFails(base + "sub", OperatorErrorCode.IMAGE_UNREADABLE);
    assertFails(base + "sub/a%20b.jpg/c", OperatorErrorCode.IMAGE_UNREADABLE);
    assertFails(base + "large", OperatorErrorCode.FETCH_TOO_LARGE);
    assertFails("https://example.com/a.jpg", OperatorErrorCode.SCHEME_UNSUPPORTED);
    assertFails("s3://bucket/a.jpg", OperatorErrorCode.SCHEME_UNSUPPORTED);
    assertFails("a.jpg", OperatorErrorCode.URI_INVALID);
    assertFails("file:a.jpg", OperatorErrorCode.URI_INVALID);
    assertFails("file://host/a.jpg", OperatorErrorCode.URI_INVALID);
    assertFails(base + "sub/a%20b.jpg?x", OperatorErrorCode.URI_INVALID);
    assertFails(base + "a%00b", OperatorErrorCode.URI_INVALID);
    assertFails("file:///a b", OperatorErrorCode.URI_NOT_ALLOWED);
    assertFails(base + "%ff.jpg", OperatorErrorCode.IMAGE_NOT_FOUND);
    assertFails("", OperatorErrorCode.URI_INVALID);
  }

  @Test
  void aNameMayHoldAnything() throws Exception {
    for (String name : NastyNames.ALL) {
      Path file = root.resolve(name);
      Files.writeString(file, "it");
      String written = file.toUri().toString();
      for (String uri :
          List.of(
              written,
              written.replace("file:///", "file:/"),
              written.replace("file:///", "file://localhost/"),
              FileUri.of("file", "", file.toString()).toString())) {
        assertThat(fetcher.fetch(uri, Grants.large())).as(uri).asString().isEqualTo("it");
      }
      // As it is, where that is not an escape already.
      if (!NastyNames.holdsAnEscape(name)) {
        assertThat(fetcher.fetch("file://" + file, Grants.large())).asString().isEqualTo("it");
      }
      Files.delete(file);
    }
  }

  @Test
  void aRootMayHaveAnyName() throws Exception {
    for (String name : NastyNames.ALL) {
      Path odd = Files.createDirectory(folder.resolve(name));
      Path file = odd.resolve("a.jpg");
      Files.writeString(file, "it");
      FileFetcher fetchers = FileFetcher.open(List.of(odd.toString()), 10);
      String uri = FileUri.of("file", "", file.toString()).toString();
      assertThat(fetchers.fetch(uri, Grants.large())).as(uri).asString().isEqualTo("it");
      for (String up : List.of("/../secret", "/%2e%2e/secret", "/%2E./secret", "/./..//secret")) {
        assertThatThrownBy(() -> fetchers.fetch(uri.replace("/a.jpg", up), Grants.large()))
            .asInstanceOf(type(GroundingException.class))
            .satisfies(e -> assertThat(e.errorCode()).isEqualTo(OperatorErrorCode.URI_NOT_ALLOWED));
      }
    }
  }

  @Test
  void anEscapeIsNotTakenForAName() throws Exception {
    Files.writeString(root.resolve("100%25.jpg"), "another");
    String base = root.toUri().toString();

    assertFails(base + "100%25.jpg", OperatorErrorCode.IMAGE_NOT_FOUND);
    assertThat(fetcher.fetch(base + "100%2525.jpg", Grants.large()))
        .asString()
        .isEqualTo("another");
  }

  @Test
  void passwordsAreNotRepeated() {
    assertThatThrownBy(() -> fetcher.fetch("file://user:secret@host/a b", Grants.large()))
        .hasMessageNotContaining("secret");
  }

  @Test
  void aRootThatIsMissingIsToldAtStart() {
    assertThatThrownBy(() -> FileFetcher.open(List.of(root + "/none"), 10))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("fetch.allowed-roots");
  }

  @Property
  void anyTextIsFetchedOrRefusedWithACode(@ForAll String uri) {
    assertThatThrownBy(() -> noRoots().fetch(uri, Grants.large()))
        .isInstanceOf(GroundingException.class);
    assertThatThrownBy(() -> noRoots().fetch("file:///" + uri, Grants.large()))
        .isInstanceOf(GroundingException.class);
  }
}
