package io.groundstream.operators.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.groundstream.kosmos2.ErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSystemFetcherTest {
  @TempDir Path folder;

  @BeforeEach
  void makeFiles() throws Exception {
    Files.writeString(folder.resolve("a.jpg"), "inside");
  }

  private static void assertFails(FileSystemFetcher fetcher, String uri, ErrorCode code) {
    assertThatThrownBy(() -> fetcher.fetch(uri, Grants.large()))
        .asInstanceOf(type(GroundingException.class))
        .satisfies(e -> assertThat(e.errorCode()).as(e.getMessage()).isEqualTo(code));
  }

  @Test
  void localFilesAreReadBelowLocalRoots() throws Exception {
    FileSystemFetcher fetcher =
        FileSystemFetcher.open(List.of(folder.toString(), "nosuch://bucket/pictures"), 10);

    assertThat(fetcher.fetch(folder.resolve("a.jpg").toUri().toString(), Grants.large()))
        .asString()
        .isEqualTo("inside");
    assertFails(fetcher, "file:///etc/passwd", OperatorErrorCode.URI_NOT_ALLOWED);
    assertFails(fetcher, "http://bucket/pictures/a", OperatorErrorCode.SCHEME_UNSUPPORTED);
  }

  @Test
  void otherFileSystemsAreAskedOnlyBelowTheirRoots() throws Exception {
    FileSystemFetcher fetcher = FileSystemFetcher.open(List.of("nosuch://bucket/pictures"), 10);

    for (String uri :
        List.of(
            "nosuch://bucket/picture",
            "nosuch://bucket/pictures-2/a.jpg",
            "nosuch://other/pictures/a.jpg",
            "nosuch://bucket/pictures/../secret/a.jpg",
            "nosuch://bucket/pictures/%2e%2e/secret/a.jpg",
            "nosuch://bucket/pictures/..\\secret/a.jpg",
            "nosuch://bucket/pictures/..%5C..%5csecret/a.jpg",
            "nosuch://bucket/pictures/.%2e%5Csecret/a.jpg",
            "nosuch://bucket/pictures/%ff.jpg",
            "nosuch:///pictures/a.jpg")) {
      assertFails(fetcher, uri, OperatorErrorCode.URI_NOT_ALLOWED);
    }
    assertFails(fetcher, "nosuch://bucket/pictures/a?b", OperatorErrorCode.SCHEME_UNSUPPORTED);
    assertFails(
        fetcher, "NOSUCH://bucket/pictures/ü 50%.jpg", OperatorErrorCode.SCHEME_UNSUPPORTED);
    assertFails(fetcher, "nosuch://me@bucket/pictures/a", OperatorErrorCode.URI_INVALID);
    // Allowed, and so the file system is asked; there is none.
    assertFails(fetcher, "nosuch://bucket/pictures/a", OperatorErrorCode.SCHEME_UNSUPPORTED);
    assertFails(fetcher, "file:///etc/passwd", OperatorErrorCode.URI_NOT_ALLOWED);
  }
}
