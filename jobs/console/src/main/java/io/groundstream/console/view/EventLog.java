package io.groundstream.console.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The last events for browsers, as bytes of the server-sent events format.
 *
 * <p>All browsers read from this one log, each from its own place. A slow browser takes no memory;
 * if it is too far behind, its place is gone. Bounded in number and bytes. Thread-safe.
 */
final class EventLog {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_EVENTS = 4096;
  private static final long MOST_BYTES = 8L << 20;

  /** Identifies this log: an earlier server at the same address had another one. */
  private final String run =
      HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()).substring(4);

  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private final Map<String, byte[]> latest = new LinkedHashMap<>();
  private long bytes;
  private long last;

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Entry(long number, byte[] frame) {}

  /**
   * What follows a place in the log.
   *
   * @param frames ready to be sent
   * @param next the place to continue from
   */
  record Batch(List<byte[]> frames, long next) {
    Batch {
      frames = List.copyOf(frames);
    }
  }

  /** Returns the identifier of this log, of letters and digits. */
  String run() {
    return run;
  }

  /** Returns an event's bytes, without its identifier. */
  static byte[] frame(String type, Object data) {
    try {
      String json = JSON.writeValueAsString(data);
      return ("event: " + type + "\ndata: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("own records are always JSON", e);
    }
  }

  /** Adds an event, as {@link #frame} makes it. */
  synchronized void append(byte[] frame) {
    last++;
    entries.addLast(new Entry(last, frame));
    bytes += frame.length;
    while (entries.size() > MOST_EVENTS || (bytes > MOST_BYTES && entries.size() > 1)) {
      bytes -= entries.removeFirst().frame().length;
    }
  }

  /** Adds an event that replaces the earlier ones of its type. */
  synchronized void appendState(String type, Object data) {
    byte[] frame = frame(type, data);
    latest.put(type, frame);
    append(frame);
  }

  /** Returns the last event of each type that replaces earlier ones. */
  synchronized List<byte[]> states() {
    return new ArrayList<>(latest.values());
  }

  /** Returns the place after the last event. */
  synchronized long last() {
    return last;
  }

  /** Returns what follows a place, up to about so many bytes, or null if some of that is gone. */
  synchronized @Nullable Batch after(long place, int mostBytes) {
    if (place > last) {
      return null;
    }
    Entry first = entries.peekFirst();
    long oldest = first == null ? last + 1 : first.number();
    if (place + 1 < oldest) {
      return null;
    }
    List<byte[]> frames = new ArrayList<>();
    long next = place;
    int size = 0;
    for (Entry entry : entries) {
      if (entry.number() > place) {
        if (size > 0 && size + entry.frame().length > mostBytes) {
          break;
        }
        frames.add(entry.frame());
        size += entry.frame().length;
        next = entry.number();
      }
    }
    return new Batch(frames, next);
  }

  /** Returns the bytes that give a browser its place, from which it can continue. */
  byte[] placeMark(long place) {
    return ("id: " + run + "-" + place + "\n\n").getBytes(StandardCharsets.US_ASCII);
  }

  /** Returns the last place that a browser has seen, or -1 if the mark is not from this log. */
  long parsePlace(@Nullable String mark) {
    if (mark == null || !mark.startsWith(run + "-") || mark.length() > run.length() + 19) {
      return -1;
    }
    String number = mark.substring(run.length() + 1);
    return number.matches("\\d{1,18}") ? Long.parseLong(number) : -1;
  }
}
