package io.groundstream.console.view;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Answers browsers: the page's own files, the stream of events, images, and searches. Its headers
 * let a browser run only the page's own script, load nothing from elsewhere, and show the page in
 * no other page.
 */
final class PageHandler extends Handler.Abstract {
  private static final ObjectMapper JSON =
      new ObjectMapper().setDefaultPropertyInclusion(JsonInclude.Include.NON_NULL);
  private static final int MOST_STREAMS = 64;
  private static final long IMAGE_PATIENCE_SECONDS = 20;
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private final HostCheck hosts;
  private final EventLog log;
  private final Gallery gallery;
  private final SearchHandler search;
  private final Map<String, Object> greeting;
  private final Set<BrowserStream> streams = ConcurrentHashMap.newKeySet();

  /**
   * @param greeting the first event on every stream
   */
  PageHandler(
      HostCheck hosts,
      EventLog log,
      Gallery gallery,
      SearchHandler search,
      Map<String, Object> greeting) {
    this.hosts = hosts;
    this.log = log;
    this.gallery = gallery;
    this.search = search;
    this.greeting = greeting;
  }

  /** Sends browsers what is new. */
  void wakeStreams() {
    streams.forEach(BrowserStream::wake);
  }

  /** Sends a sign of life to browsers that have nothing new. */
  void beatStreams() {
    streams.forEach(BrowserStream::beat);
  }

  /** Ends all streams. */
  void closeStreams() {
    streams.forEach(BrowserStream::close);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    protect(response.getHeaders());
    if (!hosts.allows(request.getHeaders().get(HttpHeader.HOST))
        || !hosts.allows(Request.getServerName(request))) {
      text(
          response,
          callback,
          421,
          "This server does not have that name (expected: localhost or an address; --allow-host"
              + " allows other names)");
      return true;
    }
    if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
      response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
      text(response, callback, 405, "Only GET");
      return true;
    }
    String path = Request.getPathInContext(request);
    PageFiles.PageFile file = PageFiles.find(path);
    if (file != null) {
      send(response, callback, 200, file.type(), "no-cache", file.bytes());
    } else if (path.equals("/events") && HttpMethod.GET.is(request.getMethod())) {
      stream(request, response, callback);
    } else if (path.equals("/search")) {
      search(request, response, callback);
    } else if (path.startsWith("/found/")) {
      foundImage(response, callback, search.image(path));
    } else {
      image(response, callback, gallery.thumbnail(path));
    }
    return true;
  }

  private static void protect(HttpFields.Mutable headers) {
    headers.put("Content-Security-Policy", POLICY);
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("Referrer-Policy", "no-referrer");
    headers.put("Cross-Origin-Resource-Policy", "same-origin");
    headers.put("Cross-Origin-Opener-Policy", "same-origin");
    headers.put("X-Frame-Options", "DENY");
  }

  private void stream(Request request, Response response, Callback callback) {
    if (streams.size() >= MOST_STREAMS) {
      text(response, callback, 503, "Too many browsers watch (expected: <= " + MOST_STREAMS + ")");
      return;
    }
    response.setStatus(200);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream; charset=utf-8");
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    HttpField seen = request.getHeaders().getField("Last-Event-ID");
    BrowserStream[] self = new BrowserStream[1];
    BrowserStream stream =
        new BrowserStream(
            log,
            gallery,
            greeting,
            log.parsePlace(seen == null ? null : seen.getValue()),
            response,
            callback,
            () -> {
              BrowserStream ended = self[0];
              if (ended != null) {
                streams.remove(ended);
              }
            });
    self[0] = stream;
    streams.add(stream);
    stream.wake();
  }

  private void search(Request request, Response response, Callback callback) {
    Fields parameters = Request.extractQueryParameters(request);
    SearchHandler.Answer answer = search.answer(parameters.getValue("q"));
    byte[] json;
    try {
      json = JSON.writeValueAsString(answer).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("own records are always JSON", e);
    }
    send(response, callback, answer.status(), "application/json", "no-store", json);
  }

  private static void foundImage(
      Response response, Callback callback, @Nullable CompletableFuture<LoadedImage> loading) {
    if (loading == null) {
      image(response, callback, null);
      return;
    }
    // A copy: a timeout here must not end the wait of other requests for the image.
    CompletableFuture<LoadedImage> unused =
        loading
            .copy()
            .orTimeout(IMAGE_PATIENCE_SECONDS, TimeUnit.SECONDS)
            .whenComplete(
                (loaded, failure) -> {
                  if (loaded != null && loaded.thumbnail() != null) {
                    image(response, callback, loaded.thumbnail().jpeg());
                  } else {
                    String note = loaded == null ? "The image takes too long" : loaded.note();
                    text(response, callback, 404, note);
                  }
                });
  }

  private static void image(Response response, Callback callback, byte @Nullable [] jpeg) {
    if (jpeg == null) {
      text(response, callback, 404, "There is nothing here (any more)");
    } else {
      send(response, callback, 200, "image/jpeg", "private, max-age=3600, immutable", jpeg);
    }
  }

  private static void text(Response response, Callback callback, int status, String text) {
    send(
        response,
        callback,
        status,
        TEXT,
        "no-store",
        (text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static void send(
      Response response, Callback callback, int status, String type, String caching, byte[] bytes) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, caching);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
    response.write(true, ByteBuffer.wrap(bytes), callback);
  }
}
