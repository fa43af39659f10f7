package io.groundstream.console.view;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * One browser's stream of events. It holds a place in the log and at most one piece of bytes that
 * is being sent, so a slow browser takes no memory. A browser that falls behind the log gets
 * everything again.
 *
 * <p>Thread-safe.
 */
final class BrowserStream implements Callback {
  private static final int PIECE_BYTES = 64 << 10;
  private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

  /** How long a browser waits before it connects again. */
  private static final byte[] RETRY = "retry: 1000\n\n".getBytes(StandardCharsets.US_ASCII);

  private final EventLog log;
  private final Gallery gallery;
  private final Map<String, Object> greeting;
  private final Response response;
  private final Callback request;
  private final Runnable onEnd;

  private final ArrayDeque<byte[]> first = new ArrayDeque<>();
  private long place;
  private boolean writing;
  private boolean ended;

  /**
   * @param greeting the first event
   * @param seen the last place in the log that the browser has seen, or -1
   * @param request completed when the stream ends
   * @param onEnd called once, when the stream ends
   */
  BrowserStream(
      EventLog log,
      Gallery gallery,
      Map<String, Object> greeting,
      long seen,
      Response response,
      Callback request,
      Runnable onEnd) {
    this.log = log;
    this.gallery = gallery;
    this.greeting = greeting;
    this.response = response;
    this.request = request;
    this.onEnd = onEnd;
    this.place = seen;
    first.add(RETRY);
    if (seen < 0 || log.after(seen, 1) == null) {
      restart();
    }
  }

  /** Sends everything that there is, and the place in the log to continue from. */
  private void restart() {
    Gallery.Snapshot snapshot = gallery.snapshot();
    place = snapshot.place();
    first.add(EventLog.frame("reset", greeting));
    first.addAll(snapshot.frames());
    first.addAll(log.states());
    first.add(EventLog.frame("ready", Map.of()));
    first.add(log.placeMark(place));
  }

  /** Sends what is new, unless something is being sent. */
  void wake() {
    ByteBuffer piece;
    synchronized (this) {
      if (writing || ended) {
        return;
      }
      piece = next();
      if (piece == null) {
        return;
      }
      writing = true;
    }
    response.write(false, piece, this);
  }

  /** Sends a sign of life if nothing else is being sent, which finds browsers that have left. */
  void beat() {
    synchronized (this) {
      if (writing || ended) {
        return;
      }
      writing = true;
    }
    response.write(false, ByteBuffer.wrap(HEARTBEAT), this);
  }

  private @Nullable ByteBuffer next() {
    if (first.isEmpty()) {
      EventLog.Batch batch = log.after(place, PIECE_BYTES);
      if (batch == null) {
        restart();
      } else if (batch.frames().isEmpty()) {
        return null;
      } else {
        place = batch.next();
        return join(batch.frames(), log.placeMark(place));
      }
    }
    ArrayDeque<byte[]> piece = new ArrayDeque<>();
    int size = 0;
    while (!first.isEmpty() && (size == 0 || size + first.getFirst().length <= PIECE_BYTES)) {
      byte[] frame = first.removeFirst();
      piece.add(frame);
      size += frame.length;
    }
    return join(List.copyOf(piece), new byte[0]);
  }

  private static ByteBuffer join(List<byte[]> frames, byte[] end) {
    int size = end.length;
    for (byte[] frame : frames) {
      size += frame.length;
    }
    ByteBuffer joined = ByteBuffer.allocate(size);
    frames.forEach(joined::put);
    return joined.put(end).flip();
  }

  @Override
  public void succeeded() {
    synchronized (this) {
      writing = false;
    }
    wake();
  }

  @Override
  public void failed(Throwable failure) {
    end();
    request.failed(failure);
  }

  /** Ends the stream cleanly; the browser will connect again. */
  void close() {
    if (end()) {
      request.succeeded();
    }
  }

  private boolean end() {
    synchronized (this) {
      if (ended) {
        return false;
      }
      ended = true;
      first.clear();
    }
    onEnd.run();
    return true;
  }
}
