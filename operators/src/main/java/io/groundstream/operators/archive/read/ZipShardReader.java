package io.groundstream.operators.archive.read;

import io.groundstream.operators.archive.compress.DecompressionLimits;
import io.groundstream.operators.archive.plan.PartPosition;
import io.groundstream.operators.archive.plan.UnitPart;
import io.groundstream.operators.archive.tar.EntryName;
import io.groundstream.operators.archive.tar.ImageIds;
import io.groundstream.operators.archive.tar.TarEntry;
import io.groundstream.operators.archive.tar.TarEntry.Kind;
import io.groundstream.operators.archive.zip.ZipContent;
import io.groundstream.operators.archive.zip.ZipDamageException;
import io.groundstream.operators.archive.zip.ZipDirectory;
import io.groundstream.operators.archive.zip.ZipEntryInfo;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.event.NoteCode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads a zip file in the order of its directory. The directory has all names, so an image finds
 * its sidecars wherever they are. Names have the same meaning as in a tar shard. Positions are
 * entry numbers. For one thread.
 */
final class ZipShardReader implements UnitReader {
  private static final int LONGEST_NAME = 4096;

  private final UnitPart part;
  private final ReadContext context;
  private final SampleEvents events;
  private final FSDataInputStream in;
  private final List<SampleEntry> entries = new ArrayList<>();
  private final List<ZipEntryInfo> directory;
  private final Map<String, List<SampleEntry>> sidecars = new HashMap<>();
  private final Map<String, List<SampleEntry>> images = new HashMap<>();

  /** The keys of images, if they differ from the stems. */
  private final Set<String> dottedKeys = new HashSet<>();

  private final Deque<ArchivedEvent> ready = new ArrayDeque<>();
  private final long resume;
  private @Nullable String problem;
  private int next;
  private boolean foundNothing;
  private boolean ended;

  private ZipShardReader(
      UnitPart part,
      PartPosition position,
      ReadContext context,
      FSDataInputStream in,
      List<ZipEntryInfo> directory,
      @Nullable String problem) {
    this.part = part;
    this.context = context;
    this.events = new SampleEvents(part.unit(), context);
    this.in = in;
    this.directory = directory;
    this.resume = position.offset();
    this.problem = problem;
    this.ended = position.isEnd();
    this.foundNothing = position.equals(PartPosition.startOf(part));
    index();
  }

  static ZipShardReader open(UnitPart part, PartPosition position, ReadContext context)
      throws IOException {
    FSDataInputStream in = LocalFiles.openRegular(new Path(part.unit().path()));
    try {
      List<ZipEntryInfo> directory = ZipDirectory.read(in, part.unit().length());
      return new ZipShardReader(
          part, position, context, in, directory, bomb(directory, part, context));
    } catch (ZipDamageException e) {
      return new ZipShardReader(part, position, context, in, List.of(), e.getMessage());
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /** Returns a message why a file exceeds the decompression limits; null if it does not. */
  private static @Nullable String bomb(
      List<ZipEntryInfo> directory, UnitPart part, ReadContext context) {
    DecompressionLimits limits = context.settings().decompression();
    long all = 0;
    for (ZipEntryInfo entry : directory) {
      // Larger entries are never read.
      all += entry.size() <= context.maxImageBytes() ? entry.size() : 0;
    }
    boolean tooDense =
        all > DecompressionLimits.FREE_BYTES && all / limits.maxRatio() > part.unit().length();
    return tooDense || all > limits.maxBytes()
        ? all
            + " bytes when decompressed (expected: at most "
            + limits.maxRatio()
            + " times the file's "
            + part.unit().length()
            + ", archive.max-decompression-ratio, and "
            + limits.maxBytes()
            + ", archive.max-decompressed-bytes)"
        : null;
  }

  private void index() {
    Set<String> suffixes = Set.copyOf(context.settings().imageSuffixes());
    ImageIds.Run<SampleEntry> run = new ImageIds.Run<>(new ImageIds(), SampleEntry::choose);
    for (ZipEntryInfo info : directory) {
      Kind kind = info.isFolder() ? Kind.WITHOUT_CONTENT : Kind.FILE;
      String path = info.name().replace('\\', '/');
      TarEntry entry =
          new TarEntry(
              info.number(),
              info.headerOffset(),
              path,
              kind,
              info.size(),
              info.modificationTime(),
              null);
      EntryName name =
          EntryName.of(
              path,
              suffixes,
              Attributes.areWanted(context.settings()) ? EntryName.SIDECARS : Set.of());
      if (name == null || kind == Kind.WITHOUT_CONTENT || EntryName.isInvisible(path)) {
        run.pass();
        entries.add(SampleEntry.skipped(entry, info.number()));
        continue;
      }
      SampleEntry sample = SampleEntry.seen(entry, name, info.number(), 0);
      entries.add(sample);
      if (name.isMissing()) {
        run.end();
        continue;
      }
      run.enter(name);
      sample.setRun(run.number());
      if (name.isImage()) {
        run.add(sample, name, path, info.size());
        images.computeIfAbsent(name.stem(), any -> new ArrayList<>(1)).add(sample);
        if (name.hasMiddle()) {
          dottedKeys.add(name.key());
        }
      } else {
        sidecars.computeIfAbsent(name.stem(), any -> new ArrayList<>(1)).add(sample);
      }
    }
    run.end();
  }

  @Override
  public @Nullable ArchivedEvent next() throws IOException {
    // The last event waits, because it takes the notes about later entries that yield no event.
    while (ready.size() < 2 && !ended) {
      if (problem != null) {
        end(OperatorErrorCode.SHARD_CORRUPT, problem);
      } else if (next == entries.size()) {
        end();
      } else {
        SampleEntry entry = entries.get(next);
        next++;
        if (entry.entry().number() > resume) {
          take(entry);
        }
      }
    }
    return ready.poll();
  }

  private void take(SampleEntry entry) throws IOException {
    EntryName name = entry.name();
    if (entry.isSkipped()) {
      if (!EntryName.isInvisible(entry.entry().name())) {
        skip(entry);
      }
    } else if (name.isImage()) {
      boolean isPart = name.mayBePart() && images.containsKey(name.key());
      if (isPart) {
        skip(entry);
      } else {
        emit(image(entry), entry);
      }
    } else if (name.isMissing()) {
      skip(entry);
    } else if (!images.containsKey(name.stem()) && !dottedKeys.contains(name.stem())) {
      List<SampleEntry> same = sidecars.getOrDefault(name.stem(), List.of());
      if (name.hasMiddle()) {
        skip(entry);
      } else if (!same.isEmpty() && same.get(0) == entry) {
        emit(events.ofMissingImage(entry), entry);
      }
    }
  }

  private EventRecord image(SampleEntry entry) throws IOException {
    EntryName name = entry.name();
    if (name.isMissing()) {
      return events.ofEntry(
          entry.entry(),
          OperatorErrorCode.KEY_MISSING,
          "nothing before its suffix (expected: a name such as 000123." + name.suffix() + ")");
    }
    SampleEntry read = content(entry, context.maxImageBytes(), true);
    read.choose(entry.choice());
    List<SampleEntry> own = sidecars.getOrDefault(name.stem(), List.of());
    if (own.isEmpty() && name.hasMiddle() && !images.containsKey(name.key())) {
      own = sidecars.getOrDefault(name.key(), List.of());
    }
    List<SampleEntry> beside = new ArrayList<>();
    for (SampleEntry sidecar : own) {
      beside.add(content(sidecar, context.settings().maxSidecarBytes(), false));
    }
    return events.ofImage(read, beside);
  }

  private SampleEntry content(SampleEntry entry, int limit, boolean isImage) throws IOException {
    TarEntry about = entry.entry();
    ZipEntryInfo info = directory.get(about.number() - 1);
    OperatorErrorCode code = OperatorErrorCode.ENTRY_UNSUPPORTED;
    String problemHere = ZipContent.refusal(info);
    if (problemHere.isEmpty() && about.name().length() > LONGEST_NAME) {
      problemHere = "a name of " + about.name().length() + " characters (expected: at most 4096)";
    }
    if (problemHere.isEmpty() && info.size() > limit) {
      code = OperatorErrorCode.ENTRY_TOO_LARGE;
      problemHere =
          isImage
              ? context.tooLarge(info.size() + " bytes")
              : info.size() + " bytes (expected: at most " + limit + ", archive.max-sidecar-bytes)";
    }
    if (problemHere.isEmpty()) {
      try {
        byte[] bytes = ZipContent.read(in, info);
        context.counts().bytesRead().inc(bytes.length);
        return SampleEntry.read(about, entry.name(), entry.after(), 0, bytes);
      } catch (ZipDamageException e) {
        code = OperatorErrorCode.SHARD_CORRUPT;
        problemHere = String.valueOf(e.getMessage());
      }
    }
    return isImage
        ? SampleEntry.failed(about, entry.name(), entry.after(), code, problemHere)
        : SampleEntry.leftOut(about, entry.name(), entry.after(), problemHere);
  }

  private void skip(SampleEntry entry) {
    context.counts().entriesSkipped().inc();
    if (entry.entry().kind() != Kind.WITHOUT_CONTENT) {
      events.note(NoteCode.ENTRIES_SKIPPED, entry.entry());
    }
  }

  private void emit(EventRecord event, SampleEntry entry) {
    foundNothing = false;
    events.addNotes(event);
    context.counts().entriesRead().inc();
    ready.add(new ArchivedEvent(event, new PartPosition(entry.after(), entry.entry().number(), 0)));
  }

  private void end() {
    if (foundNothing) {
      end(
          OperatorErrorCode.SHARD_WITHOUT_PICTURES,
          "none of its "
              + entries.size()
              + " entries is an image (expected: names such as KEY."
              + context.settings().imageSuffixes().get(0)
              + "; see archive.picture-suffixes)");
      return;
    }
    ended = true;
    ArchivedEvent last = ready.pollLast();
    if (last != null) {
      events.addNotes(last.event());
      ready.add(new ArchivedEvent(last.event(), PartPosition.endOf(part)));
    }
  }

  private void end(OperatorErrorCode code, String message) {
    ended = true;
    context.counts().entriesRead().inc();
    EventRecord failure = events.ofShard(code, message);
    events.addNotes(failure);
    ready.add(new ArchivedEvent(failure, PartPosition.endOf(part)));
  }

  @Override
  public void addLastNotes(EventRecord event) {
    events.addNotes(event);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
